import { randomBytes } from 'node:crypto';
import type { Closer } from '../../server/closer.ts';
import { RedisConnection } from '../../server/cluster/redis-connection.ts';
import { RedisServer } from '../../server/cluster/testing/redis-server.ts';
import { openLogger } from '../../server/logger.ts';
import { Histogram } from '../figures/histogram.ts';
import { fixed, milliseconds, tableOf } from '../figures/results-table.ts';
import { IdleViewers } from '../load/idle-viewers.ts';
import { LoadPresenter } from '../load/load-presenter.ts';
import type { ClusterOptions } from '../options/cluster-options.ts';
import { monotonicUs, wait, within } from '../platform/clock.ts';
import { readTotalUsage } from '../platform/process-usage.ts';
import { startRostrum } from '../servers/measured-server.ts';

/** The cost of viewers without media at several web servers. Times are in microseconds, memory is in bytes. */
export type ClusterResult = {
  /** Those who follow the channel; the others were refused. */
  viewers: number;
  refused: number;
  /** From the first connection to the last answer. */
  joiningUs: number;
  replyUs: Histogram;
  /** CPU time of all web servers while viewers came, and in one second while nothing happened. */
  joiningCpuUs: number;
  idleCpuUs: number;
  /** Resident memory of all web servers, and the memory that Redis uses. */
  web: { before: number; during: number };
  redis: { before: number; during: number };
  /** From a new title until the viewers were told, for all viewers and titles. */
  toldUs: Histogram;
};

const channel = 'bench-cluster';
const timeoutMs = 60_000;
const settleMs = 5_000;
const idleS = 5;
const titles = 5;

/** Starts Redis and web servers, has viewers come, and measures. What is opened belongs to `closer`. */
export async function measureCluster(options: ClusterOptions, closer: Closer, signal: AbortSignal) {
  const { servers: count, 'in-flight': inFlight } = options;
  const redis = await closer.own(RedisServer.start());
  const client = await closer.own(RedisConnection.open({ url: redis.url, logger: openLogger('silent') }));
  const cluster = { redisUrl: redis.url, key: randomBytes(18).toString('base64url') };
  const servers = [];
  for (let index = 0; index < count; index += 1) {
    servers.push(await closer.own(startRostrum({ profileDir: null, cluster })));
  }
  const [first] = servers;
  if (first === undefined) throw new Error('There is no web server.');
  const show = { key: cluster.key, channel, title: 'Before' };
  const presenter = await closer.own(LoadPresenter.start(first.target, show));
  await presenter.waitForLive(timeoutMs);
  const pids = servers.flatMap(({ webPid }) => webPid ?? []);
  const look = async () => ({ web: await readTotalUsage(pids), redis: await usedMemory(client) });
  await wait(settleMs, signal);
  const before = await look();
  const crowds = servers.map(({ target: { url } }, index) => ({
    ...{ url, channel, inFlight, timeoutMs },
    count: Math.floor((options.viewers + index) / count),
    process: new IdleViewers(),
  }));
  for (const crowd of crowds) closer.add(() => crowd.process.close());
  const beganUs = monotonicUs();
  const replies = await Promise.all(crowds.map(({ process, ...order }) => process.join(order)));
  const joiningUs = monotonicUs() - beganUs;
  const failures = replies.flatMap((reply) => reply.failures);
  const viewers = replies.reduce((sum, { replyUs }) => sum + replyUs.count, 0);
  if (replies.some(({ replyUs }) => replyUs.count === 0)) {
    throw new Error(`Nobody can follow at one of the web servers: ${[...new Set(failures)].slice(0, 3).join(' ')}`);
  }
  const joined = await look();
  await wait(settleMs, signal);
  const idleBefore = await look();
  await wait(idleS * 1_000, signal);
  const during = await look();
  const toldUs = new Histogram();
  for (let index = 0; index < titles; index += 1) {
    const all = within(timeoutMs, 'Telling all viewers', Promise.all(crowds.map(({ process }) => process.told())));
    await presenter.link.signaling.request('broadcast:rename', { title: `${monotonicUs()}` });
    for (const told of await all) toldUs.merge(told);
  }
  const replyUs = new Histogram();
  for (const reply of replies) replyUs.merge(reply.replyUs);
  const result: ClusterResult = {
    ...{ viewers, refused: failures.length, joiningUs, replyUs, toldUs },
    joiningCpuUs: joined.web.cpuUs - before.web.cpuUs,
    idleCpuUs: (during.web.cpuUs - idleBefore.web.cpuUs) / idleS,
    web: { before: before.web.residentBytes, during: during.web.residentBytes },
    redis: { before: before.redis, during: during.redis },
  };
  return result;
}

const perCent = (cpuUs: number, us: number) => fixed((cpuUs / us) * 100, 0);
const kibibytes = ({ before, during }: ClusterResult['web'], viewers: number) =>
  fixed((during - before) / 1024 / viewers, 1);
const tail = (times: Histogram) => `${milliseconds(times.percentile(0.5))} / ${milliseconds(times.percentile(0.95))}`;

/** The result as a table of one row, in Markdown. */
export function clusterTable(result: ClusterResult): string {
  return tableOf<ClusterResult>(
    [
      { head: 'viewers', cell: ({ viewers }) => `${viewers}` },
      { head: 'refused', cell: ({ refused }) => `${refused}` },
      { head: 'joins/s', cell: ({ viewers, joiningUs }) => fixed((viewers / joiningUs) * 1e6, 0) },
      { head: 'reply p50/p95 ms', cell: ({ replyUs }) => tail(replyUs) },
      { head: 'web servers KiB/viewer', cell: ({ web, viewers }) => kibibytes(web, viewers) },
      { head: 'Redis KiB/viewer', cell: ({ redis, viewers }) => kibibytes(redis, viewers) },
      {
        head: 'CPU % of a core while they come',
        cell: ({ joiningCpuUs, joiningUs }) => perCent(joiningCpuUs, joiningUs),
      },
      { head: 'while nothing happens', cell: ({ idleCpuUs }) => perCent(idleCpuUs, 1e6) },
      { head: 'new title → told p50/p95 ms', cell: ({ toldUs }) => tail(toldUs) },
    ],
    [result],
  );
}

async function usedMemory(client: RedisConnection): Promise<number> {
  return Number(/^used_memory:(\d+)/m.exec(String(await client.command(['INFO', 'memory'])))?.[1] ?? 0);
}
