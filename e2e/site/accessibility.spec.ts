import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { expect } from '../fixtures.ts';
import { type Look, showAs, usualLook } from '../pages/looks.ts';
import { expectKorean } from '../pages/page-texts.ts';
import { quickWalks, test, walks } from '../walk/walk.ts';
import { guestName } from '../walk/walk-guests.ts';
import { type LookAt, later, lostShow, privateShow, show } from '../walk/walkers.ts';

/** The rules whose outcome another theme may change. */
const coloursOnly = ['color-contrast', 'link-in-text-block'];

/** What is not translated because it is a name: of the show, and of the devices that Chromium makes up. */
const names = [
  show.title,
  show.channel,
  later.title,
  later.channel,
  lostShow.channel,
  privateShow.title,
  privateShow.channel,
  privateShow.presenter,
  guestName,
  'Fake Default Audio Input',
  'Fake Audio Input',
];

test.describe.configure({ mode: 'parallel', timeout: 180_000 });

for (const [where, walk] of Object.entries(walks)) {
  const tag = where in quickWalks ? [] : '@long';
  test(`every page is accessible and fits: ${where}`, { tag }, async ({ people }) => {
    await walk(people, lookAsUsual);
  });

  test(`every page is accessible in the other theme, size and language: ${where}`, { tag: '@long' }, async ({
    people,
  }) => {
    test.setTimeout(300_000);
    await walk(people, lookInOtherWays);
  });
}

const lookAsUsual: LookAt = async (page, place) => {
  await test.step(place, async () => {
    await showAs(page, usualLook);
    await expectAccessible(page, place);
    await expectToFit(page, place);
  });
};

/** Phone, dark theme and Korean. Another theme of the same page only needs the colour rules. */
const lookInOtherWays: LookAt = async (page, place, only) => {
  const phone: Look = { size: 'phone', theme: 'dark', locale: only ?? 'ko' };
  await test.step(place, async () => {
    await showAs(page, { ...usualLook, theme: 'dark' });
    await expectAccessible(page, `${place} in the dark`, coloursOnly);
    await showAs(page, phone);
    await expectAccessible(page, `${place} on a dark phone`);
    await expectToFit(page, place);
    if (phone.locale === 'ko') await expectKorean(page, place, names);
    await showAs(page, { ...phone, theme: 'light' });
    await expectAccessible(page, `${place} on a phone`, coloursOnly);
    await showAs(page, usualLook);
  });
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
