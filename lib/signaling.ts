import { z } from 'zod';
import type { BroadcastPhase, EndReason, Interruption } from './broadcast-state.ts';
import type { ErrorBody } from './errors.ts';
import type { RecordingProblem } from './recording-problems.ts';
import { channelLength, channelPattern, maxTitleLength } from './show-names.ts';

/*
 * THE contract between browser and server. Every request is `noun:verb`, is checked against its schema and is
 * always answered with a Reply; announcements are past participles and go from server to browser. No event name
 * stands anywhere else.
 *
 * One socket plays one role: it presents, or it watches, or it looks at the lobby. So it has one media link at
 * the most, and a candidate needs no address.
 */

/** A channel's name as it stands in the address: 3 to 40 lower-case letters, digits and hyphens. */
export const channelSchema = z
  .string()
  .min(channelLength.min, `A channel name has at least ${channelLength.min} characters.`)
  .max(channelLength.max, `A channel name has at most ${channelLength.max} characters.`)
  .regex(channelPattern, 'A channel name has lower-case letters, digits and single hyphens between them.');

/** A show's title: 1 to 80 characters after white space at its ends is cut off. */
export const titleSchema = z
  .string()
  .trim()
  .min(1, 'Please give the broadcast a title.')
  .max(maxTitleLength, `A title has at most ${maxTitleLength} characters.`);

/** When a show is to begin, in milliseconds since the epoch. How far ahead that may be is for the server to say. */
export const startsAtSchema = z.number().int().min(0).max(8.64e15);

const sdpSchema = z.string().min(1).max(200_000);

/** An ICE candidate as browsers give it (RFC 8839 §5.1); an empty `candidate` says that there are no more. */
const candidateSchema = z.strictObject({
  candidate: z.string().max(2_000),
  sdpMid: z.string().max(64).nullable().default(null),
  sdpMLineIndex: z.number().int().min(0).max(32).nullable().default(null),
});

const keySchema = z.string().min(1).max(200);

/** Who holds it may take a broadcast over from whoever presents it: a random text that `broadcast:start` gave. */
const resumeTokenSchema = z.string().min(16).max(100);

/** What a presenter may want of the recording; see `recording:set`. */
export const recordingModeSchema = z.enum(['on', 'paused', 'off']);

const nothing = z.strictObject({});

/** One schema a request; its limits are the first gate against floods. */
export const requestSchemas = {
  /** The server's time; every answer tells it, and this one nothing else. */
  'clock:read': nothing,
  /** Is this the presenter key? Answers, or fails with `wrong-key`. */
  'key:check': z.strictObject({ key: keySchema }),
  /** Go live. The socket becomes the presenter of `channel`. */
  'broadcast:start': z.strictObject({
    key: keySchema,
    channel: channelSchema,
    title: titleSchema,
    record: z.boolean(),
    sdpOffer: sdpSchema,
  }),
  /**
   * Take up a broadcast again, from wherever its presenter was: after a reload, on another network or device. Whoever
   * presented it until now is told `link:closed` with `taken-over`. Fails with `resume-refused` when the token is not
   * that of the broadcast on the channel, and with `not-live` when there is none.
   */
  'broadcast:resume': z.strictObject({ channel: channelSchema, resumeToken: resumeTokenSchema, sdpOffer: sdpSchema }),
  /** Is there a broadcast that this token could resume? Fails as `broadcast:resume` does. Changes nothing. */
  'resume:check': z.strictObject({ channel: channelSchema, resumeToken: resumeTokenSchema }),
  /**
   * What is to become of the recording while the show goes on; for its presenter. `on` begins, or goes on after a
   * pause or a stop, always in the same recording. `paused` waits, and leaves no hole in the file; where nothing is
   * recorded it changes nothing. `off` finishes the recording now, so that it can be watched and downloaded.
   */
  'recording:set': z.strictObject({ recording: recordingModeSchema }),
  /** How long and how large the recording is, and how long it may still become; for the show's presenter. */
  'recording:measure': nothing,
  /** End the show of which this socket is the presenter. */
  'broadcast:stop': nothing,
  /** Give the show another title, for everybody at once; for its presenter. */
  'broadcast:rename': z.strictObject({ title: titleSchema }),
  /** Whether there is a picture, or the camera was turned off on purpose; for the show's presenter. */
  'broadcast:camera': z.strictObject({ cameraOn: z.boolean() }),
  /** How well the presenter's sending goes out; for the show's presenter, who sends changes only. */
  'broadcast:health': z.strictObject({
    health: z.enum(['good', 'poor']),
    /** From the camera to the media server, in milliseconds; `null` while that is not known. */
    uplinkMs: z.number().int().min(0).max(60_000).nullable().default(null),
  }),
  /**
   * Tell the audience what is to come on a channel, and when; once more to change either. It is over when a broadcast
   * on the channel is live. Fails with `channel-taken` while there is one, and with `bad-start-time` for a time that has
   * passed or is more than a year away.
   */
  'show:announce': z.strictObject({
    key: keySchema,
    channel: channelSchema,
    title: titleSchema,
    startsAt: startsAtSchema,
  }),
  /** Take back what was announced on a channel, if anything was. */
  'show:withdraw': z.strictObject({ key: keySchema, channel: channelSchema }),
  /** Be told of every change on a channel, on air or not. */
  'channel:follow': z.strictObject({ channel: channelSchema }),
  /** Receive the broadcast that is on air; fails with `not-live` before it is. */
  'viewer:join': z.strictObject({ channel: channelSchema, sdpOffer: sdpSchema }),
  /** Stop receiving. */
  'viewer:leave': nothing,
  /** Send media to the media server and get it straight back, to test the way there; nobody else sees it. */
  'test:start': z.strictObject({ sdpOffer: sdpSchema }),
  /** The test is over. */
  'test:stop': nothing,
  /** A candidate of this socket's link; it may come before the answer to start or join. */
  'candidate:add': candidateSchema,
  /** Be told of every change of the list of broadcasts, and of what was announced. */
  'lobby:follow': nothing,
} as const;

