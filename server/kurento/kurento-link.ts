import type { MediaElement, MediaPipeline, PassThrough, WebRtcEndpoint } from 'kurento-client';
import type { Candidate } from '../../lib/signaling.ts';
import type { Selection, Sound, Tier } from '../../lib/tiers.ts';
import {
  kindsOf,
  type LinkListener,
  type MediaCodecs,
  type MediaKind,
  type PresenterLink,
  type ReceivedBytes,
  type ViewerFeedback,
  type ViewerLink,
} from '../broadcast/media-gateway.ts';
import type { EndpointServersSource } from '../ice/endpoint-servers.ts';
import type { Logger } from '../logger.ts';
import { followConnection } from './endpoint-events.ts';
import { configureEndpoint, type LinkRole } from './endpoint-settings.ts';
import { readFeedback, receivedBytes } from './endpoint-stats.ts';
import { Health } from './health.ts';
import type { KurentoConnection } from './kurento-connection.ts';
import { closedMeanwhile, mismatchedKind, toAppError } from './kurento-errors.ts';
import { type KurentoObject, openObject } from './kurento-object.ts';
import { connectMedia } from './media-connections.ts';
import { MutableListener } from './mutable-listener.ts';
import { agreedCodecs, refusedKinds, withPorts } from './offer-answer.ts';
import { ViewerSources } from './viewer-sources.ts';

/** The embedded server's tag for a bandwidth probe, in kbit/s. */
const probeTag = 'bandwidthProbe';

/** The parts and options of a link. */
export type LinkRequest = {
  connection: KurentoConnection;
  logger: Logger;
  mediaPipeline: KurentoObject<MediaPipeline>;
  /** The pass-through that a presenter feeds, or that feeds a viewer at first; a loop has one of its own. */
  passThrough: KurentoObject<PassThrough>;
  /** What a presenter's media goes to, in place of the pass-through. */
  sink?: KurentoObject<MediaElement> | null;
  /** The pass-through of any tier. */
  passThroughOf: (tier: Tier) => Promise<KurentoObject<PassThrough>> | KurentoObject<PassThrough>;
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
      const failure = toAppError(error, 'link');
      // The loss of a media server is reported once, and not for each of hundreds of links.
      const level = failure.code === 'media-server-unavailable' ? 'debug' : 'warn';
      logger[level]({ err: error }, 'A link broke on the media server');
      health.fail(failure);
    },
  });
  const parts = { endpoint, listener, health, ownPassThrough: role === 'loop' ? passThrough : null };
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
    const { sink, passThroughOf, left } = request;
    return new KurentoLink({
      ...parts,
      passThrough,
      sink: sink ?? passThrough,
      passThroughOf,
      left,
      sdpAnswer,
      codecs,
    });
  } catch (error) {
    await closeParts(parts);
    throw toAppError(error, 'openLink');
  }
}

type LinkParts = {
  endpoint: Endpoint;
  /** The pass-through of a loop, which closes with the link. */
  ownPassThrough: KurentoObject<PassThrough> | null;
  listener: MutableListener<LinkListener>;
  health: Health;
};

type OpenLinkParts = LinkParts &
  Pick<LinkRequest, 'left' | 'passThrough' | 'passThroughOf'> & {
    sink: KurentoObject<MediaElement>;
    sdpAnswer: string;
    codecs: MediaCodecs;
  };

/** A browser's connection to the pipeline. */
export class KurentoLink implements PresenterLink, ViewerLink {
  readonly sdpAnswer: string;
  readonly codecs: MediaCodecs;
  readonly #parts: OpenLinkParts;
  /** What feeds a viewer's link. */
  readonly #sources: ViewerSources;
  /** What a presenter's link feeds. */
  #sink: KurentoObject<MediaElement>;
  #probedKbps = 0;

  constructor(parts: OpenLinkParts) {
    this.sdpAnswer = parts.sdpAnswer;
    this.codecs = parts.codecs;
    this.#parts = parts;
    this.#sources = new ViewerSources(parts);
    this.#sink = parts.sink;
  }

