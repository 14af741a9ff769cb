import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { expect } from './fixtures.ts';
import { type Look, showAs, usualLook } from './looks.ts';
import { expectKorean } from './page-texts.ts';
import { test, walkWithAShow, walkWithoutAShow } from './walk.ts';
import { type LookAt, later, lostShow, show } from './walkers.ts';

/** Between them these have both sizes and languages; each is looked at in its own theme first, and then in the other. */
const looks: readonly Look[] = [
  { size: 'desktop', theme: 'light', locale: 'en' },
  { size: 'phone', theme: 'dark', locale: 'ko' },
];

/** The rules whose outcome another theme may change. */
const coloursOnly = ['color-contrast', 'link-in-text-block'];

/** What is not translated because it is a name: of the show, and of the devices that Chromium makes up. */
const names = [
  show.title,
  show.channel,
  later.title,
  later.channel,
  lostShow.channel,
  'Fake Default Audio Input',
  'Fake Audio Input',
];

// Each takes minutes, and nothing of one is needed for the other.
test.describe.configure({ mode: 'parallel', timeout: 900_000 });

test('every page without a show is accessible and fits, in each theme, size and language', async ({
  presenter,
  openViewer,
  openPage,
  server,
}) => {
  await walkWithoutAShow({ presenter, openViewer, openPage, server }, lookInEveryWay);
});

test('every page of a show is accessible and fits, in each theme, size and language', async ({
  presenter,
  openViewer,
  openPage,
  server,
}) => {
  await walkWithAShow({ presenter, openViewer, openPage, server }, lookInEveryWay);
});

const lookInEveryWay: LookAt = async (page, place, only) => {
  for (const look of looks.map((one) => ({ ...one, locale: only ?? one.locale }))) {
    await showAs(page, look);
    await expectAccessible(page, `${place} ${Object.values(look).join(' ')}`);
    await expectToFit(page, place);
    if (look.locale === 'ko') await expectKorean(page, place, names);
    const theme = look.theme === 'light' ? 'dark' : 'light';
    await showAs(page, { ...look, theme });
    await expectAccessible(page, `${place} ${look.size} ${theme}`, coloursOnly);
  }
  await showAs(page, usualLook);
};

/** What axe calls serious or critical, in words that tell where; of some `rules` only, if they are given. */
async function expectAccessible(page: Page, place: string, rules?: string[]): Promise<void> {
  // The other mode opens a page for every look; it is for frames of other sites, of which there are none.
  const axe = new AxeBuilder({ page }).setLegacyMode();
  const { violations } = await (rules === undefined ? axe : axe.withRules(rules)).analyze();
  const findings = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical' || impact === 'moderate')
    .map(
      ({ id, help, nodes }) =>
        `${id}: ${help}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    );
  expect.soft(findings, place).toEqual([]);
}

/** Nothing sticks out at the side, on the narrowest of phones either. */
async function expectToFit(page: Page, place: string): Promise<void> {
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  for (const tried of [360, width]) {
    await page.setViewportSize({ width: tried, height });
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(overflow, `${place} at ${tried} px`).toBeLessThanOrEqual(0);
  }
}
