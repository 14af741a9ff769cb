import type { Closer } from '../../server/closer.ts';
import { wait } from '../platform/clock.ts';
import { type ProcessUsage, readTotalUsage } from '../platform/process-usage.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';
import { LoadClient } from './load-client.ts';
import type { JoinReport, ViewerJoin } from './load-client-protocol.ts';

/** A show and its viewers: how many they are, and how fast they join. */
export type ShowLoad = {
  viewers: number;
  joinsPerSecond: number;
  viewersPerProcess: number;
  record: boolean;
  /** So many more viewers have a narrow downlink; they are not among the others. */
  narrow: number;
};

/** A show that everybody watches who could join. */
export type LoadedShow = {
  channel: string;
  presenter: LoadClient;
  audiences: LoadClient[];
  narrow: LoadClient[];
  /** What the media processes had used before the first viewer came. */
  before: ProcessUsage;
  /** The joins of the viewers who are not narrow. */
  joined: JoinReport[];
};

/** Time for connections and caches to settle before anything is counted, in milliseconds. */
const settleMs = 2_000;

/** Goes live on `channel` and makes all viewers join; `closer` ends them all. */
export async function openLoadedShow(
  server: MeasuredServer,
  channel: string,
  load: ShowLoad,
  closer: Closer,
  signal: AbortSignal,
): Promise<LoadedShow> {
  const { target } = server;
  const presenter = await closer.own(new LoadClient());
  const show = { key: server.key, channel, title: `${load.viewers} viewers`, record: load.record };
  await presenter.call('present', { target, show, lowTier: load.narrow > 0 });
  await wait(settleMs, signal);
  const before = await readTotalUsage(server.mediaPids);

  const audiences: LoadClient[] = [];
  const processes = Math.ceil(load.viewers / load.viewersPerProcess);
  for (let index = 0; index < processes; index += 1) audiences.push(await closer.own(new LoadClient()));
  const joined = await Promise.all(
    audiences.map((audience, index) => {
      const count = Math.floor((load.viewers + index) / processes);
      const perSecond = load.joinsPerSecond / processes;
      return audience.call('join', { target, channel, count, perSecond }, 30_000 + (count / perSecond) * 1_000);
    }),
  );
  const narrow = load.narrow > 0 ? [await closer.own(new LoadClient())] : [];
  for (const client of narrow) {
    await client.call('join', { target, channel, count: load.narrow, perSecond: load.joinsPerSecond, narrow: true });
  }
  // Narrow viewers are sent less before anything is counted.
  await wait(load.narrow > 0 ? settleMs * 3 : settleMs, signal);
  return { channel, presenter, audiences, narrow, before, joined };
}

/** The joins of several processes, and their times in milliseconds. */
export function summedJoins(reports: readonly JoinReport[]): {
  joins: ViewerJoin[];
  firstVideoMs: number[];
  answerMs: number[];
  failures: string[];
} {
  const joins = reports.flatMap((report) => report.joins);
  return {
    joins,
    firstVideoMs: joins.flatMap(({ firstVideoMs }) => firstVideoMs ?? []),
    answerMs: joins.map(({ answerMs }) => answerMs),
    failures: reports.flatMap(({ failures }) => failures),
  };
}
