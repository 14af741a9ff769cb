import { Closer } from '../server/closer.ts';
import { testSeed } from '../server/codecs/testing/test-seed.ts';
import { wait } from './clock.ts';
import { FaultyServer } from './faulty-server.ts';
import { percentileOf } from './histogram.ts';
import { readRecoveryOptions, recoveryUsage } from './recovery-options.ts';
import { ResilientPresenter } from './resilient-presenter.ts';
import { ResilientViewer } from './resilient-viewer.ts';

/*
 * `npm run bench:recovery`: causes one fault after the other on a server with a show, and prints how long the viewers
 * were without pictures. Progress goes to standard error, so that standard output can be saved.
 */

type Show = { server: FaultyServer; presenter: ResilientPresenter; viewers: ResilientViewer[] };

/** A fault and how to cause it. `hits` are the viewers whom it affects. */
type Fault = { name: string; hits: 'everybody' | 'one'; strike(show: Show): void | Promise<void> };

const channel = 'bench-recovery';
const timeoutMs = 30_000;
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

async function measure(options: { runs: number; viewers: number }): Promise<void> {
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
      const [median, late] = [percentileOf(times, 0.5), percentileOf(times, 0.95)];
      rows.push(`| ${fault.name} | ${times.length} | ${median} | ${late} | ${Math.max(...times)} |`);
    }
    console.log(`\n${options.runs} runs, ${options.viewers} viewers, Node.js ${process.versions.node}\n`);
    console.log('| fault | recoveries | p50 ms | p95 ms | max ms |\n| --- | ---: | ---: | ---: | ---: |');
    console.log(rows.join('\n'));
  } finally {
    await closer.close();
  }
}

async function open(count: number, closer: Closer): Promise<Show> {
  const server = await closer.own(FaultyServer.start());
  const target = { url: server.url };
  const presenter = await closer.own(ResilientPresenter.start(target, { key: server.key, channel, record: true }));
  const viewers: ResilientViewer[] = [];
  for (let index = 0; index < count; index += 1) viewers.push(await closer.own(ResilientViewer.watch(target, channel)));
  await allBack(viewers, 0);
  await wait(5_000);
  return { server, presenter, viewers };
}

/** Milliseconds from the fault until pictures arrived again, one value for every affected viewer. */
async function measureOnce(show: Show, fault: Fault): Promise<number[]> {
  const hit = fault.hits === 'one' ? show.viewers.slice(0, 1) : show.viewers;
  const faultMs = Date.now();
  await fault.strike(show);
  return allBack(hit, faultMs);
}

async function allBack(viewers: readonly ResilientViewer[], faultMs: number): Promise<number[]> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const times = viewers.map(({ pictures }) => pictures.firstBeginningAfter(faultMs));
    const back = times.filter((at) => at !== null);
    if (back.length === viewers.length) return back.map((at) => at - faultMs);
    if (Date.now() > deadlineMs) {
      const troubles = new Set(viewers.filter((_, index) => times[index] === null).map(({ trouble }) => trouble));
      throw new Error(`${viewers.length - back.length} viewers did not come back: ${[...troubles].join('; ')}`);
    }
    await wait(20);
  }
}
