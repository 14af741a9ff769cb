import type { Stats, WebRtcEndpoint } from 'kurento-client';
import type { MediaKind, ViewerFeedback } from '../broadcast/media-gateway.ts';
import type { KurentoObject } from './kurento-object.ts';
import { mediaTypes } from './media-connections.ts';

type Endpoint = KurentoObject<WebRtcEndpoint>;

/** Kurento's definitions declare all statistics as Stats, of which those of a stream are a subtype. */
type StreamStats = Stats & {
  bytesReceived?: number;
  bytesSent?: number;
  remb?: number;
  packetsSent?: number;
  packetsLost?: number;
  roundTripTime?: number;
  nackCount?: number;
  pliCount?: number;
  firCount?: number;
};

async function readStats(endpoint: Endpoint, kind: MediaKind): Promise<StreamStats[]> {
  const stats = await endpoint.call<Record<string, StreamStats> | null>('getStats', (it, callback) =>
    it.getStats(mediaTypes[kind], callback),
  );
  return Object.values(stats ?? {});
}

/** How much the peer has sent so far, in bytes. */
export async function receivedBytes(endpoint: Endpoint, kind: MediaKind): Promise<number> {
  const inbound = (await readStats(endpoint, kind)).filter(({ type }) => type === 'inboundrtp');
  return inbound.reduce((sum, { bytesReceived }) => sum + Number(bytesReceived ?? 0), 0);
}

/** How many keyframes of the picture were requested from the peer so far. */
export async function keyframeRequests(endpoint: Endpoint): Promise<number> {
  const inbound = (await readStats(endpoint, 'video')).filter(({ type }) => type === 'inboundrtp');
  return inbound.reduce((sum, { pliCount = 0, firCount = 0 }) => sum + pliCount + firCount, 0);
}

/** How well the peer receives the picture. Kurento's units are bit/s and seconds. */
export async function readFeedback(endpoint: Endpoint): Promise<ViewerFeedback> {
  const stats = (await readStats(endpoint, 'video')).find(({ type }) => type === 'outboundrtp');
  const { bytesSent = 0, packetsSent = 0, packetsLost = 0, remb = 0, roundTripTime = 0, nackCount = 0 } = stats ?? {};
  return {
    sentBytes: bytesSent,
    sentPackets: packetsSent,
    lostPackets: packetsLost,
    estimateKbps: remb > 0 ? remb / 1_000 : null,
    roundTripMs: roundTripTime > 0 ? roundTripTime * 1_000 : null,
    nackCount,
  };
}
