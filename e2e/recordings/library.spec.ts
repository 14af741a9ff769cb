import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { test as base, expect, newPage } from '../fixtures.ts';
import { type LaidRecording, layRecordings } from '../media/laid-recordings.ts';
import { showAs, sizes, usualLook } from '../pages/looks.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

const titles: readonly LaidRecording[] = [
  { title: 'Fractions and decimals', colour: [38, 92, 140] },
  { title: 'Élan vital', channel: 'philosophy', durationMs: 3_725_000 },
  { title: '한글 수업 1', channel: 'korean-club', colour: [160, 60, 50] },
  { title: 'Open day at the observatory', channel: 'open-day' },
  { title: 'Fractions, part 2', colour: [50, 110, 70] },
  { title: 'Choir rehearsal', channel: 'choir', durationMs: 5_400_000 },
];

type Library = { server: RostrumServer; laid: Awaited<ReturnType<typeof layRecordings>>['laid'] };
type People = {
  /** A page of somebody with the owner key, and one of somebody without. */
  owner: Page;
  visitor: Page;
  library: Library;
  /** An object, since Playwright takes a list for a value with its options. */
  recordings: { all: readonly LaidRecording[] };
};

const test = base.extend<People>({
  recordings: [{ all: titles }, { option: true }],
  library: async ({ recordings }, use) => {
    const { dataDir, laid } = await layRecordings(recordings.all);
    const server = await startRostrum({}, { dataDir });
    await use({ server, laid });
    await server.close();
  },
  visitor: async ({ browser, library }, use) => {
    const page = await newPage(browser, library.server);
    await use(page);
    await page.context().close();
  },
  owner: async ({ browser, library }, use) => {
    const page = await newPage(browser, library.server);
    await page.addInitScript((key) => localStorage.setItem('rostrum.presenter-key', key), library.server.key);
    await use(page);
    await page.context().close();
  },
});

const shown = (page: Page) => page.getByRole('heading', { level: 2 }).allTextContents();
const search = (page: Page) => page.getByRole('searchbox', { name: 'Search' });

test('recordings are found, renamed, deleted and brought back, and downloaded as one ZIP', async ({
  owner: page,
  library: { laid },
}) => {
  await page.goto('/recordings');
  await expect(page.getByText('6 recordings', { exact: true })).toBeVisible();
  await search(page).fill('fractions');
  await expect(page.getByText('2 recordings', { exact: true })).toBeVisible();
  expect(await shown(page)).toEqual(['Fractions and decimals', 'Fractions, part 2']);

  await page.getByRole('button', { name: 'Edit Fractions, part 2' }).click();
  await page.getByLabel('Title').fill('Fractions, the end 🎉');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByRole('link', { name: 'Fractions, the end 🎉', exact: true })).toBeVisible();

  await page.getByRole('button', { name: 'Delete Fractions and decimals' }).click();
  await expect(page.getByText('The recording is deleted.')).toBeVisible();
  await expect(page.getByText('1 recording', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByRole('link', { name: 'Fractions and decimals', exact: true })).toBeVisible();

  await page.getByRole('checkbox', { name: 'Select Fractions and decimals' }).check();
  await page.getByRole('checkbox', { name: 'Select Fractions, the end 🎉' }).check();
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download as ZIP' }).click();
  const zip = await readFile(await (await download).path());
  expect((await download).suggestedFilename()).toMatch(/^Rostrum \d{4}-\d\d-\d\d\.zip$/);
  for (const part of ['Fractions and decimals.mp4', 'Fractions, the end 🎉.mp4', laid[0]?.bytes, laid[4]?.bytes])
    expect(zip.includes(part ?? 'missing')).toBe(true);
  await expect(page.getByText(/^The ZIP with 2 recordings \([\d.]+ kB\) is being downloaded\.$/)).toBeVisible();
});

