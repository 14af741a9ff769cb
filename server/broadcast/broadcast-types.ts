import { z } from 'zod';
import type { AppError } from '../../lib/errors.ts';
import type { Mixing } from '../../lib/guests.ts';
import { type Candidate, recordingModeSchema } from '../../lib/signaling.ts';
import type { LowerTier, OnDemandStream, SentPicture } from '../../lib/tiers.ts';
import type { Logger } from '../logger.ts';
import { savedGuestsSchema } from './guests/guest-list.ts';
import type { TakingPartListener } from './guests/guests.ts';
import type { MediaGateway, MediaKind } from './media-gateway.ts';
import type { Outages } from './outages.ts';
import type { RecordingStore } from './recording-store.ts';

/** The parts that all broadcasts of a server share. Times are in milliseconds. */
export type BroadcastParts = {
  gateway: MediaGateway;
  recordingStore: RecordingStore;
  logger: Logger;
  maxVideoKbps: number;
  /** Where the pictures of a show with guests are put together. */
  mixing: Mixing;
  /** How long a presenter has from the request to the first media. */
  mediaTimeoutMs: number;
  /** How long a show waits for a presenter who has left; 0 ends it immediately. */
  presenterGraceMs: number;
  /** The minimum time that a show waits for media from a presenter who has not left, and for the media server. */
  mediaGraceMs: number;
  /** How long a request waits for a media server that is unavailable. */
  mediaServerTimeoutMs: number;
  /** The recent outages of the media server; the registry keeps them up to date. */
  outages: Outages;
};

/** The events that are reported to the peer of a link. */
export type PeerListener = {
  /** The request for the link has passed all checks; the link is being opened. */
  admitted(): void;
  candidateFound(candidate: Candidate): void;
  /** The browser and the presenter have no codec in common for these kinds. The link stays open for the other kind. */
  kindsUnplayable(unplayable: MediaKind[]): void;
  /** Another link is to take the place of this one. Repeated until that has happened. */
  moveWanted(): void;
  /** The show goes on at another server, where another link is to be made; this one goes on until then, for a while. */
  ownerLeaves(): void;
  /** The link is gone; nothing follows. */
  closed(error: AppError): void;
};

/** The events that are reported to a viewer. */
export type ViewerListener = PeerListener & {
  /** The viewer is sent another tier of the picture, or the sound alone. */
  pictureSelected(sent: SentPicture): void;
};

/** The events that are reported to a presenter. */
export type PresenterListener = PeerListener &
  TakingPartListener & {
    /** Viewers need these lower tiers from now on, and no others. */
    tiersWanted(tiers: readonly OnDemandStream[]): void;
  };

/** Who begins a show. `keyId` is the id of their presenter key; the show ends when that is revoked. */
export type Presenter = { name: string; keyId: string | null };

/** A request to go live. `peerId` is the presenter's. */
export type StartRequest = {
  peerId: string;
  channel: string;
  title: string;
  record: boolean;
  sdpOffer: string;
  listener: PresenterListener;
};

/** A request to resume a show. */
export type ResumeRequest = { peerId: string; sdpOffer: string; listener: PresenterListener };

/** A request to watch. */
export type JoinRequest = { peerId: string; sdpOffer: string; listener: ViewerListener };

/** A request to send a lower tier of the picture. `peerId` is the presenter's. */
export type TierRequest = { peerId: string; tier: LowerTier; sdpOffer: string } & Pick<
  PeerListener,
  'admitted' | 'candidateFound' | 'closed'
>;

/** A person who wants to watch: their socket, and the address that limits count. */
export type Applicant = { readonly peerId: string; readonly channel: string; readonly address: string };

/** The data kept on disk for a broadcast that is on. `startedAt` is in milliseconds since the epoch. */
export const savedBroadcastSchema = z.object({
  id: z.string(),
  channel: z.string(),
  title: z.string(),
  resumeToken: z.string(),
  startedAt: z.number(),
  /** Before recordings could be paused, this was a boolean; `false` becomes `off`, which finishes the recording. */
  record: z.union([recordingModeSchema, z.boolean().transform((record) => (record ? 'on' : 'off'))]),
  recordingId: z.string().nullable(),
  /**
   * The recorded length of the closed parts, in milliseconds, and the time since which the open part is being written.
   */
  recordedMs: z.number().default(0),
  partSince: z.number().nullable().default(null),
  /** The peak number of simultaneous viewers, and whether the presenter's camera was on. */
  peakViewers: z.number().default(0),
  cameraOn: z.boolean().default(true),
  /** The id of the presenter key with which it began; `null` for the owner key and for signed links. */
  keyId: z.string().nullable().default(null),
  /** Its guests and their invitations; `null` if there were none. */
  guests: savedGuestsSchema.nullable().default(null),
  /** The server that had it has stopped gracefully, and its links on the media servers go on without it. */
  isFlowing: z.boolean().optional(),
});

/** The data kept on disk for a broadcast that is on. */
export type SavedBroadcast = z.output<typeof savedBroadcastSchema>;

/** The part of it that concerns the recording. */
export type SavedRecording = Pick<SavedBroadcast, 'record' | 'recordingId' | 'recordedMs' | 'partSince'>;
