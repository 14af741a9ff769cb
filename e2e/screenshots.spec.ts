import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { everyLook, type Look, showAs, usualLook } from './pages/looks.ts';
import { test, walks } from './walk/walk.ts';
import type { LookAt } from './walk/walkers.ts';

/** The pictures that the README shows; all others are in a folder that is not kept. */
const chosen = join(fileURLToPath(import.meta.url), '..', 'screenshots');
const folder = join(chosen, 'all');
const inReadme: ReadonlySet<string> = new Set([
  'watch-desktop',
  'watch-phone',
  'watch-announced-phone',
  'present-live-desktop',
  'lobby-desktop',
]);

/** Only `npm run screenshots` runs these: they take pictures and test nothing. */
for (const [where, walk] of Object.entries(walks)) {
  test(`pages in every look: ${where}`, async ({ people }) => {
    test.setTimeout(600_000);
    await mkdir(folder, { recursive: true });
    await walk(people, takePictures);
  });
}

const takePictures: LookAt = async (page, place, only) => {
  for (const look of everyLook.filter(({ locale }) => locale === (only ?? locale))) {
    await showAs(page, look);
    await page.evaluate(hideGutter, look.size === 'phone');
    const path = join(folder, `${place}-${look.size}-${look.theme}-${look.locale}.png`);
    await page.screenshot({ path });
    const name = `${place}-${look.size}`;
    if (isUsual(look) && inReadme.has(name)) await copyFile(path, join(chosen, `${name}.png`));
  }
  await page.evaluate(hideGutter, false);
  await showAs(page, usualLook);
};

/** The scroll bars of phones lie over the page, and take no room beside it. */
function hideGutter(hidden: boolean): void {
  document.documentElement.style.scrollbarGutter = hidden ? 'auto' : '';
}

/** Size apart, the look is the one that the README shows. */
function isUsual({ theme, locale }: Look): boolean {
  return theme === usualLook.theme && locale === usualLook.locale;
}
