import { z } from 'zod';
import type { AppError } from '../../lib/errors.ts';
import { type Candidate, recordingModeSchema } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import type { MediaGateway, MediaKind } from './media-gateway.ts';
import type { Outages } from './outages.ts';
import type { RecordingStore } from './recording-store.ts';

/** What every broadcast of a server shares. Times are in milliseconds. */
export type BroadcastParts = {
  gateway: MediaGateway;
  recordingStore: RecordingStore;
  logger: Logger;
  maxVideoKbps: number;
  /** How long a presenter has from the request to the first media. */
  mediaTimeoutMs: number;
  /** How long a show waits for a presenter who has left; 0 ends it at once. */
  presenterGraceMs: number;
  /** How long a show waits at least for media of a presenter who has not left, and for the media server. */
  mediaGraceMs: number;
  /** How long a request waits for a media server that is away. */
  mediaServerTimeoutMs: number;
  /** How often the media server went away lately; the registry keeps it up to date. */
  outages: Outages;
};

/** What a person behind a link is told. */
export type PeerListener = {
  candidateFound(candidate: Candidate): void;
  /** Browser and presenter have no codec for these kinds in common; the link stays open for the other kind. */
  kindsUnplayable(unplayable: MediaKind[]): void;
  /** The link is gone; nothing follows. */
  closed(error: AppError): void;
};

/** A request to go live. `peerId` is whoever presents. */
export type StartRequest = {
  peerId: string;
  channel: string;
  title: string;
  record: boolean;
  sdpOffer: string;
  listener: PeerListener;
};

/** A request to take a show up again. */
export type ResumeRequest = { peerId: string; sdpOffer: string; listener: PeerListener };

/** A request to watch. */
export type JoinRequest = { peerId: string; sdpOffer: string; listener: PeerListener };

/** What is kept on disk of a broadcast that is on. `startedAt` is milliseconds since the epoch. */
export const savedBroadcastSchema = z.object({
  id: z.string(),
  channel: z.string(),
  title: z.string(),
  resumeToken: z.string(),
  startedAt: z.number(),
  /** Until there was a pause, this was a boolean; what was not recorded then is finished now. */
  record: z.union([recordingModeSchema, z.boolean().transform((record) => (record ? 'on' : 'off'))]),
  recordingId: z.string().nullable(),
  /** What was recorded in the parts that are closed, in milliseconds, and since when the open one is written. */
  recordedMs: z.number().default(0),
  partSince: z.number().nullable().default(null),
  /** The most who watched at the same time, and whether the presenter's camera was on. */
  peakViewers: z.number().default(0),
  cameraOn: z.boolean().default(true),
});

/** What is kept on disk of a broadcast that is on. */
export type SavedBroadcast = z.output<typeof savedBroadcastSchema>;

/** What of it is kept of its recording. */
export type SavedRecording = Pick<SavedBroadcast, 'record' | 'recordingId' | 'recordedMs' | 'partSince'>;
