import { parseArgs } from 'node:util';
import { chromium } from 'playwright/test';
import { z } from 'zod';
import playwrightConfig from '../e2e/playwright.config.ts';
import { Presenter } from '../e2e/presenter.ts';
import { installTestSource } from '../e2e/test-source.ts';
import { Closer } from '../server/closer.ts';
import { clickToFirstPicture, glassToGlass, noteFirstPictures } from './browser-viewing.ts';
import { wait } from './clock.ts';
import { percentileOf } from './histogram.ts';
import { LoadClient } from './load-client.ts';
import { startRostrum } from './measured-server.ts';
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
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    options: { viewers: text, clicks: text, seconds: text, silent: { type: 'boolean' } },
  });
  const options = optionsSchema.parse(values);
  const server = await closer.own(startRostrum({ mediaPid: null, profileDir: null }));
  const settings = playwrightConfig.use?.launchOptions ?? {};
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
