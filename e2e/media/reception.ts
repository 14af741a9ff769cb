import type { Page } from 'playwright/test';

/** The totals that a viewer's connection has received since it began, from getStats(). */
export type Reception = {
  /** How many connections the page has made; more than one means that it had to come back. */
  connections: number;
  /** The current round trip to the server. */
  roundTripMs: number;
  framesReceived: number;
  framesDecoded: number;
  framesDropped: number;
  keyFramesDecoded: number;
  freezeCount: number;
  /** In seconds. */
  totalFreezesDuration: number;
  packetsReceived: number;
  /** Video packets that never arrived; repaired packets count as received. */
  packetsLost: number;
  nackCount: number;
  pliCount: number;
  bytesReceived: number;
  /** How long frames waited before they were decoded, in seconds, and how many of them did. */
  jitterBufferDelay: number;
  jitterBufferEmittedCount: number;
  /** Samples of the sound. */
  concealedSamples: number;
  totalSamplesReceived: number;
};

/** By how much a count of a page's connection has grown. It begins again with each new connection. */
export function growth(before: number, now: number): number {
  return now < before ? now : now - before;
}

/** Makes `page` keep its connections, from its next load on, for {@link readReception}. */
export async function observeReception(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const connections: RTCPeerConnection[] = [];
    Object.assign(window, { seenConnections: connections });
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(configuration?: RTCConfiguration) {
        super(configuration);
        connections.push(this);
      }
    };
  });
}

/** The totals of the page's last connection so far. */
export function readReception(page: Page): Promise<Reception> {
  return page.evaluate(async () => {
    // The script above put this into the page.
    const { seenConnections } = window as unknown as { seenConnections: RTCPeerConnection[] };
    const report = (await seenConnections.at(-1)?.getStats()) ?? new Map();
    const stream = (kind: string): Partial<Record<string, number>> =>
      [...report.values()].find((entry) => entry.type === 'inbound-rtp' && entry.kind === kind) ?? {};
    const way = [...report.values()].find((entry) => entry.type === 'candidate-pair' && entry.nominated);
    const video = stream('video');
    const audio = stream('audio');
    return {
      connections: seenConnections.length,
      roundTripMs: (way?.currentRoundTripTime ?? 0) * 1_000,
      framesReceived: video.framesReceived ?? 0,
      framesDecoded: video.framesDecoded ?? 0,
      framesDropped: video.framesDropped ?? 0,
      keyFramesDecoded: video.keyFramesDecoded ?? 0,
      freezeCount: video.freezeCount ?? 0,
      totalFreezesDuration: video.totalFreezesDuration ?? 0,
      packetsReceived: video.packetsReceived ?? 0,
      packetsLost: video.packetsLost ?? 0,
      nackCount: video.nackCount ?? 0,
      pliCount: video.pliCount ?? 0,
      bytesReceived: video.bytesReceived ?? 0,
      jitterBufferDelay: video.jitterBufferDelay ?? 0,
      jitterBufferEmittedCount: video.jitterBufferEmittedCount ?? 0,
      concealedSamples: audio.concealedSamples ?? 0,
      totalSamplesReceived: audio.totalSamplesReceived ?? 0,
    };
  });
}

/** The reception between two readings; if there is a new connection, that connection's totals. */
export function receivedBetween(before: Reception, after: Reception): Reception {
  if (after.connections !== before.connections) return after;
  const difference = { ...after };
  for (const name of Object.keys(difference) as (keyof Reception)[]) {
    if (name !== 'connections' && name !== 'roundTripMs') difference[name] = after[name] - before[name];
  }
  return difference;
}

/** The share of the sound that had to be concealed. */
export function concealedShare({ concealedSamples, totalSamplesReceived }: Reception): number {
  return concealedSamples / Math.max(1, totalSamplesReceived);
}

/** One readable line about `seconds` of reception. */
export function describeReception(name: string, seen: Reception, seconds: number): string {
  const waitedMs = (seen.jitterBufferDelay / Math.max(1, seen.jitterBufferEmittedCount)) * 1000;
  return [
    `${name}: ${seen.framesDecoded} of ${seen.framesReceived} frames decoded, ${seen.framesDropped} dropped`,
    `${seen.freezeCount} freezes of ${seen.totalFreezesDuration.toFixed(2)} s`,
    `${seen.packetsLost} of ${seen.packetsReceived} packets lost`,
    `${seen.nackCount} NACK, ${seen.pliCount} PLI, ${seen.keyFramesDecoded} keyframes`,
    `${Math.round((seen.bytesReceived * 8) / seconds / 1000)} kbit/s, ${Math.round(waitedMs)} ms in the jitter buffer`,
    `${(concealedShare(seen) * 100).toFixed(1)} % of the sound concealed`,
  ].join('; ');
}
