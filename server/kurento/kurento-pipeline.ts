import type { MediaPipeline, PassThrough } from 'kurento-client';
import type { AppError } from '../../lib/errors.ts';
import { type LowerTier, type Tier, tiers } from '../../lib/tiers.ts';
import type {
  BroadcastPipeline,
  ContributionRequest,
  LinkListener,
  MediaLink,
  MixedContribution,
  PresenterLink,
  RecorderLink,
  RecordingRequest,
  ViewerLink,
} from '../broadcast/media-gateway.ts';
import type { Closable } from '../closer.ts';
import type { EndpointServersSource } from '../ice/endpoint-servers.ts';
import type { Logger } from '../logger.ts';
import type { LinkRole } from './endpoint-settings.ts';
import { Health } from './health.ts';
import { type BridgeEndOptions, type KurentoBridgeEnd, openBridgeEnd } from './kurento-bridge-end.ts';
import type { KurentoConnection } from './kurento-connection.ts';
import { closedMeanwhile, toAppError } from './kurento-errors.ts';
import { type KurentoLink, openLink } from './kurento-link.ts';
import { KurentoMixer } from './kurento-mixer.ts';
import { KurentoMixing } from './kurento-mixing.ts';
import { type KurentoObject, openObject } from './kurento-object.ts';
import { type KurentoRecorder, openRecorder, stopTimeoutMs } from './kurento-recorder.ts';
import { MutableListener } from './mutable-listener.ts';

/** The tag of our pipelines, by which an operator can tell them from others on the same media server. */
export const appTag = { key: 'app', value: 'rostrum' } as const;
/** The name of the tag that identifies the application's installation. */
export const instanceTag = 'instance';
/** The name of the tag that identifies the broadcast. */
export const broadcastTag = 'broadcastId';

/** The parts and options of a pipeline. */
export type PipelineRequest = {
  connection: KurentoConnection;
  logger: Logger;
  instanceId: string;
  broadcastId: string;
  failed: (error: AppError) => void;
  endpointServers?: EndpointServersSource | undefined;
  /** Called when the pipeline has closed. */
  left: (pipeline: KurentoPipeline) => void;
};

type PassThroughParts = {
  connection: KurentoConnection;
  logger: Logger;
  mediaPipeline: KurentoObject<MediaPipeline>;
  /** Called with the error of an object that broke. */
  failed: (error: unknown) => void;
};

type PipelineParts = PassThroughParts & {
  passThrough: KurentoObject<PassThrough>;
  listener: MutableListener<(error: AppError) => void>;
  left: PipelineRequest['left'];
  endpointServers: EndpointServersSource | undefined;
};

function openPassThrough({ connection, logger, mediaPipeline, failed }: PassThroughParts) {
  const parameters = { mediaPipeline: mediaPipeline.object };
  return openObject({ connection, logger, type: 'PassThrough', within: mediaPipeline, parameters, failed });
}

/** What has a pass-through: a tier of the presenter's picture, or a contribution. */
type Stream = Tier | `contribution ${string}`;

function isTierName(stream: Stream): stream is Tier {
  return (tiers as readonly string[]).includes(stream);
}

type LinkOptions = { sdpOffer: string; maxVideoKbps: number; listener: LinkListener };

/**
 * Opens the pipeline of a broadcast: Kurento's MediaPipeline with a pass-through in it.
 * @throws AppError; everything opened until then is released
 */
