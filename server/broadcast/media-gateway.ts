import type { AppError } from '../../lib/errors.ts';
import type { Candidate, MediaKind } from '../../lib/signaling.ts';

/*
 * The port through which the domain speaks of media, in the domain's words. `server/kurento` is its adapter;
 * the domain neither knows nor asks which media server is behind it. Every failure is an AppError.
 */

export type { MediaKind } from '../../lib/signaling.ts';

/** What a stream is made of: the codec of each kind that it has, as SDP names it, such as `VP8`, `H264` or `opus`. */
export type MediaCodecs = Readonly<Partial<Record<MediaKind, string>>>;

/** The kinds of media that a stream has. */
export function kindsOf(codecs: MediaCodecs): MediaKind[] {
  return (['audio', 'video'] as const).filter((kind) => codecs[kind] !== undefined);
}

/** How much came of each kind, in bytes. */
export type ReceivedBytes = Readonly<Partial<Record<MediaKind, number>>>;

/** What a link tells its owner. Nothing is told after the link's `close()` was called. */
export type LinkListener = {
  /** The media server offers a candidate; it may come before the answer is known. */
  candidateFound(candidate: Candidate): void;
  /** Media of `kind` began (`true`) or ceased (`false`) to flow through the link. */
  flowChanged(kind: MediaKind, flowing: boolean): void;
  /**
   * No codec for `kind` in common, of this viewer with the presenter or of this presenter with the media server, so
   * none of it goes through the link; the other kind is not affected. Called once per kind, for a presenter before the
   * answer.
   */
  unplayable(kind: MediaKind): void;
  /** The link is beyond repair. The owner closes it. */
  failed(error: AppError): void;
};

/** One WebRTC connection between a browser and the media server. */
export interface MediaLink {
  /** The answer to the browser's offer (SDP, RFC 8866). */
  readonly sdpAnswer: string;
  addCandidate(candidate: Candidate): Promise<void>;
  /** Releases everything of the link on the media server; may be called twice and by anyone; never rejects. */
  close(): Promise<void>;
}

/** The presenter's link; it knows what the presenter sends. */
export interface PresenterLink extends MediaLink {
  /** What the negotiation agreed on. */
  readonly codecs: MediaCodecs;
  /**
   * How much came over this link so far, of each kind in {@link codecs}.
   * @throws AppError `media-server-unavailable`, `media-failed`
   */
  received(): Promise<ReceivedBytes>;
}

/** A recorder at work. */
export interface RecorderLink {
  /** Finishes the file: resolves once the media server has written it, rejects with `recording-failed`. */
  stop(): Promise<void>;
  /** Stops without asking what became of the file; may be called after `stop()`; never rejects. */
  close(): Promise<void>;
}

/** What a recorder tells its owner. */
export type RecorderListener = {
  /** The first media reached the file. */
  recording(): void;
  /** The picture changed, and the file cannot hold what comes now: another recorder can. Nothing is told after it. */
  outdated(): void;
  /** The recording broke; the show is not touched by it. Nothing is told after it. */
  failed(error: AppError): void;
};

/** What to record, where to, and who is told of it. */
export type RecordingRequest = {
  uri: string;
  codecs: MediaCodecs;
  kinds: readonly MediaKind[];
  listener: RecorderListener;
};

/**
 * The pipeline of one broadcast: what the presenter sends is passed to whoever receives. A presenter who comes back
 * takes the pipeline with a new link, and the viewers' links stay.
 */
export interface BroadcastPipeline {
  /** @throws AppError `bad-offer`, `no-common-codec`, `media-server-unavailable` */
  connectPresenter(request: { sdpOffer: string; maxVideoKbps: number; listener: LinkListener }): Promise<PresenterLink>;
  /** @throws AppError `bad-offer`, `no-common-codec`, `media-server-unavailable` */
  connectViewer(request: { sdpOffer: string; maxVideoKbps: number; listener: LinkListener }): Promise<MediaLink>;
  /**
   * Sends a browser's media back to it, past the presenter, to show how good the connection is.
   * @throws AppError `bad-offer`, `no-common-codec`, `media-server-unavailable`
   */
  connectToItself(request: { sdpOffer: string; maxVideoKbps: number; listener: LinkListener }): Promise<MediaLink>;
  /**
   * Records what the presenter sends to `uri`, a `file://` URI as the media server sees its disk. The recorder is made
   * for `codecs`: a kind that is missing is not recorded, and what changes to another codec needs another recorder. Nor
   * is a kind recorded that is not in `kinds`; a media server may wait for each of them before it writes anything.
   * @throws AppError `recording-failed`, `media-server-unavailable`
   */
  startRecording(request: RecordingRequest): Promise<RecorderLink>;
  /** Releases the pipeline and everything on it; may be called twice; never rejects. */
  close(): Promise<void>;
}

/** What a gateway tells its owner. */
export type GatewayListener = {
  /** The media server went away and with it every pipeline: owners end or rebuild their broadcasts. */
  lost(error: AppError): void;
  /** The media server answers again. */
  regained(): void;
};

/** The way to the media server. */
export interface MediaGateway {
  /**
   * Opens the pipeline of a broadcast. `failed` is told if the pipeline as a whole breaks.
   * @throws AppError `media-server-unavailable`
   */
  openPipeline(request: { broadcastId: string; failed: (error: AppError) => void }): Promise<BroadcastPipeline>;
  /** What the media server calls itself, e.g. `{ type: 'KMS', version: '7.2.0' }`. */
  describe(): Promise<{ type: string; version: string }>;
  /** The ids of all pipelines on the media server, for tests and start-up; not to be polled. */
  listPipelines(): Promise<string[]>;
  /**
   * Releases the pipelines that an earlier run of this installation left behind, those of the broadcasts in `keep`
   * excepted, and tells how many they were. To be called once at the start; pipelines of this gateway are not touched.
   * @throws AppError `media-server-unavailable`
   */
  releaseOrphans(keep: ReadonlySet<string>): Promise<number>;
  /** Closes every pipeline and the connection; may be called twice; never rejects. */
  close(): Promise<void>;
}
