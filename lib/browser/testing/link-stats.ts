import type { LinkFigures } from '../rtc/link-figures.ts';
import type { StatsReport } from '../rtc/link-stats.ts';

/** A report like Chromium's for a viewer's link, with a test's changes. */
export function statsReport(
  change: { video?: object; audio?: object; pair?: object; local?: object } = {},
): StatsReport {
  const entries: Record<string, unknown>[] = [
    { id: 'T', type: 'transport', selectedCandidatePairId: 'P' },
    { id: 'P0', type: 'candidate-pair', nominated: false, localCandidateId: 'other', currentRoundTripTime: 9 },
    {
      id: 'P',
      type: 'candidate-pair',
      nominated: true,
      localCandidateId: 'L',
      remoteCandidateId: 'R',
      currentRoundTripTime: 0.02,
      ...change.pair,
    },
    { id: 'L', type: 'local-candidate', candidateType: 'host', protocol: 'udp', ...change.local },
    { id: 'R', type: 'remote-candidate', candidateType: 'host', protocol: 'udp' },
    { id: 'CV', type: 'codec', mimeType: 'video/VP8' },
    { id: 'CA', type: 'codec', mimeType: 'audio/opus' },
    {
      id: 'V',
      type: 'inbound-rtp',
      kind: 'video',
      codecId: 'CV',
      timestamp: 1_000,
      bytesReceived: 100_000,
      packetsReceived: 100,
      packetsLost: 0,
      frameWidth: 1280,
      frameHeight: 720,
      framesDecoded: 30,
      framesDropped: 0,
      freezeCount: 0,
      jitter: 0.005,
      ...change.video,
    },
    {
      id: 'A',
      type: 'inbound-rtp',
      kind: 'audio',
      codecId: 'CA',
      timestamp: 1_000,
      bytesReceived: 5_000,
      packetsReceived: 50,
      packetsLost: 0,
      jitter: 0.002,
      concealedSamples: 0,
      silentConcealedSamples: 0,
      totalSamplesReceived: 48_000,
      ...change.audio,
    },
  ];
  return {
    forEach: (visit) => {
      for (const entry of entries) visit(entry);
    },
  };
}

/** The figures of a healthy link, with a test's changes. */
export function linkFigures(change: Partial<LinkFigures> = {}): LinkFigures {
  return {
    width: 1280,
    height: 720,
    framesPerSecond: 30,
    videoCodec: 'VP8',
    audioCodec: 'opus',
    kbps: 1_500,
    lossShare: 0,
    jitterMs: 5,
    roundTripMs: 20,
    framesDecoded: 900,
    framesDropped: 0,
    droppedShare: 0,
    freezes: 0,
    newFreezes: 0,
    concealedShare: 0,
    path: 'direct',
    ...change,
  };
}
