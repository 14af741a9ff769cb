import type { MediaPipeline, PassThrough, WebRtcEndpoint } from 'kurento-client';
import type { AppError } from '../../lib/errors.ts';
import type { Candidate, MediaKind } from '../../lib/signaling.ts';
import type { Closable } from '../closer.ts';
import type { Logger } from '../logger.ts';
import { followConnection } from './endpoint-events.ts';
import { configureEndpoint } from './endpoint-settings.ts';
import { keyframeRequests } from './endpoint-stats.ts';
import { Health } from './health.ts';
import type { KurentoConnection } from './kurento-connection.ts';
import { bridgeBroke, toAppError } from './kurento-errors.ts';
import { type KurentoObject, openObject } from './kurento-object.ts';
import { connectMedia } from './media-connections.ts';
import { MutableListener } from './mutable-listener.ts';
import { withCodecFirst } from './offer-answer.ts';

/** The events that one end of a bridge reports to its owner. Nothing is reported after its `close()` was called. */
type BridgeEndListener = {
  /** The media server found a candidate for the other end. */
  candidateFound(candidate: Candidate): void;
  /** Media can flow. Called again after a short break. */
  connected(): void;
  /** The bridge has failed for good. The owner closes it. */
  failed(error: AppError): void;
};

/** One end of a bridge between the pipelines of two media servers. */
export type BridgeEndOptions = {
  /** Whether media leaves the pipeline over the bridge, or enters it. */
  direction: 'out' | 'into';
  kinds: readonly MediaKind[];
  maxVideoKbps: number;
  /** The codec of the picture that the show has; `null` while it is not known. */
  videoCodec: string | null;
  listener: BridgeEndListener;
};

/** The parts and options of one end of a bridge. */
export type BridgeEndRequest = BridgeEndOptions & {
  connection: KurentoConnection;
  logger: Logger;
  mediaPipeline: KurentoObject<MediaPipeline>;
  /** The pass-through that sends over the bridge, or that is fed by it. */
  passThrough: KurentoObject<PassThrough>;
  /** Called when the end begins to close. */
  left: (end: KurentoBridgeEnd) => void;
};

type BridgeEndParts = Pick<BridgeEndRequest, 'direction' | 'kinds' | 'videoCodec' | 'passThrough' | 'left'> & {
  endpoint: KurentoObject<WebRtcEndpoint>;
  listener: MutableListener<BridgeEndListener>;
  health: Health;
};

/**
 * Opens one end of a bridge, which then has to be negotiated with the other.
 * @throws AppError; everything opened until then is released
 */
export async function openBridgeEnd(request: BridgeEndRequest): Promise<KurentoBridgeEnd> {
  const { connection, logger, mediaPipeline, direction, maxVideoKbps } = request;
  const listener = new MutableListener(request.listener, logger);
  const health = new Health((error) => listener.notifyLast((it) => it.failed(bridgeBroke(error))));
  const endpoint = await openObject({
    connection,
    logger,
    type: 'WebRtcEndpoint',
    within: mediaPipeline,
    parameters: { mediaPipeline: mediaPipeline.object, ...(direction === 'out' && { sendonly: true }) },
    failed: (error) => {
      logger.warn({ err: error, direction }, 'A bridge between media servers reported an error');
      health.fail(toAppError(error, 'bridge'));
    },
  });
  const end = new KurentoBridgeEnd({ ...request, endpoint, listener, health });
  try {
    followConnection(endpoint.object, health, (candidate) => listener.notify((it) => it.candidateFound(candidate)));
    endpoint.object.on('ConnectionStateChanged', ({ newState }) => {
      if (newState === 'CONNECTED') listener.notify((it) => it.connected());
    });
    await configureEndpoint(endpoint, { role: direction === 'out' ? 'viewer' : 'presenter', maxVideoKbps });
    health.opened();
    return end;
  } catch (error) {
    await end.close();
    throw toAppError(error, 'openBridgeEnd');
  }
}

/**
 * One end of a bridge: an endpoint whose peer is an endpoint of another media server. Methods throw AppError
 * `media-server-unavailable` or `media-failed`.
 */
export class KurentoBridgeEnd implements Closable {
  readonly #parts: BridgeEndParts;

  constructor(parts: BridgeEndParts) {
    this.#parts = parts;
  }

  /** Makes the offer (SDP). */
  async offer(): Promise<string> {
    const { endpoint, videoCodec } = this.#parts;
    const sdp = await endpoint.call<string>('generateOffer', (it, callback) => it.generateOffer(callback));
    return withCodecFirst(sdp, videoCodec);
  }

  /** Answers the offer of the other end. */
  async answer(sdpOffer: string): Promise<string> {
    const { endpoint, videoCodec } = this.#parts;
    const sdp = await endpoint.call<string>('processOffer', (it, callback) => it.processOffer(sdpOffer, callback));
    return withCodecFirst(sdp, videoCodec);
  }

  /** Takes the answer of the other end. */
  async accept(sdpAnswer: string): Promise<void> {
    await this.#parts.endpoint.call('processAnswer', (it, callback) => it.processAnswer(sdpAnswer, callback));
  }

  /** Connects the end with its pipeline. */
  async connect(): Promise<void> {
    const { endpoint, passThrough, direction, kinds } = this.#parts;
    const [source, sink] = direction === 'out' ? [passThrough, endpoint] : [endpoint, passThrough];
    await Promise.all(kinds.map((kind) => connectMedia(source, sink, kind)));
  }

  /**
   * Makes the media server ask for a keyframe: a Kurento does so whenever it connects a sink, but not when the other end
   * of a bridge requests one. A media server that finds them connected already does nothing.
   */
  async refresh(): Promise<void> {
    const { endpoint, passThrough } = this.#parts;
    await connectMedia(passThrough, endpoint, 'video');
  }

  /** How many keyframes were requested from the other end so far; for the end that media enters by. */
  async keyframeRequests(): Promise<number> {
    return await keyframeRequests(this.#parts.endpoint);
  }

  /**
   * Begins to look for candidates; call it when both ends are negotiated. A bridge that is not connected within five
   * seconds has failed.
   */
  async gatherCandidates(): Promise<void> {
    this.#parts.health.disconnected();
    await this.#parts.endpoint.call('gatherCandidates', (it, callback) => it.gatherCandidates(callback));
  }

  /** Takes a candidate of the other end. */
  async addCandidate({ candidate, sdpMid, sdpMLineIndex }: Candidate): Promise<void> {
    const { endpoint, listener } = this.#parts;
    if (listener.muted) return;
    await endpoint.call('addIceCandidate', (it, callback) =>
      it.addIceCandidate({ candidate, sdpMid, sdpMLineIndex }, callback),
    );
  }

  /** Stops reporting events; for an owner that releases the whole pipeline. */
  silence(): void {
    this.#parts.listener.mute();
    this.#parts.health.close();
  }

  async close(): Promise<void> {
    this.#parts.left(this);
    this.silence();
    await this.#parts.endpoint.close();
  }
}
