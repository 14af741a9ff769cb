import type { AppError } from '../../lib/errors.ts';
import type { Candidate, MediaKind } from '../../lib/signaling.ts';
import type { LowerTier, Selection, Sound } from '../../lib/tiers.ts';

/*
 * The domain's port to a media server, in the domain's terms. `server/kurento` is its adapter; the domain does not know
 * which media server is behind it. Every failure is an AppError.
 */

export type { MediaKind } from '../../lib/signaling.ts';

/** The codec of each kind that a stream has, as SDP names it, such as `VP8`, `H264` or `opus`. */
export type MediaCodecs = Readonly<Partial<Record<MediaKind, string>>>;

/** The kinds of media that a stream has. */
export function kindsOf(codecs: MediaCodecs): MediaKind[] {
  return (['audio', 'video'] as const).filter((kind) => codecs[kind] !== undefined);
}

/** How much was received of each kind, in bytes. */
export type ReceivedBytes = Readonly<Partial<Record<MediaKind, number>>>;

/** The events that a link reports to its owner. Nothing is reported after the link's `close()` was called. */
export type LinkListener = {
  /** The media server found a candidate. This may happen before the answer is known. */
  candidateFound(candidate: Candidate): void;
  /** Media of `kind` began (`true`) or stopped (`false`) flowing through the link. */
  flowChanged(kind: MediaKind, flowing: boolean): void;
  /**
   * There is no common codec for `kind`, between this viewer and the presenter or between this presenter and the media
   * server, so none of it goes through the link. The other kind is not affected. Called once per kind; for a presenter
   * before the answer.
   */
  unplayable(kind: MediaKind): void;
  /** The link has failed for good. The owner closes it. */
  failed(error: AppError): void;
  /**
   * The link's media server is about to stop: the owner should open another link on the same pipeline, and close this one
   * when that carries the media. Repeated for as long as the link is open; it fails in the end. An owner without this
   * method waits for that.
   */
  moveWanted?(): void;
};

/** One WebRTC connection between a browser and the media server. */
export interface MediaLink {
  /** The answer to the browser's offer (SDP, RFC 8866). */
  readonly sdpAnswer: string;
  addCandidate(candidate: Candidate): Promise<void>;
  /** Releases everything that the link has on the media server. May be called twice and by anyone. Never rejects. */
  close(): Promise<void>;
}

/** The presenter's link, which knows what the presenter sends. */
export interface PresenterLink extends MediaLink {
  /** The negotiated codecs. */
  readonly codecs: MediaCodecs;
  /**
   * How much this link has received so far, for each kind in {@link codecs}.
   * @throws AppError `media-server-unavailable`, `media-failed`
   */
  received(): Promise<ReceivedBytes>;
}

/** How well a viewer receives the picture, as far as the media server knows it. */
export type ViewerFeedback = {
  /** How much of the picture was sent so far, in bytes, retransmissions included. */
  sentBytes: number;
  /** The browser's own estimate of its downlink (REMB) in kbit/s; `null` before the first one. */
  estimateKbps: number | null;
  /** How many packets of the picture were sent so far, and how many of them are missing, as the browser reports. */
  sentPackets: number;
  lostPackets: number;
  /** In milliseconds; `null` before the first report. */
  roundTripMs: number | null;
  /** How often the browser has asked for lost packets so far; always 0 on a Kurento. */
  nackCount: number;
};

/** A viewer's link, which can be moved to another tier of the picture. */
export interface ViewerLink extends MediaLink {
  /**
   * Sends another selection from now on, without renegotiation; the picture changes at the next keyframe of its tier.
   * The last of several calls counts. A tier or a light sound that nobody sends yet is not there until somebody does.
   * @param sound the full sound by default
   * @throws AppError `media-server-unavailable`, `media-failed`
   */
  select(selection: Selection, sound?: Sound): Promise<void>;
  /** @throws AppError `media-server-unavailable`, `media-failed` */
  feedback(): Promise<ViewerFeedback>;
  /**
   * Pads what is sent up to this bitrate in kbit/s, for three seconds, to see in the feedback whether the downlink carries
   * it; 0 ends that. A media server that cannot pad sends the picture alone.
   * @returns whether the bitrate before that, if any, was carried; the media server ends the padding as soon as it is not
   * @throws AppError `media-server-unavailable`, `media-failed`
   */
  probe(kbps: number): Promise<boolean>;
}

/** A recorder at work. */
export interface RecorderLink {
  /** Finishes the file. Resolves once the media server has written it; rejects with `recording-failed`. */
  stop(): Promise<void>;
  /** Stops without reporting what happened to the file. May be called after `stop()`. Never rejects. */
  close(): Promise<void>;
}

/** The events that a recorder reports to its owner. */
export type RecorderListener = {
  /** The first media reached the file. */
  recording(): void;
  /**
   * The picture changed in a way that this file cannot hold, but that of another recorder can. Nothing is reported
   * after this.
   */
  outdated(): void;
  /** The recording broke; the show is not affected. Nothing is reported after this. */
  failed(error: AppError): void;
};

/** What to record, where to, and the listener for its events. */
export type RecordingRequest = {
  uri: string;
  codecs: MediaCodecs;
  kinds: readonly MediaKind[];
  listener: RecorderListener;
};

