import { Closer } from '../server/closer.ts';
import { wait } from './clock.ts';
import { LoadClient } from './load-client.ts';
import type { MeasuredServer } from './measured-server.ts';
import { type ProcessUsage, readMachineCpuUs, readProcessUsage } from './process-usage.ts';
import type { Result } from './results-table.ts';
import { collectReports, openWindow, summed, waitUntil } from './show-window.ts';

/** One measurement: how many viewers, how fast they join, and how long packets are counted. */
export type Load = {
  viewers: number;
  seconds: number;
  joinsPerSecond: number;
  viewersPerProcess: number;
  record: boolean;
  /** So many more viewers have a narrow downlink; the counts do not include them. */
  narrow: number;
};

/** The results of one measurement, for any server. */
export type LoadResult = Omit<Result, 'server'>;

/** Time for connections and caches to settle before anything is counted, in milliseconds. */
const settleMs = 2_000;

/** Puts `load` on `server` and measures. Everything that was started here has ended when this settles. */
export async function measureLoad(server: MeasuredServer, load: Load, signal: AbortSignal): Promise<LoadResult> {
  const closer = new Closer();
  try {
    return await measure(server, load, closer, signal);
  } finally {
    await closer.close();
  }
}

async function measure(server: MeasuredServer, load: Load, closer: Closer, signal: AbortSignal): Promise<LoadResult> {
  const { target } = server;
  const channel = `bench-${process.pid}-${load.viewers}`;
  const presenter = await closer.own(new LoadClient());
  const show = { key: server.key, channel, title: `${load.viewers} viewers`, record: load.record };
  await presenter.call('present', { target, show, lowTier: load.narrow > 0 });
  await wait(settleMs, signal);
  const before = await readProcessUsage(server.mediaPid);

  const audiences: LoadClient[] = [];
  const processes = Math.ceil(load.viewers / load.viewersPerProcess);
  for (let index = 0; index < processes; index += 1) audiences.push(await closer.own(new LoadClient()));
  const joins = await Promise.all(
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
  // They are sent less before anything is counted.
  await wait(load.narrow > 0 ? settleMs * 3 : settleMs, signal);

  const clients = [presenter, ...audiences];
  const everyone = [...clients, ...narrow];
  const { fromUs, toUs } = await openWindow(everyone, load.seconds);
  await waitUntil(fromUs, signal);
  const atStart = await readUsages(server, everyone);
  await waitUntil(toUs, signal);
  const atEnd = await readUsages(server, everyone);
  const reports = await collectReports(clients, signal);
  const narrowReports = await Promise.all(narrow.map((client) => client.call('report', {})));

  const received = reports.flatMap((report) => report.received);
  const absent = Array.from({ length: load.viewers - received.length }, () => 0);
  const mediaCpuUs = atEnd.media.cpuUs - atStart.media.cpuUs;
  const webCpuUs = atEnd.web === null || atStart.web === null ? null : atEnd.web.cpuUs - atStart.web.cpuUs;
  const clientCpuUs = atEnd.clientCpuUs - atStart.clientCpuUs;
  return {
    viewers: load.viewers,
    seconds: load.seconds,
    ...summed(reports),
    received: [...received, ...absent],
    narrow: {
      viewers: load.narrow,
      received: narrowReports.flatMap((report) => report.received).reduce((sum, packets) => sum + packets, 0),
    },
    mediaCpuUs,
    webCpuUs,
    clientCpuUs,
    strangerCpuUs: atEnd.machineCpuUs - atStart.machineCpuUs - mediaCpuUs - (webCpuUs ?? 0) - clientCpuUs,
    residentBytes: { before: before.residentBytes, during: atEnd.media.residentBytes },
    firstVideoMs: joins.flatMap((join) => join.firstVideoMs),
    answerMs: joins.flatMap((join) => join.answerMs),
    failures: joins.flatMap((join) => join.failures),
  };
}

type Usages = { media: ProcessUsage; web: ProcessUsage | null; clientCpuUs: number; machineCpuUs: number };

async function readUsages(server: MeasuredServer, clients: readonly LoadClient[]): Promise<Usages> {
  const [machineCpuUs, media, web, ...others] = await Promise.all([
    readMachineCpuUs(),
    readProcessUsage(server.mediaPid),
    server.webPid === null ? null : readProcessUsage(server.webPid),
    ...clients.map((client) => readProcessUsage(client.pid)),
  ]);
  return { machineCpuUs, media, web, clientCpuUs: others.reduce((sum, { cpuUs }) => sum + cpuUs, 0) };
}