/** The name of a request. */
export type RequestName = keyof typeof requestSchemas;
/** What the sender of a request gives. */
export type RequestInput<Name extends RequestName> = z.input<(typeof requestSchemas)[Name]>;
/** What the receiver of a request gets after validation. */
export type RequestBody<Name extends RequestName> = z.output<(typeof requestSchemas)[Name]>;
/** An ICE candidate after validation. */
export type Candidate = z.output<typeof candidateSchema>;

/** What a presenter wants of the recording. */
export type RecordingMode = z.output<typeof recordingModeSchema>;

/**
 * What becomes of the recording of a broadcast. `failed` is tried again for as long as the show and the request last.
 */
export type RecordingPhase = 'off' | 'starting' | 'recording' | 'paused' | 'finishing' | 'finished' | 'failed';

/** How well what a presenter sends goes out, as the presenter's browser sees it; `unknown` until it has told. */
export type PresenterHealth = RequestBody<'broadcast:health'>['health'] | 'unknown';

/**
 * The presenter's picture, as the media server sees it: the presenter sends `none`, frames are `flowing`, or the picture
 * is `still` because no frames arrive.
 */
export type PictureFlow = 'none' | 'flowing' | 'still';

/** The kinds of media that a link may carry. */
export type MediaKind = 'audio' | 'video';

/** A recording that is under way, or was, in numbers. */
export type RecordingMeasure = {
  /** What was recorded so far, in milliseconds; pauses do not count. */
  recordedMs: number;
  /** What it takes on the disk, in bytes. */
  sizeBytes: number;
  /** What is free on the disk with the recordings, in bytes. */
  freeBytes: number;
  /** How long it can go on at its rate so far, in milliseconds; `null` until that can be told. */
  remainingMs: number | null;
};

/** A broadcast as anybody may see it. Times are milliseconds since the epoch, by the clock of the server. */
export type BroadcastView = {
  broadcastId: string;
  channel: string;
  title: string;
  phase: BroadcastPhase;
  /** When it went live; `null` while it starts, and if it ended before it was on. */
  startedAt: number | null;
  viewers: number;
  /** When it ended; `null` while it has not. */
  endedAt: number | null;
  /** The most who watched at the same time. */
  peakViewers: number;
  /** False while the presenter has turned the camera off; the sound may go on. */
  cameraOn: boolean;
  picture: PictureFlow;
  presenterHealth: PresenterHealth;
  /** How long pictures take from the camera to the media server, by the presenter's account, in milliseconds. */
  uplinkMs: number | null;
  /**
   * While it is interrupted: by what, until when it is waited for, and whether that happens again and again. Otherwise
   * `null`.
   */
  interruption: { by: Interruption; until: number; recurring: boolean } | null;
  recording: RecordingPhase;
  /** Why the recording failed, by name; `null` when all is well. */
  recordingProblem: RecordingProblem | null;
  /** The recording's id while there is one to look at: when it was finished, or the broadcast has ended. */
  recordingId: string | null;
  /** Why it ended; `null` while it has not. */
  endReason: EndReason | null;
};