  get sink(): KurentoObject<MediaElement> {
    return this.#sink;
  }

  /** Feeds `sink` with what a presenter's link receives, in place of what fed it. @throws AppError */
  async feed(sink: KurentoObject<MediaElement>): Promise<void> {
    const { endpoint, listener } = this.#parts;
    if (listener.muted || sink === this.#sink) return;
    for (const kind of kindsOf(this.codecs)) await connectMedia(endpoint, sink, kind);
    this.#sink = sink;
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

  async select(selection: Selection, sound: Sound = 'full'): Promise<void> {
    try {
      await this.#sources.select(selection, sound);
    } catch (error) {
      throw toAppError(error, 'select');
    }
  }

  async feedback(): Promise<ViewerFeedback> {
    try {
      return await readFeedback(this.#parts.endpoint);
    } catch (error) {
      throw toAppError(error, 'feedback');
    }
  }

  /**
   * The embedded server pads because of a tag, and sets it to 0 when it has ended that by itself. A Kurento keeps the tag,
   * and does nothing.
   */
  async probe(kbps: number): Promise<boolean> {
    const { endpoint } = this.#parts;
    const [before, probed] = [this.#probedKbps, String(kbps)];
    this.#probedKbps = kbps;
    try {
      const kept =
        before === 0 ? '' : await endpoint.call<string>('getTag', (it, callback) => it.getTag(probeTag, callback));
      await endpoint.call('addTag', (it, callback) => it.addTag(probeTag, probed, callback));
      return kept !== '0';
    } catch (error) {
      throw toAppError(error, 'probe');
    }
  }

  /** Stops reporting events; for an owner that releases the whole pipeline. */
  silence(): void {
    this.#parts.listener.mute();
    this.#parts.health.close();
  }

  async close(): Promise<void> {
    this.#parts.left(this);
    await closeParts(this.#parts);
  }
}

async function closeParts({ endpoint, ownPassThrough, listener, health }: LinkParts): Promise<void> {
  listener.mute();
  health.close();
  await Promise.all([endpoint.close(), ownPassThrough?.close()]);
}

async function negotiate(endpoint: Endpoint, request: LinkRequest): Promise<string> {
  await configureEndpoint(endpoint, request);
  return await endpoint.call<string>('processOffer', (it, callback) => it.processOffer(request.sdpOffer, callback));
}

/**
 * Subscribes before the offer is processed, so that nothing is missed. A presenter's media flows out of its
 * endpoint into the pipeline, a viewer's flows in from there.
 */
function subscribe({ endpoint, listener, health }: LinkParts, role: LinkRequest['role']): void {
  const { object } = endpoint;
  followConnection(object, health, (candidate) => listener.notify((it) => it.candidateFound(candidate)));
  object.on(role !== 'viewer' ? 'MediaFlowOutStateChanged' : 'MediaFlowInStateChanged', ({ mediaType, state }) => {
    if (mediaType === 'DATA') return;
    listener.notify((it) => it.flowChanged(mediaType === 'AUDIO' ? 'audio' : 'video', state === 'FLOWING'));
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
      await connectMedia(passThrough, endpoint, kind);
    } catch (error) {
      if (mismatchedKind(error) === null) throw error;
      refuse(kind);
    }
  };
  await Promise.all([connect('audio'), connect('video')]);
}

/**
 * Connects a presenter's media to the pipeline, and that of a connection test back to its own endpoint. There is a
 * pass-through in between: GStreamer sorts the elements of a pipeline that changes its state, locks each one and then
 * those that feed it, and so waits for itself for ever where an element feeds itself (`gst_bin_iterate_sorted`).
 */
async function connectWithPipeline(
  endpoint: Endpoint,
  kinds: readonly MediaKind[],
  { role, passThrough, sink, isWanted }: LinkRequest,
): Promise<void> {
  for (const kind of kinds) {
    if (!isWanted()) throw closedMeanwhile();
    await connectMedia(endpoint, sink ?? passThrough, kind);
    if (role === 'loop') await connectMedia(passThrough, endpoint, kind);
  }
}
