import { availableParallelism } from 'node:os';
import { Closer } from '../server/closer.ts';
import { testSeed } from '../server/codecs/testing/test-seed.ts';
import { type PoolResult, poolTables } from './figures/pool-tables.ts';
import {
  circumstanceColumns,
  type Result,
  ratioColumn,
  resultColumns,
  serverColumn,
  tableOf,
} from './figures/results-table.ts';
import { lookForJanus } from './janus/janus-process.ts';
import { browserSettings } from './measures/browser-settings.ts';
import { measureBrowsers } from './measures/measure-browsers.ts';
import { idleTable, measureIdle } from './measures/measure-idle.ts';
import { joinsTable, measureJoins } from './measures/measure-joins.ts';
import { type Load, measureLoad } from './measures/measure-load.ts';
import { measurePool } from './measures/measure-pool.ts';
import { type BenchOptions, readBenchOptions, type ServerName, usage } from './options/bench-options.ts';
import { abortedWhenStopped } from './platform/interruption.ts';
import {
  type MeasuredServer,
  startBareForwarder,
  startJanus,
  startRostrum,
  startRostrumWithKurento,
} from './servers/measured-server.ts';
import { commandName } from './servers/media-server-process.ts';
import { isKurentoNamed } from './servers/named-kurento.ts';

/*
 * `npm run bench`: starts Rostrum, a presenter and viewers in separate processes, and prints the cost of the media
 * process. If the environment names a Kurento, it also measures a viewer in a browser with both media servers. Progress
 * goes to standard error, so that standard output can be saved.
 */

const interrupted = abortedWhenStopped();

