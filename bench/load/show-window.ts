import { Histogram } from '../figures/histogram.ts';
import { monotonicUs, wait } from '../platform/clock.ts';
import type { LoadClient } from './load-client.ts';
import type { AudienceReport, LoadReport, Span } from './load-client-protocol.ts';

/** Time for processes to receive the window before it begins, in milliseconds. */
const noticeMs = 500;
/** Packets count as late rather than lost as long as more of them arrive within this time, in milliseconds. */
const latenessMs = 1_000;
const mostReports = 10;

/** Makes `clients` count in a window of `seconds` that begins soon, and resolves with that window. */
export async function openWindow(clients: readonly LoadClient[], seconds: number): Promise<Span> {
  const fromUs = monotonicUs() + noticeMs * 1_000;
  const span = { fromUs, toUs: fromUs + seconds * 1e6 };
  await Promise.all(clients.map((client) => client.call('measure', span)));
  return span;
}

/** Collects reports until no more packets of the window arrive: on a busy machine, they may be seconds late. */
export async function collectReports(clients: readonly LoadClient[], signal: AbortSignal): Promise<LoadReport[]> {
  let arrived = -1;
  for (let turn = 1; ; turn += 1) {
    await wait(latenessMs, signal);
    const reports = await Promise.all(clients.map((client) => client.call('report', {})));
    const now = summed(reports).received.reduce((sum, packets) => sum + packets, 0);
    if (now === arrived || turn === mostReports) return reports;
    arrived = now;
  }
}

/** The sum of the reports of several processes. */
export function summed(reports: readonly LoadReport[]) {
  const audiences = reports.flatMap((report) => report.audiences);
  const sum = (of: (report: LoadReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  return {
    ...summedAudiences(audiences),
    audiences,
    sent: sum(({ sent }) => sent),
    duplicates: sum(({ duplicates }) => duplicates),
    keyframeRequests: sum(({ keyframeRequests }) => keyframeRequests),
    stalls: sum(({ stalls }) => stalls),
    brokenLinks: sum(({ brokenLinks }) => brokenLinks),
  };
}

/** How many packets each viewer received, and the delays of all of them. */
export function summedAudiences(audiences: readonly AudienceReport[]): { received: number[]; delaysUs: Histogram } {
  const delaysUs = new Histogram();
  for (const audience of audiences) delaysUs.merge(new Histogram(audience.delaysUs));
  return { received: audiences.flatMap(({ received }) => received), delaysUs };
}

/** Resolves at `timeUs` on the monotonic clock. */
export function waitUntil(timeUs: number, signal: AbortSignal): Promise<void> {
  return wait(Math.max(0, (timeUs - monotonicUs()) / 1_000), signal);
}
