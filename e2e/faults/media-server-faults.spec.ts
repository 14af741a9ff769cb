import type { Page } from 'playwright/test';
import { percentileOf } from '../../bench/figures/histogram.ts';
import { ResilientViewer } from '../../bench/load/resilient-viewer.ts';
import { expect, test } from '../fixtures.ts';
import { backAfter, observePictures, readPictures } from '../media/picture-observer.ts';
import { expectOneWholeRecording } from '../media/whole-recording.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { needsOwnMediaServer } from '../servers/media-server-choice.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

const loadViewers = 18;
const timeoutMs = 15_000;
const channel = 'faulty';
/** A media server that hangs is killed as well, and another one started in its place. */
type Fault = 'killed' | 'hangs';
/** After this many restarts in a row, viewers see that the server is in trouble. */
const troubleAfter = 3;

test('a media server that is killed costs seconds, nobody reloads, and one recording comes out', async ({
  openPage,
}) => {
  await survives(['killed'], openPage);
});

test('a media server that is killed three times and hangs three times costs seconds, nobody reloads, and one recording comes out', {
  tag: '@long',
}, async ({ openPage }) => {
  await survives(['killed', 'killed', 'killed', 'hangs', 'hangs', 'hangs'], openPage);
});

async function survives(faults: readonly Fault[], openPage: () => Promise<Page>): Promise<void> {
  needsOwnMediaServer('it is killed and frozen here');
  test.setTimeout(120_000);
  const server = await startRostrum();
  const load: ResilientViewer[] = [];
  try {
    const presenter = new Presenter(await openPage(), server.key);
    await presenter.open({ url: server.url });
    await presenter.goLive({ channel, title: 'Faulty', record: true });
    const startedMs = Date.now();
    await presenter.seesOfTheRecording('Recording');
    const viewers: Viewer[] = [];
    for (let index = 0; index < 2; index++) viewers.push(await openWatched(new Viewer(await openPage()), server));
    for (let index = 0; index < loadViewers; index++) load.push(ResilientViewer.watch({ url: server.url }, channel));
    const audience: Audience = { viewers, load };
    await expect.poll(() => load.filter(({ pictures }) => pictures.sources > 0).length).toBe(loadViewers);
    const loadedMs = await Promise.all(viewers.map(async ({ page }) => (await readPictures(page)).loadedMs));

    let awayMs = 0;
    const trouble = viewers[0]?.page.getByText('The server is having trouble').first();
    const toldOfTrouble = faults.length < troubleAfter ? undefined : trouble?.waitFor({ timeout: 60_000 });
    // The first failure is the one to report.
    toldOfTrouble?.catch(() => {});
    for (const fault of faults) {
      const faultMs = Date.now();
      await (fault === 'killed' ? server.killMediaServer() : server.freezeMediaServer());
      awayMs += await timeUntilBack(audience, faultMs, `media server ${fault}`);
      await presenter.seesThatItIsLive();
    }
    await toldOfTrouble;
    for (const viewer of viewers) await viewer.seesTheTestSource();
    const stillLoadedMs = await Promise.all(viewers.map(async ({ page }) => (await readPictures(page)).loadedMs));
    expect(stillLoadedMs).toEqual(loadedMs);

    const liveMs = Date.now() - startedMs - awayMs;
    await presenter.end();
    // On a busy machine, the end takes a while as well, and is still recorded.
    const wallSeconds = (Date.now() - startedMs) / 1000;
    for (const viewer of viewers) await viewer.seesThatItEnded();
    await expectOneWholeRecording(presenter.page, server.url, channel, {
      wallSeconds,
      liveSeconds: liveMs / 1000,
      kills: faults.length,
    });
  } finally {
    await Promise.all(load.map((viewer) => viewer.close()));
    await server.close();
  }
}

/** Those who watch: in browsers, and without. */
type Audience = { viewers: readonly Viewer[]; load: readonly ResilientViewer[] };

async function openWatched(viewer: Viewer, server: RostrumServer): Promise<Viewer> {
  await observePictures(viewer.page);
  await viewer.page.goto(`${server.url}/watch/${channel}`);
  await viewer.seesMovingVideo();
  return viewer;
}

/** Waits until everybody has moving pictures again, prints how long that took, and returns the longest time. */
async function timeUntilBack({ viewers, load }: Audience, faultMs: number, name: string): Promise<number> {
  let browsers: (number | null)[] = [];
  let others: (number | null)[] = [];
  await expect
    .poll(
      async () => {
        browsers = await Promise.all(viewers.map(async ({ page }) => backAfter(await readPictures(page), faultMs)));
        others = load.map(({ pictures }) => pictures.firstBeginningAfter(faultMs));
        return [...browsers, ...others].filter((at) => at === null).length;
      },
      { timeout: timeoutMs + 5_000, intervals: [100], message: `viewers without pictures after: ${name}` },
    )
    .toBe(0);
  const times = (all: (number | null)[]) => all.map((at) => (at ?? Number.POSITIVE_INFINITY) - faultMs);
  const tell = (all: number[]) =>
    `p50 ${percentileOf(all, 0.5)} ms, p95 ${percentileOf(all, 0.95)} ms, max ${Math.max(...all)} ms`;
  console.log(`${name}: browsers ${times(browsers).join(' and ')} ms; all: ${tell(times([...browsers, ...others]))}`);
  const longest = Math.max(...times([...browsers, ...others]));
  expect(longest).toBeLessThan(timeoutMs);
  return longest;
}
