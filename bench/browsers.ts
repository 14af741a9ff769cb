import { type Browser, chromium, type LaunchOptions } from 'playwright/test';
import { NetworkNamespace } from '../e2e/servers/network-namespace.ts';
import type { Mixing } from '../lib/guests.ts';
import { Closer } from '../server/closer.ts';
import { fixed, markdownTable, spread } from './figures/results-table.ts';
import { browserSettings } from './measures/browser-settings.ts';
import { measureFirstSeconds } from './measures/first-seconds.ts';
import { measureGuests, type PutTogether, waysToMix } from './measures/guests-on-air.ts';
import { measureBrowsers } from './measures/measure-browsers.ts';
import { measurePresenterCost } from './measures/presenter-cost.ts';
import {
  type BrowsersOptions,
  browsersUsage,
  type PageServerName,
  readBrowsersOptions,
} from './options/browsers-options.ts';
import { abortedWhenStopped } from './platform/interruption.ts';
import { type MeasuredServer, startRostrum, startRostrumWithKurento } from './servers/measured-server.ts';
import { isKurentoNamed } from './servers/named-kurento.ts';

/*
 * `npm run bench:browsers`: a presenter and a viewer in Chromium, plus load viewers. It reports the time from a click
 * in the lobby to the first picture, and the age of pictures when they are shown; or, with `--start`, how viewers see
 * the first seconds of a show; or, with `--tiers`, what the low tier costs the presenter; or, with `--guests`, what guests
 * cost and how old the picture is then.
 */

const interrupted = abortedWhenStopped();

try {
  const options = readBrowsersOptions(process.argv.slice(2), isKurentoNamed());
  if (options.help) console.log(browsersUsage);
  else if (options.start) await benchFirstSeconds(options, await browserSettings());
  else if (options.guests > 0) await benchGuests(options, await browserSettings());
  else if (options.tiers) await benchTiers(options, await browserSettings());
  else await measureBrowsers((name) => openServer(name), await browserSettings(), options, interrupted);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
process.exit();

function openServer(
  name: PageServerName,
  { host = '127.0.0.1', mixing }: { host?: '127.0.0.1' | '0.0.0.0'; mixing?: Mixing } = {},
): Promise<MeasuredServer> {
  const options = { profileDir: null, host, ...(mixing !== undefined && { mixing }) };
  // A Kurento's process is not examined, since it may be on another machine.
  return name === 'kurento' ? startRostrumWithKurento({ ...options, mediaPid: 0 }) : startRostrum(options);
}

/** Prints a row for each server and each way to put guests and presenter together. */
async function benchGuests({ servers, guests, seconds }: BrowsersOptions, settings: LaunchOptions): Promise<void> {
  const rows: string[][] = [];
  try {
    for (const name of servers) {
      for (const way of waysToMix) {
        interrupted.throwIfAborted();
        console.error(`${name}, ${way}: starting`);
        rows.push([name, way, ...(await guestsRow(name, way, { guests, seconds }, settings))]);
      }
    }
  } finally {
    if (rows.length > 0) {
      console.log(`\nA presenter with ${guests} guests and a viewer in Chromium, at 720p; times in ms\n`);
      const head = [
        'server',
        'mixed by',
        'glass to glass p50 / p95 / max',
        'pictures',
        'presenter’s browser, % of a core',
      ];
      console.log(markdownTable(head, rows));
    }
  }
}

async function guestsRow(
  name: PageServerName,
  way: PutTogether,
  load: { guests: number; seconds: number },
  settings: LaunchOptions,
): Promise<string[]> {
  const server = await openServer(name, { mixing: way === 'media server' ? 'server' : 'presenter' });
  try {
    const { glassMs, cores } = await measureGuests(server, settings, { ...load, way }, interrupted);
    return [spread(glassMs), `${glassMs.length}`, fixed(cores * 100, 0)];
  } finally {
    await server.close();
  }
}

/** Prints what the low tier costs the presenter's browser, a row for each of three rounds on each server. */
async function benchTiers({ servers, seconds }: BrowsersOptions, settings: LaunchOptions): Promise<void> {
  const rows: string[][] = [];
  for (const name of servers) {
    console.error(`${name}, tiers: starting`);
    const server = await openServer(name);
    try {
      const load = { height: 720, seconds, rounds: 3 };
      for (const { high, both } of await measurePresenterCost(server, settings, load, interrupted)) {
        const ratio = (of: 'cores' | 'encoding') => fixed(both[of] / high[of], 2);
        const shares = (of: 'cores' | 'encoding') => [fixed(high[of] * 100, 0), fixed(both[of] * 100, 0), ratio(of)];
        rows.push([name, ...shares('cores'), ...shares('encoding')]);
      }
    } finally {
      await server.close();
    }
  }
  console.log('\nA presenter in Chromium at 720p, % of a core: the whole browser, and the encoders alone\n');
  const head = ['server', 'browser, high', 'high + low', 'ratio', 'encoders, high', 'high + low', 'ratio'];
  console.log(markdownTable(head, rows));
}

/** Prints how viewers see the first seconds of a show, by the height that the presenter chose, and by server. */
async function benchFirstSeconds(options: BrowsersOptions, settings: LaunchOptions): Promise<void> {
  const { seconds, uplink } = options;
  const closer = new Closer();
  const rows: string[][] = [];
  try {
    const network = uplink > 0 ? await closer.own(NetworkNamespace.open()) : null;
    await network?.conditions.narrowUpload(uplink);
    for (const height of [720, 1080]) {
      for (const name of options.servers) {
        interrupted.throwIfAborted();
        console.error(`${name}, ${height}p: starting`);
        rows.push(...(await firstSecondsRows(name, { height, seconds }, settings, network)));
      }
    }
  } finally {
    await closer.close();
    if (rows.length > 0) {
      const conditions = uplink === 0 ? 'loopback' : `an uplink of ${uplink} kbit/s`;
      console.log(`\nThe first ${seconds} s after the presenter's click, over ${conditions}; times in ms\n`);
      const head = ['chosen', 'start', 'server', 'first picture', 'full-size picture', 'longest gap', 'pictures'];
      console.log(markdownTable(head, rows));
    }
  }
}

async function firstSecondsRows(
  name: PageServerName,
  { height, seconds }: { height: number; seconds: number },
  settings: LaunchOptions,
  network: NetworkNamespace | null,
): Promise<string[][]> {
  const closer = new Closer();
  try {
    const server = await closer.own(openServer(name, { host: network === null ? '127.0.0.1' : '0.0.0.0' }));
    const { port } = new URL(server.target.url);
    const url = network === null ? server.target.url : `http://${network.hostAddress}:${port}`;
    const viewerBrowser = await closer.own(chromium.launch(settings));
    const presenterBrowser = await closer.own(
      network === null ? chromium.launch(settings) : launchBehind(network, settings, url),
    );
    const measured = await measureFirstSeconds({ presenterBrowser, viewerBrowser }, server, { height, seconds, url });
    return Object.entries(measured).map(([start, { firstPictureMs, wholePictureMs, longestGapMs, pictures }]) => {
      const whole = wholePictureMs === null ? `not within ${seconds} s` : fixed(wholePictureMs, 0);
      return [`${height}p`, start, name, fixed(firstPictureMs, 0), whole, fixed(longestGapMs, 0), `${pictures}`];
    });
  } finally {
    await closer.close();
  }
}

async function launchBehind(network: NetworkNamespace, settings: LaunchOptions, url: string): Promise<Browser> {
  return (await network.launchBrowser(settings, url)).browser;
}