try {
  const options = readBenchOptions(process.argv.slice(2), isKurentoNamed());
  if (!options.help) console.error(`FUZZ_SEED=${testSeed}`);
  if (options.help) console.log(usage);
  else if (options.idle !== undefined) await benchIdle(options, options.idle, interrupted);
  else if (options.joins !== undefined) await benchJoins(options, options.joins, interrupted);
  else if (options['media-servers'] !== undefined) await benchPool(options, options['media-servers'], interrupted);
  else await bench(options, interrupted);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// Connections of this process, such as those of idle viewers, would keep it running forever.
process.exit();

async function bench(options: BenchOptions, signal: AbortSignal): Promise<void> {
  const janus = options.servers.some((name) => name.startsWith('janus')) ? lookForJanus() : null;
  // Reported immediately, and not only after the other servers have been measured.
  if (janus !== null && 'obstacle' in janus) throw new Error(janus.obstacle);
  const settings = options.clicks > 0 ? await browserSettings() : null;
  const results: Result[] = [];
  try {
    for (const viewers of options.viewers) {
      for (const narrow of options.narrow) {
        for (const name of options.servers) results.push(await benchRow(options, name, { viewers, narrow }, signal));
      }
    }
  } finally {
    // Rows that were finished before an error are still worth reading.
    if (results.length > 0) print(results, options);
  }
  if (settings === null) return;
  const load = { ...options, servers: ['rostrum', 'kurento'] as const, silent: false };
  await measureBrowsers((name) => openServer(options, name), settings, load, signal);
}

/** Every row has a fresh server, so that one row's memory and compiled code do not improve the next row's figures. */
async function benchRow(
  options: BenchOptions,
  name: ServerName,
  { viewers, narrow }: { viewers: number; narrow: number },
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  const row = options.servers.length > 1 ? `${name}, ${viewers} viewers` : `${viewers} viewers`;
  const closer = new Closer();
  try {
    console.error(`${row}: starting`);
    const server = await closer.own(openServer(options, name));
    signal.throwIfAborted();
    await reportProcesses(row, server);
    const result = await measureLoad(server, loadOf(options, viewers, narrow), signal);
    for (const failure of new Set(result.failures)) console.error(`${row}: ${failure}`);
    return { ...result, server: name };
  } finally {
    await closer.close();
  }
}

async function benchPool(options: BenchOptions, sizes: readonly number[], signal: AbortSignal): Promise<void> {
  const results: PoolResult[] = [];
  try {
    for (const viewers of options.viewers) {
      for (const mediaServers of sizes) results.push(await benchPoolRow(options, { viewers, mediaServers }, signal));
    }
  } finally {
    if (results.length > 0) console.log(`${conditions(options)}\n${poolTables(results)}`);
  }
}

/** A fresh Rostrum with so many media servers, each of which takes its share of the viewers. */
async function benchPoolRow(
  options: BenchOptions,
  { viewers, mediaServers }: { viewers: number; mediaServers: number },
  signal: AbortSignal,
): Promise<PoolResult> {
  signal.throwIfAborted();
  const row = `${mediaServers} media server${mediaServers === 1 ? '' : 's'}, ${viewers} viewers`;
  const closer = new Closer();
  try {
    console.error(`${row}: starting`);
    const pool = {
      mediaServers,
      viewersPerMediaServer: Math.ceil(viewers / mediaServers),
      edgesPerMediaServer: options['edges-per-media-server'],
    };
    const server = await closer.own(startRostrum({ profileDir: options['profile-dir'] ?? null, pool }));
    signal.throwIfAborted();
    await reportProcesses(row, server);
    const result = await measurePool(server, loadOf(options, viewers, 0), options.shows, signal);
    for (const failure of new Set(result.failures)) console.error(`${row}: ${failure}`);
    return result;
  } finally {
    await closer.close();
  }
}

function loadOf(options: BenchOptions, viewers: number, narrow: number): Load {
  return {
    viewers,
    seconds: options.seconds,
    joinsPerSecond: options['join-rate'],
    viewersPerProcess: options['viewers-per-process'],
    record: options.record,
    narrow,
  };
}

async function reportProcesses(row: string, { mediaPids }: MeasuredServer): Promise<void> {
  const names = await Promise.all(mediaPids.map(async (pid) => `${pid}, ${await commandName(pid)}`));
  console.error(`${row}: measuring process ${names.join('; ')}`);
}

async function benchIdle(options: BenchOptions, viewers: number, signal: AbortSignal): Promise<void> {
  const closer = new Closer();
  try {
    const server = await closer.own(openServer(options, options.servers[0]));
    console.log(idleTable(await measureIdle(server, { viewers, seconds: options.seconds }, signal)));
  } finally {
    await closer.close();
  }
}

async function benchJoins(options: BenchOptions, newcomers: number, signal: AbortSignal): Promise<void> {
  const closer = new Closer();
  try {
    const server = await closer.own(openServer(options, options.servers[0]));
    const viewersPerProcess = options['viewers-per-process'];
    const result = await measureJoins(server, { newcomers, watching: options.watching, viewersPerProcess }, signal);
    for (const failure of new Set(result.failures)) console.error(failure);
    console.log(joinsTable(result));
  } finally {
    await closer.close();
  }
}

async function openServer(options: BenchOptions, name: ServerName | undefined): Promise<MeasuredServer> {
  const { url, key, 'media-pid': mediaPid } = options;
  if (url !== undefined && key !== undefined && mediaPid !== undefined) {
    return { target: { url }, key, mediaPids: [mediaPid], mediaUrl: null, webPid: null, async close() {} };
  }
  if (name === 'bare') return startBareForwarder();
  if (name === 'janus') return startJanus(0);
  if (name === 'janus-loops') return startJanus(availableParallelism());
  const profileDir = options['profile-dir'] ?? null;
  if (name === 'kurento') return startRostrumWithKurento({ mediaPid: mediaPid ?? null, profileDir });
  return startRostrum({ profileDir });
}

function print(results: readonly Result[], options: BenchOptions): void {
  console.log(conditions(options));
  const compares = options.servers.length > 1;
  const [first, last] = compares ? [[serverColumn], [ratioColumn(results)]] : [[], []];
  console.log(tableOf([...first, ...resultColumns, ...last], results));
  console.log(`\n${tableOf([...first, ...circumstanceColumns], results)}`);
}

function conditions({ seconds }: BenchOptions): string {
  const cores = availableParallelism();
  return `\n${seconds} s a row, ${cores} cores shared with the load client, Node.js ${process.versions.node}\n`;
}
