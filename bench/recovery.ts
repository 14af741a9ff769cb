import { Closer } from '../server/closer.ts';
import { whyNoRedis } from '../server/cluster/testing/redis-server.ts';
import { testSeed } from '../server/codecs/testing/test-seed.ts';
import { percentileOf } from './figures/histogram.ts';
import { ResilientPresenter } from './load/resilient-presenter.ts';
import { ResilientViewer } from './load/resilient-viewer.ts';
import { measureEdgeLoss } from './measures/edge-loss.ts';
import { measureOwnerLoss } from './measures/owner-loss.ts';
import { waitForPictures } from './measures/picture-return.ts';
import { type RecoveryOptions, readRecoveryOptions, recoveryUsage } from './options/recovery-options.ts';
import { wait } from './platform/clock.ts';
import { FaultyServer } from './servers/faulty-server.ts';
import { SeveralWebServers } from './servers/several-web-servers.ts';

/*
 * `npm run bench:recovery`: causes one fault after the other on a server with a show, and prints how long the viewers
 * were without pictures. Progress goes to standard error, so that standard output can be saved.
 */

type Show = { server: FaultyServer; presenter: ResilientPresenter; viewers: ResilientViewer[] };

/** A fault and how to cause it. `hits` are the viewers whom it affects. */
type Fault = { name: string; hits: 'everybody' | 'one'; strike(show: Show): void | Promise<void> };

const channel = 'bench-recovery';
/** Long enough between two faults that a standby media server is loaded, and that crashes do not count as a series. */
const calmMs = 12_000;
const faults: readonly Fault[] = [
  { name: 'media server killed', hits: 'everybody', strike: ({ server }) => server.killMediaServer() },
  { name: 'media server hangs', hits: 'everybody', strike: ({ server }) => server.freezeMediaServer() },
  { name: 'presenter breaks off', hits: 'everybody', strike: ({ presenter }) => presenter.breakOff() },
  { name: 'one viewer breaks off', hits: 'one', strike: ({ viewers }) => viewers[0]?.breakOff() },
  {
    name: 'web server killed and started again',
    hits: 'everybody',
    async strike({ server }) {
      await server.kill();
      await server.startAgain();
    },
  },
];

try {
  const options = readRecoveryOptions(process.argv.slice(2));
  if (!options.help) console.error(`FUZZ_SEED=${testSeed}`);
  if (options.help) console.log(recoveryUsage);
  else await measure(options);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
// Abandoned work, such as a connection that never closed, must not keep the process running.
process.exit();

async function measure(options: RecoveryOptions): Promise<void> {
  const isWanted = (what: RecoveryOptions['only']) => options.only === undefined || options.only === what;
  const rows = isWanted('one-server') ? await measureFaults(options) : [];
  // With a single viewer nobody is on an edge, or at another web server.
  if (options.viewers > 1 && isWanted('edge')) rows.push(await measureEdge(options));
  if (options.viewers > 1 && isWanted('owner')) rows.push(...(await measureOwner(options)));
  console.log(`\n${options.runs} runs, ${options.viewers} viewers, Node.js ${process.versions.node}\n`);
  console.log('| fault | recoveries | p50 ms | p95 ms | max ms |\n| --- | ---: | ---: | ---: | ---: |');
  console.log(rows.join('\n'));
}

/** One show on a single media server, and all faults in turn. */
async function measureFaults(options: RecoveryOptions): Promise<string[]> {
  const closer = new Closer();
  try {
    const show = await open(options.viewers, closer);
    const rows: string[] = [];
    for (const fault of faults) {
      const times: number[] = [];
      for (let run = 0; run < options.runs; run += 1) {
        times.push(...(await measureOnce(show, fault)));
        console.error(`${fault.name}, ${run + 1} of ${options.runs}: slowest so far ${Math.max(...times)} ms`);
        await wait(calmMs);
      }
      rows.push(rowOf(fault.name, times));
    }
    return rows;
  } finally {
    await closer.close();
  }
}

/**
 * A pool of three media servers: the origin takes half of the viewers and an edge the others. The third one is free, so
 * that a new edge is opened when the first one dies. Each run is another show, because a show avoids for a while the
 * media server on which its edge failed.
 */
async function measureEdge({ runs, viewers }: RecoveryOptions): Promise<string> {
  const name = 'edge killed';
  const closer = new Closer();
  try {
    const server = await closer.own(
      FaultyServer.start({ mediaServers: 3, viewersPerMediaServer: Math.ceil(viewers / 2), edgesPerMediaServer: 8 }),
    );
    const times: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      const { timesMs, othersHit } = await measureEdgeLoss(server, `${channel}-${run}`, viewers);
      times.push(...timesMs);
      console.error(
        `${name}, ${run + 1} of ${runs}: slowest so far ${Math.max(...times)} ms; ${othersHit} viewers elsewhere hit`,
      );
      await wait(calmMs);
    }
    return rowOf(name, times);
  } finally {
    await closer.close();
  }
}

/** Two web servers that share a Redis, a media server and a folder; another two, and another show, in each run. */
async function measureOwner({ runs, viewers }: RecoveryOptions): Promise<string[]> {
  const obstacle = await whyNoRedis();
  if (obstacle !== null) {
    console.error(`The death of one of several web servers is not measured: ${obstacle}`);
    return [];
  }
  const several = await SeveralWebServers.open();
  try {
    const [near, far]: [number[], number[]] = [[], []];
    for (let run = 0; run < runs; run += 1) {
      const { nearMs, farMs } = await measureOwnerLoss(several, `${channel}-${run}`, viewers);
      near.push(...nearMs);
      far.push(...farMs);
      console.error(`owner killed, ${run + 1} of ${runs}: slowest so far ${Math.max(...near, ...far)} ms`);
    }
    return [
      rowOf('web server of the show killed, of two: viewers there', near),
      rowOf('web server of the show killed, of two: viewers at the other one', far),
    ];
  } finally {
    await several.close();
  }
}

function rowOf(name: string, times: readonly number[]): string {
  const [median, late] = [percentileOf(times, 0.5), percentileOf(times, 0.95)];
  return `| ${name} | ${times.length} | ${median} | ${late} | ${Math.max(...times)} |`;
}

async function open(count: number, closer: Closer): Promise<Show> {
  const server = await closer.own(FaultyServer.start());
  const target = { url: server.url };
  const presenter = await closer.own(ResilientPresenter.start(target, { key: server.key, channel, record: true }));
  const viewers: ResilientViewer[] = [];
  for (let index = 0; index < count; index += 1) viewers.push(await closer.own(ResilientViewer.watch(target, channel)));
  await waitForPictures(viewers, 0);
  await wait(5_000);
  return { server, presenter, viewers };
}

/** Milliseconds from the fault until pictures arrived again, one value for every affected viewer. */
async function measureOnce(show: Show, fault: Fault): Promise<number[]> {
  const hit = fault.hits === 'one' ? show.viewers.slice(0, 1) : show.viewers;
  const faultMs = Date.now();
  await fault.strike(show);
  return waitForPictures(hit, faultMs);
}
