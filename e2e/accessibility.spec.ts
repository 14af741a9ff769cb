import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { expect } from './fixtures.ts';
import { type Look, showAs, usualLook } from './looks.ts';
import { expectKorean } from './page-texts.ts';
import { later, show, test, walk } from './walk.ts';

/** Between them these two have every size, theme and language; each pair of them would cost another minute. */
const looks: readonly Look[] = [
  { size: 'desktop', theme: 'light', locale: 'en' },
  { size: 'phone', theme: 'dark', locale: 'ko' },
];

/** What is not translated because it is a name: of the show, and of the devices that Chromium makes up. */
const names = [show.title, show.channel, later.title, later.channel, 'Fake Default Audio Input', 'Fake Audio Input'];

test('every page is accessible and fits, in each theme, size and language', async ({
  presenter,
  openViewer,
  openPage,
}) => {
  test.setTimeout(360_000);
  await walk({ presenter, openViewer, openPage }, async (page, place) => {
    for (const look of looks) {
      await showAs(page, look);
      await expectAccessible(page, `${place} ${Object.values(look).join(' ')}`);
      await expectToFit(page, place);
      if (look.locale === 'ko') await expectKorean(page, place, names);
    }
    await showAs(page, usualLook);
  });
});

/** What axe calls serious or critical, in words that tell where. */
async function expectAccessible(page: Page, place: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
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
