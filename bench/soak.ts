import { Closer } from '../server/closer.ts';
import { testSeed } from '../server/codecs/testing/test-seed.ts';
import { SoakedShow, type Stay } from './measures/soaked-show.ts';
import { readSoakOptions, type SoakOptions, soakUsage } from './options/soak-options.ts';
import { wait } from './platform/clock.ts';
import { FaultyServer, type ServerUse } from './servers/faulty-server.ts';
import { countPipelines } from './servers/media-server-objects.ts';

/*
 * `npm run test:soak`: a long show with faults. Exits with code 1 if anything is left over afterwards, or if a viewer
 * stayed and saw nothing. It takes half an hour, and is therefore not part of `npm test`.
 */

/** How long the server is warmed up before its idle usage is measured, in minutes. */
const warmUpMinutes = 0.25;
const restMs = 45_000;
/** How much memory may grow from idle to idle, in MiB: heaps are not collected to the last byte. */
const memoryMarginMiB = 40;
/** Longer than the media server's restart, the return of all viewers, and a second attempt of it. */
const longestFreezeMs = 15_000;

const stopped = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopped.abort(new Error(signal)));

try {
  const options = readSoakOptions(process.argv.slice(2));
  if (!options.help) console.error(`FUZZ_SEED=${testSeed}`);
  if (options.help) console.log(soakUsage);
  else process.exitCode = await soak(options);
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
// Abandoned work, such as a connection that never closed, must not keep the process running.
process.exit();

async function soak(options: SoakOptions): Promise<number> {
  const closer = new Closer();
  try {
    const server = await closer.own(FaultyServer.start());
    await new SoakedShow(server, { ...options, 'resume-every': 5, 'kill-every': 10 }).run(
      warmUpMinutes,
      stopped.signal,
    );
    await waitForRest(server);
    const before = await server.use();
    const show = new SoakedShow(server, options);
    await show.run(options.minutes, stopped.signal);
    const leftovers = await waitForRest(server);
    const after = await server.use();
    print(show, before, after);
    const faults = [...leftovers, ...compare(before, after), ...judge(show.stays)];
    for (const fault of faults) console.log(`FAULT: ${fault}`);
    console.log(faults.length === 0 ? 'Nothing is left over.' : `${faults.length} faults.`);
    return faults.length === 0 ? 0 : 1;
  } finally {
    await closer.close();
  }
}

/** Waits until there are no people, shows or objects; returns what is left if that does not happen in time. */
async function waitForRest(server: FaultyServer): Promise<string[]> {
  const deadlineMs = Date.now() + restMs;
  for (;;) {
    const health = await server.health();
    const pipelines = await countPipelines(server.mediaServerUrl).catch(() => Number.NaN);
    const { broadcasts, viewers, sockets, peers } = health;
    const left = Object.entries({ broadcasts, viewers, sockets, peers, pipelines }).filter(([, count]) => count !== 0);
    if (left.length === 0 && health.status === 'ok') return [];
    if (Date.now() > deadlineMs) return left.map(([name, count]) => `${count} ${name} are left over`);
    await wait(250);
  }
}

function compare(before: ServerUse, after: ServerUse): string[] {
  const limits: ServerUse = {
    webMiB: before.webMiB + memoryMarginMiB,
    mediaMiB: before.mediaMiB + memoryMarginMiB,
    // A socket that lingers and a timer that is about to fire again are not leaks.
    mediaFiles: before.mediaFiles + 3,
    timers: before.timers + 2,
  };
  // These are the keys of the object that is typed just above.
  return (Object.keys(limits) as (keyof ServerUse)[])
    .filter((name) => after[name] > limits[name])
    .map((name) => `${name} grew from ${before[name]} to ${after[name]}`);
}

function judge(stays: readonly Stay[]): string[] {
  const blind = stays.filter(({ sawPictures }) => !sawPictures).map(({ name }) => `${name} never saw a picture`);
  const frozen = stays.filter((stay) => stay.longestFreezeMs > longestFreezeMs);
  return [...blind, ...frozen.map(({ name, longestFreezeMs: ms }) => `${name} froze for ${ms} ms`)];
}

function print(show: SoakedShow, before: ServerUse, after: ServerUse): void {
  console.log(`\n| viewer | stayed s | longest freeze ms | rejoins |\n| --- | ---: | ---: | ---: |`);
  for (const { name, stayedMs, longestFreezeMs: freeze, rejoins } of show.stays) {
    console.log(`| ${name} | ${Math.round(stayedMs / 1000)} | ${freeze} | ${rejoins} |`);
  }
  console.log(`\n${JSON.stringify({ ...show.counts, before, after })}`);
}