export async function openKurentoPipeline(request: PipelineRequest): Promise<KurentoPipeline> {
  const { connection, instanceId, broadcastId } = request;
  const logger = request.logger.child({ broadcastId });
  const listener = new MutableListener(request.failed, logger);
  const health = new Health((error) => listener.notifyLast((tell) => tell(error)));
  const failed = (error: unknown) => {
    logger.error({ err: error }, 'A pipeline broke on the media server');
    health.fail(toAppError(error, 'pipeline'));
  };
  const mediaPipeline = await openObject({
    connection,
    logger,
    type: 'MediaPipeline',
    parameters: {},
    // The release waits for the files of the pipeline's recorders.
    releaseTimeoutMs: stopTimeoutMs,
    failed,
  });
  try {
    await mediaPipeline.call('addTag', (it, callback) => it.addTag(appTag.key, appTag.value, callback));
    await mediaPipeline.call('addTag', (it, callback) => it.addTag(instanceTag, instanceId, callback));
    await mediaPipeline.call('addTag', (it, callback) => it.addTag(broadcastTag, broadcastId, callback));
    const passThrough = await openPassThrough({ connection, logger, mediaPipeline, failed });
    health.opened();
    const { left, endpointServers } = request;
    return new KurentoPipeline({
      ...{ connection, logger, mediaPipeline, passThrough, failed },
      ...{ listener, left, endpointServers },
    });
  } catch (error) {
    listener.mute();
    health.close();
    await mediaPipeline.close();
    throw toAppError(error, 'openPipeline');
  }
}

/**
 * The pipeline of one broadcast: presenter → pass-through → viewers and recorder. Each lower tier of the picture has a
 * pass-through of its own, from its first use on, and so has each contribution.
 */
export class KurentoPipeline implements BroadcastPipeline {
  readonly #parts: PipelineParts;
  readonly #links = new Set<KurentoLink>();
  readonly #recorders = new Set<KurentoRecorder>();
  readonly #bridgeEnds = new Set<KurentoBridgeEnd>();
  readonly #mixing = new KurentoMixing({
    openMixer: (passThrough, picture) => KurentoMixer.open({ ...this.#parts, passThrough, picture }),
    passThroughOf: (tier) => this.#passThroughOf(tier),
    contributionOf: async (name) => await this.#passThroughOf(`contribution ${name}`),
  });
  /** The pass-throughs of all streams but the high tier. */
  readonly #passThroughs = new Map<Stream, Promise<KurentoObject<PassThrough>>>();
  /** If several presenters ask for a stream, only the last one may feed it, whichever is ready first. */
  readonly #latest = new Map<Stream, LinkOptions>();
  #closing: Promise<void> | undefined;

  constructor(parts: PipelineParts) {
    this.#parts = parts;
  }

  async connectPresenter(options: LinkOptions): Promise<PresenterLink> {
    return await this.#feedTier('high', options);
  }

  async connectTier({ tier, ...options }: LinkOptions & { tier: LowerTier }): Promise<MediaLink> {
    return await this.#feedTier(tier, options);
  }

  async connectContribution({ name, ...options }: ContributionRequest): Promise<MediaLink> {
    return await this.#feed(`contribution ${name}`, options);
  }

  async connectReceiver({ name, ...options }: ContributionRequest): Promise<MediaLink> {
    return await this.#connect('viewer', options, { stream: `contribution ${name}` });
  }

  async releaseContribution(name: string): Promise<void> {
    const stream: Stream = `contribution ${name}`;
    const passThrough = this.#passThroughs.get(stream);
    this.#passThroughs.delete(stream);
    this.#latest.delete(stream);
    await passThrough?.then((opened) => opened.close()).catch(() => undefined);
  }

