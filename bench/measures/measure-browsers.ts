import { chromium, type LaunchOptions } from 'playwright/test';
import { installTestSource } from '../../e2e/media/test-source.ts';
import { Presenter } from '../../e2e/pages/presenter.ts';
import { Closer } from '../../server/closer.ts';
import { type Column, spread, tableOf } from '../figures/results-table.ts';
import { LoadClient } from '../load/load-client.ts';
import type { BrowsersOptions, PageServerName } from '../options/browsers-options.ts';
import { wait } from '../platform/clock.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';
import { clickToFirstPicture, glassToGlass, noteFirstPictures } from './browser-viewing.ts';

/** The measurements for each server and each number of load viewers. */
type BrowsersLoad = Pick<BrowsersOptions, 'servers' | 'viewers' | 'clicks' | 'seconds' | 'silent'>;

/** The measurements of a viewer in a browser. */
type BrowsersResult = {
  server: PageServerName;
  /** How many load viewers watched. */
  viewers: number;
  /** The time from each click on the show in the lobby to its first picture. */
  clicksMs: number[];
  /** The age of pictures when they were due on the screen. */
  glassMs: number[];
  /** The size of the last picture, in pixels. */
  size: { width: number; height: number };
};

const channel = 'bench-browsers';
const chosenSize = { width: 1280, height: 720 };
const settleMs = 5_000;

const columns: readonly Column<BrowsersResult>[] = [
  { head: 'server', cell: ({ server }) => server },
  { head: 'load viewers', cell: ({ viewers }) => `${viewers}` },
  { head: 'click → first picture p50 / p95 / max ms', cell: ({ clicksMs }) => spread(clicksMs) },
  { head: 'clicks', cell: ({ clicksMs }) => `${clicksMs.length}` },
  { head: 'glass to glass p50 / p95 / max ms', cell: ({ glassMs }) => spread(glassMs) },
  { head: 'pictures', cell: ({ glassMs }) => `${glassMs.length}` },
  { head: 'size', cell: ({ size }) => `${size.width} × ${size.height}` },
];

/**
 * Measures a presenter and a viewer in Chromium plus load viewers, each row on a fresh server, and prints a table on
 * standard output. Rows that were finished before an error are printed as well.
 */
export async function measureBrowsers(
  open: (server: PageServerName) => Promise<MeasuredServer>,
  settings: LaunchOptions,
  load: BrowsersLoad,
  signal: AbortSignal,
): Promise<void> {
  const results: BrowsersResult[] = [];
  try {
    for (const viewers of load.viewers) {
      for (const name of load.servers) {
        signal.throwIfAborted();
        console.error(`Chromium, ${name}, ${viewers} load viewers: starting`);
        const closer = new Closer();
        try {
          const server = await closer.own(open(name));
          const measured = await measureRow(server, settings, { ...load, viewers }, closer, signal);
          results.push({ server: name, viewers, ...measured });
        } finally {
          await closer.close();
        }
      }
    }
  } finally {
    if (results.length > 0) {
      console.log(`\nA presenter and a viewer in Chromium, with ${load.silent ? 'no sound' : 'sound'}\n`);
      console.log(tableOf(columns, results));
    }
  }
}

async function measureRow(
  server: MeasuredServer,
  settings: LaunchOptions,
  load: Omit<BrowsersLoad, 'servers' | 'viewers'> & { viewers: number },
  closer: Closer,
  signal: AbortSignal,
): Promise<Omit<BrowsersResult, 'server' | 'viewers'>> {
  // Two browsers: in reality, encoder and decoder are not on the same machine, let alone in the same process.
  const [presenterBrowser, viewerBrowser] = [
    await closer.own(chromium.launch(settings)),
    await closer.own(chromium.launch(settings)),
  ];
  const presenting = await presenterBrowser.newPage({ permissions: ['camera', 'microphone'] });
  await installTestSource(presenting, { ...chosenSize, prompt: true, silent: load.silent });
  const presenter = new Presenter(presenting, server.key);
  await presenter.open({ camera: 'as it is', url: server.target.url });
  await presenter.goLive({ channel, title: 'Bench' });

  if (load.viewers > 0) {
    const audience = await closer.own(new LoadClient());
    const ask = { target: server.target, channel, count: load.viewers, perSecond: 20 };
    const { failures } = await audience.call('join', ask, 30_000 + load.viewers * 50);
    if (failures.length > 0) throw new Error(`The load viewers could not join: ${failures[0]}`);
  }
  await wait(settleMs, signal);

  const watching = await viewerBrowser.newPage();
  await noteFirstPictures(watching);
  const clicksMs: number[] = [];
  for (let click = 0; click < load.clicks; click += 1) {
    signal.throwIfAborted();
    clicksMs.push(await clickToFirstPicture(watching, server.target.url, channel));
  }
  await wait(settleMs, signal);
  const glassMs = await glassToGlass(watching, load.seconds);
  const size = await watching
    .getByLabel('Broadcast', { exact: true })
    .evaluate(({ videoWidth, videoHeight }: HTMLVideoElement) => ({ width: videoWidth, height: videoHeight }));
  return { clicksMs, glassMs, size };
}