/** A request for a link that carries the contribution with that name, from a browser or to one. */
export type ContributionRequest = { name: string; sdpOffer: string; maxVideoKbps: number; listener: LinkListener };

/** A contribution in the mix: its picture, and its sound unless that is muted. */
export type MixedContribution = { name: string; isMuted: boolean };

/**
 * The pipeline of one broadcast: the presenter's media is passed to all receivers. A presenter who comes back feeds the
 * pipeline over a new link, and the viewers' links stay.
 */
export interface BroadcastPipeline {
  /** @throws AppError `bad-offer`, `no-common-codec`, `media-server-unavailable` */
  connectPresenter(request: { sdpOffer: string; maxVideoKbps: number; listener: LinkListener }): Promise<PresenterLink>;
  /**
   * Takes a lower tier of the presenter's picture, over a link of its own, and with the low one the light sound if it is
   * offered. The latest link feeds the tier.
   * @throws AppError `bad-offer`, `no-common-codec`, `media-server-unavailable`
   */
  connectTier(request: {
    tier: LowerTier;
    sdpOffer: string;
    maxVideoKbps: number;
    listener: LinkListener;
  }): Promise<MediaLink>;
  /**
   * Sends the high tier, until another one is selected.
   * @throws AppError `bad-offer`, `no-common-codec`, `media-server-unavailable`
   */
  connectViewer(request: { sdpOffer: string; maxVideoKbps: number; listener: LinkListener }): Promise<ViewerLink>;
  /**
   * Takes the picture and sound of a person who takes part in the show, beside the presenter's. Viewers and recorders get
   * nothing of it. The latest link with a name feeds that contribution.
   * @throws AppError `bad-offer`, `no-common-codec`, `media-server-unavailable`
   */
  connectContribution(request: ContributionRequest): Promise<MediaLink>;
  /**
   * Sends a contribution to another person who takes part. It need not be there yet, and the link stays when it is fed
   * over another one.
   * @throws AppError `bad-offer`, `no-common-codec`, `media-server-unavailable`
   */
  connectReceiver(request: ContributionRequest): Promise<MediaLink>;
  /** Releases what a contribution has on the media server apart from its links, which the owner closes. Never rejects. */
  releaseContribution(name: string): Promise<void>;
  /**
   * Makes one picture and one sound of the presenter's media and of these contributions, which viewers and recorders get
   * in place of the presenter's own, in all tiers. With no contributions, they get the presenter's own again. The last of
   * several calls counts, and it holds for presenters who come back.
   * @throws AppError `mixing-unavailable` from a media server that cannot mix, `mixing-full` from one without room for
   * another mix, in which case nothing has changed for viewers; `media-server-unavailable`, `media-failed`
   */
  mix(contributions: readonly MixedContribution[]): Promise<void>;
  /**
   * Sends a browser's media back to it, independently of the presenter, to test the quality of the connection.
   * @throws AppError `bad-offer`, `no-common-codec`, `media-server-unavailable`
   */
  connectToItself(request: { sdpOffer: string; maxVideoKbps: number; listener: LinkListener }): Promise<MediaLink>;
  /**
   * Records the presenter's media to `uri`, a `file://` URI as the media server sees its disk. The recorder is made for
   * `codecs`: a kind that is missing there is not recorded, and a kind that changes to another codec needs another
   * recorder. A kind that is not in `kinds` is not recorded either; a media server may wait for each of them before it
   * writes anything.
   * @throws AppError `recording-failed`, `media-server-unavailable`
   */
  startRecording(request: RecordingRequest): Promise<RecorderLink>;
  /** Releases the pipeline and everything on it. May be called twice. Never rejects. */
  close(): Promise<void>;
  /**
   * Leaves the pipeline, and everything on it that is open, to the media server: media goes on without us, until another
   * process releases it or the media server finds that nobody holds it. Nothing is reported from now on.
   */
  letGo(): void;
}

/** The events that a gateway reports to its owner. */
export type GatewayListener = {
  /** The media server went away, and every pipeline with it. Owners end or rebuild their broadcasts. */
  lost(error: AppError): void;
  /** The media server responds again. */
  regained(): void;
};

/** The connection to the media server. */
export interface MediaGateway {
  /**
   * Opens the pipeline of a broadcast. `failed` is called if the pipeline as a whole breaks, and another one can be opened
   * at once. If the gateway is lost, that is reported instead.
   * @throws AppError `media-server-unavailable`
   */
  openPipeline(request: { broadcastId: string; failed: (error: AppError) => void }): Promise<BroadcastPipeline>;
  /** The type and version that the media server reports, e.g. `{ type: 'KMS', version: '7.2.0' }`. */
  describe(): Promise<{ type: string; version: string }>;
  /** The ids of all pipelines on the media server, for tests and start-up. Do not poll it. */
  listPipelines(): Promise<string[]>;
  /**
   * Releases the pipelines that an earlier run of this installation left behind, except those of the broadcasts in
   * `keep`, and returns how many there were. Call it once, at the start. Pipelines of this gateway are not touched.
   * @throws AppError `media-server-unavailable`
   */
  releaseOrphans(keep: ReadonlySet<string>): Promise<number>;
  /** Closes every pipeline and the connection. May be called twice. Never rejects. */
  close(): Promise<void>;
}
