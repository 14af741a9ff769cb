import { Closer } from '../../server/closer.ts';
import type { Result } from '../figures/results-table.ts';
import type { LoadClient } from '../load/load-client.ts';
import type { AudienceReport, ViewerJoin } from '../load/load-client-protocol.ts';
import { type LoadedShow, openLoadedShow, type ShowLoad, summedJoins } from '../load/loaded-show.ts';
import { collectReports, openWindow, summed, waitUntil } from '../load/show-window.ts';
import { type ProcessUsage, readMachineCpuUs, readProcessUsage, readTotalUsage } from '../platform/process-usage.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';

/** One measurement: a show with viewers, and how long its packets are counted. */
export type Load = ShowLoad & { seconds: number };

/** The results of one measurement, for any server. */
export type LoadResult = Omit<Result, 'server'> & {
  /** The counts by the UDP port of the media server, without narrow viewers. */
  audiences: AudienceReport[];
  joins: ViewerJoin[];
};

/**
 * Puts `load` on `server` and measures. Everything that was started here has ended when this settles. `joined` is called
 * with the channel when everybody watches, before anything is counted.
 */
export async function measureLoad(
  server: MeasuredServer,
  load: Load,
  signal: AbortSignal,
  joined: (channel: string) => Promise<void> = async () => {},
): Promise<LoadResult> {
  const closer = new Closer();
  try {
    const channel = `bench-${process.pid}-${load.viewers}`;
    const show = await openLoadedShow(server, channel, load, closer, signal);
    await joined(channel);
    return await measure(server, show, load, signal);
  } finally {
    await closer.close();
  }
}

async function measure(
  server: MeasuredServer,
  { presenter, audiences, narrow, before, joined }: LoadedShow,
  load: Load,
  signal: AbortSignal,
): Promise<LoadResult> {
  const clients = [presenter, ...audiences];
  const everyone = [...clients, ...narrow];
  const { fromUs, toUs } = await openWindow(everyone, load.seconds);
  await waitUntil(fromUs, signal);
  const atStart = await readUsages(server, everyone);
  await waitUntil(toUs, signal);
  const atEnd = await readUsages(server, everyone);
  const counted = summed(await collectReports(clients, signal));
  const narrowCounted = summed(await Promise.all(narrow.map((client) => client.call('report', {}))));

  const absent = Array.from({ length: load.viewers - counted.received.length }, () => 0);
  const mediaCpuUs = atEnd.media.cpuUs - atStart.media.cpuUs;
  const webCpuUs = atEnd.web === null || atStart.web === null ? null : atEnd.web.cpuUs - atStart.web.cpuUs;
  const clientCpuUs = atEnd.clientCpuUs - atStart.clientCpuUs;
  return {
    viewers: load.viewers,
    seconds: load.seconds,
    ...counted,
    received: [...counted.received, ...absent],
    narrow: {
      viewers: load.narrow,
      received: narrowCounted.received.reduce((sum, packets) => sum + packets, 0),
    },
    mediaCpuUs,
    webCpuUs,
    clientCpuUs,
    strangerCpuUs: atEnd.machineCpuUs - atStart.machineCpuUs - mediaCpuUs - (webCpuUs ?? 0) - clientCpuUs,
    residentBytes: { before: before.residentBytes, during: atEnd.media.residentBytes },
    ...summedJoins(joined),
  };
}

type Usages = { media: ProcessUsage; web: ProcessUsage | null; clientCpuUs: number; machineCpuUs: number };

async function readUsages(server: MeasuredServer, clients: readonly LoadClient[]): Promise<Usages> {
  const [machineCpuUs, media, web, others] = await Promise.all([
    readMachineCpuUs(),
    readTotalUsage(server.mediaPids),
    server.webPid === null ? null : readProcessUsage(server.webPid),
    readTotalUsage(clients.map(({ pid }) => pid)),
  ]);
  return { machineCpuUs, media, web, clientCpuUs: others.cpuUs };
}
