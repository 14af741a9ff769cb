import type { MediaPipeline, MediaType, PassThrough, Stats, WebRtcEndpoint } from 'kurento-client';
import type { Candidate } from '../../lib/signaling.ts';
import {
  kindsOf,
  type LinkListener,
  type MediaCodecs,
  type MediaKind,
  type PresenterLink,
  type ReceivedBytes,
} from '../broadcast/media-gateway.ts';
import type { EndpointServersSource } from '../ice/endpoint-servers.ts';
import type { Logger } from '../logger.ts';
import { Health } from './health.ts';
import type { KurentoConnection } from './kurento-connection.ts';
import { closedMeanwhile, mismatchedKind, toAppError } from './kurento-errors.ts';
import { type KurentoObject, openObject } from './kurento-object.ts';
import { MutableListener } from './mutable-listener.ts';
import { agreedCodecs, refusedKinds, withPorts } from './offer-answer.ts';

/** Kurento's names for our kinds. */
export const mediaTypes: Record<MediaKind, MediaType> = { audio: 'AUDIO', video: 'VIDEO' };

/** Whether a browser feeds the pipeline, is fed by it, or gets its own media back (`loop`). */
export type LinkRole = 'presenter' | 'viewer' | 'loop';

/** The parts and options of a link. */
export type LinkRequest = {
  connection: KurentoConnection;
  logger: Logger;
  mediaPipeline: KurentoObject<MediaPipeline>;
  /** The pass-through that the presenter feeds and that feeds the viewers. */
  passThrough: KurentoObject<PassThrough>;
  role: LinkRole;
  sdpOffer: string;
  maxVideoKbps: number;
  listener: LinkListener;
  /** Called when the link begins to close. */
  left: (link: KurentoLink) => void;
  /** Whether this link should still feed the pipeline: another presenter may have asked for it meanwhile. */
  isWanted: () => boolean;
  /** The STUN and TURN servers for the endpoint; none by default. */
  endpointServers?: EndpointServersSource | undefined;
};

/** The minimum that Kurento asks a presenter for, as a share of the maximum, however slow the uplink is. */
const leastAskedShare = 0.1;
/** Kurento's bandwidth request grows by this share every half second while no packets are lost. */
const growthFactor = 0.5;

type Endpoint = KurentoObject<WebRtcEndpoint>;

/**
 * Connects a browser to the pipeline.
 * @throws AppError; everything opened until then is released
 */
export async function openLink(request: LinkRequest): Promise<KurentoLink> {
  const { connection, logger, mediaPipeline, passThrough, role } = request;
  const sdpOffer = withPorts(request.sdpOffer);
  const way = role === 'viewer' ? 'sends' : 'receives';
  const listener = new MutableListener(request.listener, logger);
  const unplayable = new Set<MediaKind>();
  const refuse = (kind: MediaKind) => {
    if (unplayable.has(kind)) return;
    unplayable.add(kind);
    listener.notify((it) => it.unplayable(kind));
  };
  const health = new Health((error) => listener.notifyLast((it) => it.failed(error)));
  const endpoint = await openObject({
    connection,
    logger,
    type: 'WebRtcEndpoint',
    within: mediaPipeline,
    parameters: { mediaPipeline: mediaPipeline.object },
    failed: (error) => {
      const kind = role === 'viewer' ? mismatchedKind(error) : null;
      if (kind !== null) {
        logger.debug({ err: error }, 'A viewer has no codec for what the presenter sends');
        refuse(kind);
        return;
      }
      logger.warn({ err: error }, 'A link broke on the media server');
      health.fail(toAppError(error, 'link'));
    },
  });
  const parts = { endpoint, listener, health };
  try {
    subscribe(parts, role);
    const [sdpAnswer] = await Promise.all([
      negotiate(endpoint, { ...request, sdpOffer }),
      role === 'viewer' && feedFromPipeline(endpoint, passThrough, refuse),
    ]);
    logger.debug({ sdpOffer, sdpAnswer }, 'A link was negotiated');
    const codecs = agreedCodecs(sdpOffer, sdpAnswer, way);
    for (const kind of refusedKinds(sdpOffer, sdpAnswer, way)) refuse(kind);
    await Promise.all([
      role !== 'viewer' && connectWithPipeline(endpoint, kindsOf(codecs), request),
      endpoint.call('gatherCandidates', (it, callback) => it.gatherCandidates(callback)),
    ]);
    health.opened();
    return new KurentoLink({ ...parts, sdpAnswer, codecs, left: request.left });
  } catch (error) {
    await closeParts(parts);
    throw toAppError(error, 'openLink');
  }
}

