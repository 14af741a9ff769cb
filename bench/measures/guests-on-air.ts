import { chromium, type LaunchOptions } from 'playwright/test';
import { Guest, guestSources, pressArrangement } from '../../e2e/pages/guest.ts';
import { layoutOf } from '../../lib/browser/guests/program-layout.ts';
import { presenterId } from '../../lib/guests.ts';
import { Closer } from '../../server/closer.ts';
import { fitInto, gridCells } from '../../server/embedded-kurento/transcoding/process/grid.ts';
import { wait } from '../platform/clock.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';
import { glassToGlass, type PicturePart } from './browser-viewing.ts';
import { costDuring, present } from './presenter-cost.ts';

/** Who puts the pictures together; with `nobody`, there are no guests. */
export const waysToMix = ['nobody', 'presenter', 'media server'] as const;

/** One of {@link waysToMix}. */
export type PutTogether = (typeof waysToMix)[number];

/** The age of the presenter's pictures when they were due on a viewer's screen, and what the presenter's browser spent. */
type GuestsResult = { glassMs: number[]; cores: number };

const channel = 'bench-guests';
const whole = { width: 1280, height: 720 };
const settleMs = 8_000;

/**
 * Measures a show with guests on air, all in a grid. Presenter, guests and viewer have a browser each: in reality they
 * have a machine each.
 * @throws Error if the guests cannot be brought on air, as on an embedded media server without transcoding
 */
export async function measureGuests(
  server: MeasuredServer,
  settings: LaunchOptions,
  { guests, seconds, way }: { guests: number; seconds: number; way: PutTogether },
  signal: AbortSignal,
): Promise<GuestsResult> {
  const closer = new Closer();
  try {
    const [{ browser, page }, guestsBrowser, viewers] = [
      await present(server, settings, { channel, source: { ...whole, prompt: true } }, closer),
      await closer.own(chromium.launch(settings)),
      await closer.own(chromium.launch(settings)),
    ];
    const onAir = way === 'nobody' ? 0 : guests;
    for (let index = 1; index <= onAir; index += 1) {
      const guest = new Guest(await guestsBrowser.newPage({ permissions: ['camera', 'microphone'] }), `Guest ${index}`);
      await guest.comesOnAir(page, guestSources[index % guestSources.length]);
    }
    if (way === 'presenter') await pressArrangement(page, 'Grid');
    const watching = await viewers.newPage();
    await watching.goto(`${server.target.url}/watch/${channel}`);
    await wait(settleMs, signal);
    const [glassMs, { cores }] = await Promise.all([
      glassToGlass(watching, seconds, partOfPresenter(way, onAir)),
      costDuring(browser, page, seconds, signal),
    ]);
    return { glassMs, cores };
  } finally {
    await closer.close();
  }
}

/** Where the presenter is in the picture: everywhere, or first in a grid, which has gaps if the presenter makes it. */
function partOfPresenter(way: PutTogether, guests: number): PicturePart {
  if (way === 'media server') {
    const [cell] = gridCells(guests + 1, whole.width, whole.height);
    if (cell === undefined) throw new Error('The presenter has no place in the composite.');
    const { left, top, width } = fitInto(cell, whole.width, whole.height);
    return { x: left / whole.width, y: top / whole.height, width: width / whole.width };
  }
  const people = [presenterId, ...Array.from({ length: guests }, (_, index) => `${index}`)];
  const [tile] = layoutOf(
    'grid',
    people.map((id) => ({ id, isScreen: false })),
    presenterId,
    whole,
  );
  if (tile === undefined) throw new Error('The presenter has no place in the picture.');
  const { x, y, width } = tile.rect;
  return { x: x / whole.width, y: y / whole.height, width: width / whole.width };
}
