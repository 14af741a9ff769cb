import { copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { everyLook, type Look, showAs, sizes, usualLook } from './pages/looks.ts';
import { Participant } from './pages/participant.ts';
import { installScreenshotSource } from './walk/screenshot-source.ts';
import { test, walks } from './walk/walk.ts';
import { type LookAt, show } from './walk/walkers.ts';

/** The pictures that the README shows; all others are in a folder that is not kept. */
const chosen = join(fileURLToPath(import.meta.url), '..', 'screenshots');
const folder = join(chosen, 'all');
const inReadme: ReadonlySet<string> = new Set(['watch-announced-phone', 'present-live-desktop', 'lobby-desktop']);

/** Only `npm run screenshots` runs these: they take pictures and test nothing. */
for (const [where, walk] of Object.entries(walks)) {
  test(`pages in every look: ${where}`, async ({ people }) => {
    test.setTimeout(600_000);
    await mkdir(folder, { recursive: true });
    await walk(people, takePictures);
  });
}

/** In English alone: what people write is not translated, so the walks have none of it. */
test('the watch page, while people talk', async ({ people }) => {
  test.setTimeout(120_000);
  const { presenter } = people;
  await installScreenshotSource(presenter.page);
  await presenter.open({ camera: 'as it is' });
  await presenter.goLive(show);
  const [first, second, third] = [await people.openViewer(), await people.openViewer(), await people.openViewer()];
  for (const viewer of [first, second, third]) await viewer.open(show.channel);
  const [host, mia] = [new Participant(presenter.page), new Participant(first.page)];
  const [leo, noor] = [new Participant(second.page), new Participant(third.page)];
  for (const [person, name] of [
    [host, 'Dr. Okafor'],
    [mia, 'Mia'],
    [leo, 'Leo'],
    [noor, 'Noor'],
  ] as const)
    await person.isCalled(name);
  for (const [person, text] of [
    [host, 'Welcome, everyone! Ask whenever you like.'],
    [mia, 'Hello from the hill 👋'],
    [leo, 'The dome is moving!'],
    [noor, 'Which star is that, left of the moon?'],
    [host, 'That is Vega. We point the telescope at it next.'],
    [mia, 'Cannot wait 🔭'],
  ] as const) {
    await person.says(text);
    await noor.reads(text);
  }
  const { page } = third;
  await page.getByRole('button', { name: 'Tap for sound' }).click();
  await third.seesMovingVideo(60);
  for (const [size, viewport] of Object.entries(sizes)) {
    await page.setViewportSize(viewport);
    await page.evaluate(hideGutter, size === 'phone');
    await page.screenshot({ path: join(chosen, `watch-${size}.png`) });
  }
});

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