type LinkParts = { endpoint: Endpoint; listener: MutableListener<LinkListener>; health: Health };

/** A browser's connection to the pipeline. */
export class KurentoLink implements PresenterLink {
  readonly sdpAnswer: string;
  readonly codecs: MediaCodecs;
  readonly #parts: LinkParts;
  readonly #left: LinkRequest['left'];

  constructor(parts: LinkParts & { sdpAnswer: string; codecs: MediaCodecs; left: LinkRequest['left'] }) {
    this.sdpAnswer = parts.sdpAnswer;
    this.codecs = parts.codecs;
    this.#left = parts.left;
    this.#parts = parts;
  }

  /** Candidates for a closed link are ignored: the browser sends them until it learns that the link is closed. */
  async addCandidate({ candidate, sdpMid, sdpMLineIndex }: Candidate): Promise<void> {
    const { endpoint, listener } = this.#parts;
    // An empty candidate marks the end of candidates, which Kurento does not accept.
    if (listener.muted || candidate === '') return;
    try {
      await endpoint.call('addIceCandidate', (it, callback) =>
        it.addIceCandidate({ candidate, sdpMid, sdpMLineIndex }, callback),
      );
    } catch (error) {
      // The link may have been closed while the candidate was on its way.
      if (!listener.muted) throw error;
    }
  }