  async mix(contributions: readonly MixedContribution[]): Promise<void> {
    if (this.#closing !== undefined) return;
    await this.#mixing.mix(contributions).catch((error: unknown) => {
      throw toAppError(error, 'mix');
    });
  }

  async connectViewer(options: LinkOptions): Promise<ViewerLink> {
    return await this.#connect('viewer', options);
  }

  async connectToItself(options: LinkOptions): Promise<MediaLink> {
    if (this.#closing !== undefined) throw closedMeanwhile();
    const passThrough = await openPassThrough(this.#parts);
    try {
      return await this.#connect('loop', options, { passThrough });
    } catch (error) {
      await passThrough.close();
      throw error;
    }
  }

  async startRecording(options: RecordingRequest): Promise<RecorderLink> {
    const left = (recorder: KurentoRecorder) => this.#recorders.delete(recorder);
    return await this.#own(this.#recorders, () => openRecorder({ ...this.#parts, ...options, left }));
  }

  /**
   * Opens one end of a bridge between a tier here and the same tier on another media server.
   * @throws AppError `media-server-unavailable`, `media-failed`
   */
  async openBridgeEnd({ tier, ...options }: BridgeEndOptions & { tier: Tier }): Promise<KurentoBridgeEnd> {
    const left = (end: KurentoBridgeEnd) => this.#bridgeEnds.delete(end);
    return await this.#own(this.#bridgeEnds, async () => {
      const passThrough = await this.#passThroughOf(tier);
      return await openBridgeEnd({ ...this.#parts, ...options, passThrough, left });
    });
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #feedTier(tier: Tier, options: LinkOptions): Promise<KurentoLink> {
    const link = await this.#feed(tier, options);
    if (this.#latest.get(tier) !== options) return link;
    try {
      await this.#mixing.feeds(tier, { link, maxVideoKbps: options.maxVideoKbps });
    } catch (error) {
      // The presenter's own picture is better than none.
      this.#parts.logger.warn({ err: error, tier }, 'A tier could not be mixed');
    }
    return link;
  }

  /** A media server keeps what it has for a session for some minutes after the session's last socket has closed. */
  letGo(): void {
    if (this.#closing !== undefined) return;
    const { connection, mediaPipeline, left } = this.#parts;
    this.#closing = Promise.resolve();
    this.#silence();
    connection.untrack(mediaPipeline.object);
    left(this);
  }

  #feed(stream: Stream, options: LinkOptions): Promise<KurentoLink> {
    this.#latest.set(stream, options);
    const isWanted = () => this.#latest.get(stream) === options;
    return this.#connect('presenter', options, { stream, isWanted });
  }

  #connect(
    role: LinkRole,
    options: LinkOptions,
    way: { stream?: Stream; passThrough?: KurentoObject<PassThrough>; isWanted?: () => boolean } = {},
  ): Promise<KurentoLink> {
    const { stream = 'high', isWanted = () => true } = way;
    const isTier = role === 'presenter' && isTierName(stream);
    const left = (link: KurentoLink) => {
      this.#links.delete(link);
      if (isTier) this.#mixing.left(stream, link);
    };
    const passThroughOf = (of: Tier) => this.#passThroughOf(of);
    return this.#own(this.#links, async () => {
      const passThrough = way.passThrough ?? (await this.#passThroughOf(stream));
      const sink = isTier ? this.#mixing.portOf(stream) : null;
      return await openLink({ ...this.#parts, ...options, passThrough, sink, passThroughOf, role, left, isWanted });
    });
  }

  /** The pass-through of a stream; all but that of the high tier are made at their first use. */
  #passThroughOf(stream: Stream): Promise<KurentoObject<PassThrough>> | KurentoObject<PassThrough> {
    if (stream === 'high') return this.#parts.passThrough;
    const present = this.#passThroughs.get(stream);
    if (present !== undefined) return present;
    const opening = openPassThrough(this.#parts);
    this.#passThroughs.set(stream, opening);
    // The next use tries again.
    opening.catch(() => this.#passThroughs.delete(stream));
    return opening;
  }

  /**
   * A member that opens only after the pipeline has closed is closed immediately. Members remove themselves when they
   * close.
   */
  async #own<T extends Closable>(members: Set<T>, open: () => Promise<T>): Promise<T> {
    if (this.#closing !== undefined) throw closedMeanwhile();
    const member = await open();
    if (this.#closing !== undefined) {
      await member.close();
      throw closedMeanwhile();
    }
    members.add(member);
    return member;
  }

  #silence(): void {
    this.#parts.listener.mute();
    for (const link of [...this.#links, ...this.#bridgeEnds]) link.silence();
  }

  async #close(): Promise<void> {
    const { mediaPipeline, left } = this.#parts;
    this.#silence();
    // Wait for files that are being finished; the links go with the pipeline, all at once.
    await Promise.all([...this.#recorders].map((recorder) => recorder.close()));
    await mediaPipeline.close();
    left(this);
  }
}
