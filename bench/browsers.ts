import { parseArgs } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright/test';
import { z } from 'zod';
import { NetworkNamespace } from '../e2e/network-namespace.ts';
import playwrightConfig from '../e2e/playwright.config.ts';
import { Presenter } from '../e2e/presenter.ts';
import { installTestSource } from '../e2e/test-source.ts';
import { Closer } from '../server/closer.ts';
import { clickToFirstPicture, glassToGlass, noteFirstPictures } from './browser-viewing.ts';
import { wait } from './clock.ts';
import { measureFirstSeconds } from './first-seconds.ts';
import { percentileOf } from './histogram.ts';
import { LoadClient } from './load-client.ts';
import { type MeasuredServer, startRostrum } from './measured-server.ts';
import { fixed, markdownTable } from './results-table.ts';

/*
 * `npm run bench:browsers`: a presenter and a viewer in Chromium, with other viewers beside them. Told are the time
 * from a click in the lobby to the first picture, and how old pictures are when they are shown.
 */

const optionsSchema = z.object({
  viewers: z.coerce.number().int().min(0).max(100).default(50),
  clicks: z.coerce.number().int().min(1).max(500).default(30),
  seconds: z.coerce.number().int().min(1).max(300).default(20),
  silent: z.boolean().default(false),
  /** Measures the first seconds of shows, and nothing else. */
  start: z.boolean().default(false),
  /** Of the presenter's line, in kbit/s; 0 is this machine's own. Goes with `start`. */
  uplink: z.coerce.number().int().min(0).default(0),
});
const channel = 'bench-browsers';
const size = { width: 1280, height: 720 };
const settleMs = 5_000;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => interrupted.abort(new Error(`The measurement was stopped by ${signal}.`)));
}

const closer = new Closer();

try {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const { values } = parseArgs({
    options: { viewers: text, clicks: text, seconds: text, uplink: text, silent: flag, start: flag },
  });
  const options = optionsSchema.parse(values);
  const mediaPid = process.env.KURENTO_URL ? 0 : null;
  const network = options.uplink > 0 ? await closer.own(NetworkNamespace.open()) : null;
  const host = network === null ? '127.0.0.1' : '0.0.0.0';
  const server = await closer.own(startRostrum({ mediaPid, profileDir: null, host }));
  const settings = playwrightConfig.use?.launchOptions ?? {};
  if (options.start) {
    await tellFirstSeconds(server, settings, options, network);
    await closer.close();
    process.exit();
  }
  // Two browsers: a presenter's encoder and a viewer's decoder are not on one machine, let alone in one process.
  const [stage, hall] = [await closer.own(chromium.launch(settings)), await closer.own(chromium.launch(settings))];

  const presenting = await stage.newPage({ permissions: ['camera', 'microphone'] });
  await installTestSource(presenting, { ...size, prompt: true, silent: options.silent });
  const presenter = new Presenter(presenting, server.key);
  await presenter.open({ camera: 'as it is', url: server.target.url });
  await presenter.goLive({ channel, title: 'Bench' });

  if (options.viewers > 0) {
    const audience = await closer.own(new LoadClient());
    const ask = { target: server.target, channel, count: options.viewers, perSecond: 20 };
    const { failures } = await audience.call('join', ask, 30_000 + options.viewers * 50);
    if (failures.length > 0) throw new Error(`The audience could not join: ${failures[0]}`);
  }
  await wait(settleMs, interrupted.signal);

  const watching = await hall.newPage();
  await noteFirstPictures(watching);
  const clicksMs: number[] = [];
  for (let click = 0; click < options.clicks; click += 1) {
    interrupted.signal.throwIfAborted();
    clicksMs.push(await clickToFirstPicture(watching, server.target.url, channel));
  }
  await wait(settleMs, interrupted.signal);
  const glassMs = await glassToGlass(watching, options.seconds);
  const { videoWidth, videoHeight } = await watching
    .getByLabel('Broadcast', { exact: true })
    .evaluate(({ videoWidth, videoHeight }: HTMLVideoElement) => ({ videoWidth, videoHeight }));
  const row = (name: string, values: number[]) => [
    name,
    `${values.length}`,
    ...[0.5, 0.95, 1].map((share) => fixed(percentileOf(values, share), 0)),
  ];
  const sound = options.silent ? 'no sound' : 'sound';
  console.log(`\n${options.viewers} other viewers; ${videoWidth} × ${videoHeight} arrive, and ${sound}\n`);
  console.log(
    markdownTable(
      ['ms', 'times', 'p50', 'p95', 'max'],
      [row('click → first picture', clicksMs), row('glass to glass', glassMs)],
    ),
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await closer.close();
}
process.exit();

/** Prints how viewers see the first seconds of a show, by the height that the presenter chose. */
async function tellFirstSeconds(
  server: MeasuredServer,
  settings: LaunchOptions,
  { seconds, uplink }: { seconds: number; uplink: number },
  network: NetworkNamespace | null,
): Promise<void> {
  const hall = await closer.own(chromium.launch(settings));
  const url = network === null ? server.target.url : `http://${network.hostAddress}:${new URL(server.target.url).port}`;
  await network?.line.narrowUpload(uplink);
  const stage = await closer.own(network === null ? chromium.launch(settings) : launchBehind(network, settings, url));
  const rows: string[][] = [];
  for (const height of [720, 1080]) {
    const measured = await measureFirstSeconds({ stage, hall }, server, { height, seconds, url });
    for (const [name, { firstPictureMs, wholePictureMs, longestGapMs, pictures }] of Object.entries(measured)) {
      const whole = wholePictureMs === null ? `not within ${seconds} s` : fixed(wholePictureMs, 0);
      rows.push([`${height}p`, name, fixed(firstPictureMs, 0), whole, fixed(longestGapMs, 0), `${pictures}`]);
    }
  }
  const line = uplink === 0 ? 'loopback' : `an uplink of ${uplink} kbit/s`;
  console.log(`\nThe first ${seconds} s after the presenter's click, over ${line}; times in ms\n`);
  console.log(markdownTable(['chosen', 'start', 'first picture', 'whole picture', 'longest gap', 'pictures'], rows));
}

async function launchBehind(network: NetworkNamespace, settings: LaunchOptions, url: string): Promise<Browser> {
  return (await network.launchBrowser(settings, url)).browser;
}