  async received(): Promise<ReceivedBytes> {
    const kinds = kindsOf(this.codecs);
    try {
      const bytes = await Promise.all(kinds.map((kind) => receivedBytes(this.#parts.endpoint, kind)));
      return Object.fromEntries(kinds.map((kind, index) => [kind, bytes[index]]));
    } catch (error) {
      throw toAppError(error, 'received');
    }
  }

  /** Stops reporting events; for an owner that releases the whole pipeline. */
  silence(): void {
    this.#parts.listener.mute();
    this.#parts.health.close();
  }

  async close(): Promise<void> {
    this.#left(this);
    await closeParts(this.#parts);
  }
}

async function receivedBytes(endpoint: Endpoint, kind: MediaKind): Promise<number> {
  const stats = await endpoint.call<Record<string, Stats> | null>('getStats', (it, callback) =>
    it.getStats(mediaTypes[kind], callback),
  );
  const inbound = Object.values(stats ?? {}).filter(({ type }) => type === 'inboundrtp');
  // Kurento's definitions declare the value as Stats, of which each kind of statistics is a subtype.
  return inbound.reduce((sum, it) => sum + Number((it as Stats & { bytesReceived?: number }).bytesReceived ?? 0), 0);
}

async function closeParts({ endpoint, listener, health }: LinkParts): Promise<void> {
  listener.mute();
  health.close();
  await endpoint.close();
}

/** Makes the settings that the answer depends on, and returns the answer. */
async function negotiate(endpoint: Endpoint, request: LinkRequest): Promise<string> {
  await Promise.all([setBandwidths(endpoint, request), setServers(endpoint, request)]);
  return await endpoint.call<string>('processOffer', (it, callback) => it.processOffer(request.sdpOffer, callback));
}

/**
 * Kurento asks the presenter for what the slowest viewer can take, clamped to each viewer's send bandwidths, and their
 * defaults are 100 and 500 kbit/s. With both at the configured rate, no viewer limits the picture of the others.
 *
 * By default, Kurento's estimate of a presenter's uplink begins with the rate that arrives in the first half second and
 * grows by 4 % every half second, so slowly that it would hold a good uplink back for half a minute. Here it grows
 * quickly, up to twice the rate that arrives. Loss reduces it as before.
 */
async function setBandwidths(endpoint: Endpoint, { role, maxVideoKbps }: LinkRequest): Promise<void> {
  const settings: Promise<unknown>[] = [];
  if (role !== 'viewer') {
    settings.push(
      endpoint.call('setMaxVideoRecvBandwidth', (it, callback) => it.setMaxVideoRecvBandwidth(maxVideoKbps, callback)),
      endpoint.call('setMinVideoRecvBandwidth', (it, callback) =>
        it.setMinVideoRecvBandwidth(Math.round(maxVideoKbps * leastAskedShare), callback),
      ),
      endpoint.call('setRembParams', (it, callback) => it.setRembParams({ exponentialFactor: growthFactor }, callback)),
    );
  }
  if (role !== 'presenter') {
    settings.push(
      // The maximum goes first, because a minimum above it is reduced to it.
      endpoint.call('setMaxVideoSendBandwidth', (it, callback) => it.setMaxVideoSendBandwidth(maxVideoKbps, callback)),
      endpoint.call('setMinVideoSendBandwidth', (it, callback) => it.setMinVideoSendBandwidth(maxVideoKbps, callback)),
    );
  }
  // Requests keep their order, so none needs to wait for the response to another.
  await Promise.all(settings);
}

/** Names the servers that help the endpoint through a NAT. Kurento reads them when the negotiation begins. */
async function setServers(endpoint: Endpoint, { endpointServers }: LinkRequest): Promise<void> {
  if (endpointServers === undefined) return;
  const { stun, turnUrl } = await endpointServers();
  const settings: Promise<unknown>[] = [];
  if (stun !== null) {
    const { address, port } = stun;
    settings.push(endpoint.call('setStunServerAddress', (it, callback) => it.setStunServerAddress(address, callback)));
    settings.push(endpoint.call('setStunServerPort', (it, callback) => it.setStunServerPort(port, callback)));
  }
  if (turnUrl !== null) {
    settings.push(endpoint.call('setTurnUrl', (it, callback) => it.setTurnUrl(turnUrl, callback)));
  }
  await Promise.all(settings);
}

/**
 * Subscribes before the offer is processed, so that nothing is missed. A presenter's media flows out of its
 * endpoint into the pipeline, a viewer's flows in from there.
 */
function subscribe({ endpoint, listener, health }: LinkParts, role: LinkRequest['role']): void {
  const { object } = endpoint;
  object.on('IceCandidateFound', ({ candidate: found }) => {
    const { candidate, sdpMid, sdpMLineIndex } = found;
    listener.notify((it) => it.candidateFound({ candidate, sdpMid, sdpMLineIndex }));
  });
  object.on(role !== 'viewer' ? 'MediaFlowOutStateChanged' : 'MediaFlowInStateChanged', ({ mediaType, state }) => {
    if (mediaType === 'DATA') return;
    listener.notify((it) => it.flowChanged(mediaType === 'AUDIO' ? 'audio' : 'video', state === 'FLOWING'));
  });
  object.on('IceComponentStateChanged', ({ componentId, state }) => {
    // The second component is that of RTCP, which never connects if RTP and RTCP share a port (RFC 8834 §4.5).
    if (state === 'FAILED' && componentId === 1) health.unreachable();
  });
  object.on('ConnectionStateChanged', ({ newState }) => {
    if (newState === 'CONNECTED') health.connected();
    else health.disconnected();
  });
}

/**
 * Feeds a viewer from the pipeline, kind by kind, independently of who presents now or later. A kind whose codec the
 * viewer lacks is reported to `refuse` and does not block the other one.
 */
async function feedFromPipeline(
  endpoint: Endpoint,
  passThrough: LinkRequest['passThrough'],
  refuse: (kind: MediaKind) => void,
): Promise<void> {
  const connect = async (kind: MediaKind) => {
    try {
      await passThrough.call('connect', (it, callback) => it.connect(endpoint.object, mediaTypes[kind], callback));
    } catch (error) {
      if (mismatchedKind(error) === null) throw error;
      refuse(kind);
    }
  };
  await Promise.all([connect('audio'), connect('video')]);
}

/** Connects a presenter's media to the pipeline, and that of a connection test back to its own endpoint. */
async function connectWithPipeline(
  endpoint: Endpoint,
  kinds: readonly MediaKind[],
  { role, passThrough, isWanted }: LinkRequest,
): Promise<void> {
  const sink = role === 'loop' ? endpoint : passThrough;
  for (const kind of kinds) {
    if (!isWanted()) throw closedMeanwhile();
    await endpoint.call('connect', (it, callback) => it.connect(sink.object, mediaTypes[kind], callback));
  }
}