test('search, channel and order are in the address: they survive a reload, and back undoes them', {
  tag: '@long',
}, async ({ visitor: page }) => {
  await page.goto('/recordings');
  await expect(page.getByText('6 recordings', { exact: true })).toBeVisible();
  await page.getByLabel('Channel').selectOption('math-101');
  await expect(page.getByText('2 recordings', { exact: true })).toBeVisible();
  await page.getByLabel('Sort by').selectOption('oldest');
  await expect.poll(() => shown(page)).toEqual(['Fractions, part 2', 'Fractions and decimals']);
  await page.reload();
  await expect.poll(() => shown(page)).toEqual(['Fractions, part 2', 'Fractions and decimals']);
  await page.goBack();
  await expect.poll(() => shown(page)).toEqual(['Fractions and decimals', 'Fractions, part 2']);
  await page.goBack();
  await expect(page.getByText('6 recordings', { exact: true })).toBeVisible();
  await search(page).fill('ELAN');
  await expect.poll(() => shown(page)).toEqual(['Élan vital']);
  await page.getByRole('link', { name: 'Élan vital', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Élan vital' })).toBeVisible();
  await page.goBack();
  await expect.poll(() => shown(page)).toEqual(['Élan vital']);
  await expect(search(page)).toHaveValue('ELAN');
  await search(page).fill('nothing like this');
  await page.getByRole('button', { name: 'Show all recordings' }).click();
  await expect(page.getByText('6 recordings', { exact: true })).toBeVisible();
});

test('the keyboard selects a range with Shift and space, and deletes it', { tag: '@long' }, async ({ owner: page }) => {
  await page.goto('/recordings');
  await page.getByRole('checkbox', { name: 'Select Élan vital' }).focus();
  await page.keyboard.press('Space');
  await expect(page.getByText('1 selected')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Select Fractions, part 2' }).focus();
  await page.keyboard.press('Shift+Space');
  await expect(page.getByText('4 selected')).toBeVisible();
  const bar = page.getByRole('region', { name: 'Selected recordings' });
  await bar.getByRole('button', { name: 'Delete' }).press('Enter');
  await expect(page.getByText('4 recordings are deleted.')).toBeVisible();
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  expect(await shown(page)).toEqual(['Fractions and decimals', 'Choir rehearsal']);

  await page.getByRole('button', { name: 'Recently deleted' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1, name: 'Recently deleted' })).toBeVisible();
  await expect(page.getByText('4 recordings', { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Delete now Élan vital' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete for good' }).click();
  await expect(page.getByText('3 recordings', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Bring back 한글 수업 1' }).click();
  await page.getByRole('button', { name: 'All recordings' }).click();
  await expect.poll(() => shown(page)).toEqual(['Fractions and decimals', '한글 수업 1', 'Choir rehearsal']);
});

test('a recording that is deleted on its own page can be brought back from the list', { tag: '@long' }, async ({
  owner: page,
  library,
}) => {
  await page.goto(`/recordings/${library.laid[1]?.id}`);
  await page.getByRole('button', { name: 'Delete Élan vital' }).click();
  await expect(page.getByText('5 recordings', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page.getByText('6 recordings', { exact: true })).toBeVisible();
});

test('a private recording is watched with a share link, until all links are ended', { tag: '@long' }, async ({
  owner,
  visitor,
  library,
}) => {
  const path = `/recordings/${library.laid[1]?.id}`;
  await owner.goto('/recordings');
  await owner.getByRole('button', { name: 'Edit Élan vital' }).click();
  await owner.getByLabel('Who can find it').selectOption('private');
  await owner.getByRole('button', { name: 'Save' }).click();
  await expect(owner.getByText('Only with a key')).toBeVisible();
  await visitor.goto('/recordings');
  await expect(visitor.getByText('5 recordings', { exact: true })).toBeVisible();
  await visitor.goto(path);
  await expect(visitor.getByText('Only presenters can see this')).toBeVisible();

  await owner.getByRole('button', { name: 'Edit Élan vital' }).click();
  await owner.getByLabel('Expires after').selectOption('168');
  await owner.getByRole('button', { name: 'Create link' }).click();
  const link = await owner.getByRole('textbox', { name: 'Share link' }).inputValue();
  await expectAccessible(owner);
  await visitor.goto('/');
  await visitor.goto(link);
  await expect(visitor.getByRole('heading', { level: 1, name: 'Élan vital' })).toBeVisible();
  expect(new URL(visitor.url()).hash).toBe('');
  await owner.getByRole('button', { name: 'End all links' }).click();
  await expect(owner.getByText('All share links of this recording have ended.')).toBeVisible();
  await visitor.reload();
  await expect(visitor.getByText('This link has expired')).toBeVisible();
});

test(
  'the library is accessible and fits, on a dark phone in Korean too',
  { tag: '@long' },
  async ({ owner: page }, testInfo) => {
    await page.goto('/recordings');
    await page.getByRole('checkbox', { name: 'Select Élan vital' }).check();
    for (const look of [usualLook, { size: 'phone', theme: 'dark', locale: 'ko' } as const]) {
      await showAs(page, look);
      await expect(page.getByRole('article')).toHaveCount(6);
      await expectAccessible(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
        sizes[look.size].width,
      );
      await page.screenshot({ path: testInfo.outputPath(`${look.size}.png`), fullPage: true });
    }
    await page.getByRole('button', { name: '한글 수업 1 삭제' }).click();
    await expect(page.getByText('녹화 1개를 삭제했습니다.')).toBeVisible();
    await page.getByRole('button', { name: '되돌리기' }).click();
    await expect(page.getByText('녹화 1개를 되돌렸습니다.')).toBeVisible();
    await page.getByRole('searchbox', { name: '검색' }).fill('하');
    await expect(page.getByText('녹화 1개', { exact: true })).toBeVisible();
  },
);

test.describe('a library of many recordings', () => {
  const many = Array.from({ length: 130 }, (_, index) => ({ title: `Lesson ${index + 1}` }));
  test.use({ recordings: { all: many } });

  test('shows them page by page, each once, and selects over pages', { tag: '@long' }, async ({ visitor: page }) => {
    await page.goto('/recordings');
    await expect(page.getByText('48 of 130 shown')).toBeVisible();
    await page.getByRole('checkbox', { name: 'Select Lesson 1', exact: true }).check();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('96 of 130 shown').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await expect(page.getByRole('article')).toHaveCount(130);
    expect(await shown(page)).toEqual(many.map(({ title }) => title));
    await page.getByRole('checkbox', { name: 'Select Lesson 130' }).click({ modifiers: ['Shift'] });
    await expect(page.getByText('130 selected')).toBeVisible();
  });
});

async function expectAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
}