/** A channel and the broadcast on it, if there is one. */
export type ChannelView = { channel: string; broadcast: BroadcastView | null };

/** A show that was announced and has not begun. */
export type UpcomingShow = {
  channel: string;
  title: string;
  /** When it is to begin, in milliseconds since the epoch; it is kept for some hours if it is late. */
  startsAt: number;
};

/** What is on air, longest first, and what was announced, soonest first. */
export type LobbyView = { broadcasts: BroadcastView[]; upcoming: UpcomingShow[] };

/** The answer to each request. */
export type Replies = {
  'clock:read': Record<string, never>;
  'key:check': Record<string, never>;
  'broadcast:start': { broadcast: BroadcastView; sdpAnswer: string; maxVideoKbps: number; resumeToken: string };
  'broadcast:resume': { broadcast: BroadcastView; sdpAnswer: string; maxVideoKbps: number; resumeToken: string };
  'resume:check': { broadcast: BroadcastView };
  'recording:set': { broadcast: BroadcastView };
  'recording:measure': RecordingMeasure;
  'broadcast:stop': { broadcast: BroadcastView };
  'broadcast:rename': { broadcast: BroadcastView };
  'broadcast:camera': { broadcast: BroadcastView };
  'broadcast:health': { broadcast: BroadcastView };
  'show:announce': { upcoming: UpcomingShow };
  'show:withdraw': Record<string, never>;
  'channel:follow': ChannelView & { upcoming: UpcomingShow | null };
  'viewer:join': { broadcast: BroadcastView; sdpAnswer: string };
  'viewer:leave': Record<string, never>;
  'test:start': { sdpAnswer: string; maxVideoKbps: number };
  'test:stop': Record<string, never>;
  'candidate:add': Record<string, never>;
  'lobby:follow': LobbyView;
};

/**
 * When the server received a request and answered it, by its own clock in milliseconds since the epoch. All times that
 * people see follow that clock, as those of their devices may be wrong.
 */
export type ServerTimes = { receivedAt: number; repliedAt: number };

/** A request is answered with one of the two, always. */
export type Reply<T> = ({ ok: true; data: T } | { ok: false; error: ErrorBody }) & { clock?: ServerTimes };

/** What the server tells without being asked. */
export type Announcements = {
  /** The broadcast on a followed channel changed; an ended one is told once, and `null` never is. */
  'broadcast:changed': ChannelView;
  /** Something was announced on a followed channel, or was changed; `null` when it has begun or was withdrawn. */
  'upcoming:changed': { channel: string; upcoming: UpcomingShow | null };
  /** The list of what is on air, or of what was announced, changed. */
  'lobby:changed': LobbyView;
  /** A candidate of the media server for this socket's link. It may overtake the answer. */
  'candidate:found': Candidate;
  /**
   * None of these kinds goes over this socket's link, for want of a codec: of one that a viewer's browser and the
   * presenter have in common, or of one of a presenter's that the media server takes. The other kind is not affected.
   */
  'link:narrowed': { unplayable: MediaKind[] };
  /** This socket's link is gone and must be made anew, if `error` leaves any hope. */
  'link:closed': { error: ErrorBody };
};

/** Socket.IO's map of what a browser sends. */
export type ClientToServerEvents = {
  [Name in RequestName]: (body: RequestInput<Name>, reply: (reply: Reply<Replies[Name]>) => void) => void;
};

/** Socket.IO's map of what the server sends. */
export type ServerToClientEvents = {
  [Name in keyof Announcements]: (body: Announcements[Name]) => void;
};

/** The path at which Socket.IO listens. */
export const signalingPath = '/socket.io';

/** The largest message, in bytes, that a socket may send: an SDP of the largest size, and room around it. */
export const maxMessageBytes = 1_000_000;
