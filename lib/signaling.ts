import { z } from 'zod';
import type { BroadcastPhase, EndReason, Interruption } from './broadcast-state.ts';
import type { ErrorBody } from './errors.ts';
import type { RecordingMeasure } from './recording-measure.ts';
import type { RecordingProblem } from './recording-problems.ts';
import { type AccessReplies, accessRequestSchemas, credentialSchema } from './requests/access-requests.ts';
import { announcementRequestSchemas } from './requests/announcement-requests.ts';
import {
  type ConversationAnnouncements,
  type ConversationReplies,
  conversationRequestSchemas,
} from './requests/conversation-requests.ts';
import { type GuestAnnouncements, type GuestReplies, guestRequestSchemas } from './requests/guest-requests.ts';
import { type LadderAnnouncements, type LadderReplies, ladderRequestSchemas } from './requests/ladder-requests.ts';
import { candidateSchema, sdpSchema } from './requests/link-schemas.ts';
import { type MoveAnnouncements, type MoveReplies, moveRequestSchemas } from './requests/move-requests.ts';
import { channelSchema, titleSchema } from './requests/show-schemas.ts';
import { type ThumbnailReplies, thumbnailRequestSchemas } from './requests/thumbnail-requests.ts';

/*
 * THE contract between browser and server. Every request is named `noun:verb`, is checked against its schema and always
 * gets a Reply. Announcements go from server to browser. No event name is written anywhere else.
 *
 * One socket plays one role: it presents, watches, is a guest, or follows the lobby. So it has one media link, for a moment
 * two while it is moved. A presenter has further ones for lower tiers of the picture, and presenters and guests have them
 * for contributions. Each of those has a name, which its candidates carry.
 */

/** A random text from `broadcast:start`. A browser that holds it may take the broadcast over from its presenter. */
const resumeTokenSchema = z.string().min(16).max(100);

/** The states that a presenter may request for the recording; see `recording:set`. */
export const recordingModeSchema = z.enum(['on', 'paused', 'off']);

/** A random text returned by `line:wait`, with which a viewer returns to a place in the line. */
const ticketSchema = z.string().min(16).max(100);

const nothing = z.strictObject({});

/** One schema for each request; its limits are the first defence against floods. */
export const requestSchemas = {
  /** The server's time. Every reply carries it; the reply to this request carries nothing else. */
  'clock:read': nothing,
  ...accessRequestSchemas,
  ...ladderRequestSchemas,
  ...guestRequestSchemas,
  ...moveRequestSchemas,
  ...conversationRequestSchemas,
  ...announcementRequestSchemas,
  ...thumbnailRequestSchemas,
  /** Go live. The socket becomes the presenter of `channel`. Fails with `wrong-channel` if the key is for others. */
  'broadcast:start': z.strictObject({
    key: credentialSchema,
    channel: channelSchema,
    title: titleSchema,
    record: z.boolean(),
    sdpOffer: sdpSchema,
  }),
  /**
   * Resume a broadcast, wherever it was presented before: after a reload, on another network or on another device. The
   * previous presenter's socket is sent `link:closed` with `taken-over`. Fails with `resume-refused` when the token
   * does not belong to the broadcast on the channel, and with `not-live` when there is none.
   */
  'broadcast:resume': z.strictObject({ channel: channelSchema, resumeToken: resumeTokenSchema, sdpOffer: sdpSchema }),
  /** Is there a broadcast that this token could resume? Fails like `broadcast:resume`. Changes nothing. */
  'resume:check': z.strictObject({ channel: channelSchema, resumeToken: resumeTokenSchema }),
  /**
   * Control the recording while the show goes on; for its presenter. `on` starts it, or continues it after a pause or a
   * stop, always in the same recording. `paused` suspends it without leaving a gap in the file; it changes nothing
   * where nothing is recorded. `off` finishes the recording now, so that it can be watched and downloaded.
   */
  'recording:set': z.strictObject({ recording: recordingModeSchema }),
  /** The length and size of the recording, and how much longer it can go on; for the show's presenter. */
  'recording:measure': nothing,
  /** End the show that this socket presents. */
  'broadcast:stop': nothing,
  /** Give the show another title, immediately and for everyone; for its presenter. */
  'broadcast:rename': z.strictObject({ title: titleSchema }),
  /** Whether there is a picture, or the camera was turned off on purpose; for the show's presenter. */
  'broadcast:camera': z.strictObject({ cameraOn: z.boolean() }),
  /** How well the presenter's upload works; for the show's presenter, who sends changes only. */
  'broadcast:health': z.strictObject({
    health: z.enum(['good', 'poor']),
    /** The latency from the camera to the media server, in milliseconds; `null` while it is not known. */
    uplinkMs: z.number().int().min(0).max(60_000).nullable().default(null),
  }),
  /**
   * Subscribe to every change on a channel, on air or not. Where not everyone may watch, it fails with
   * `passcode-required` or `invitation-required`, unless `credential` is that of somebody who may.
   */
  'channel:follow': z.strictObject({ channel: channelSchema, credential: credentialSchema.optional() }),
  /**
   * Receive the broadcast that is on air; fails with `not-live` before it is, with `stream-full`, and like
   * `channel:follow`.
   */
  'viewer:join': z.strictObject({
    channel: channelSchema,
    sdpOffer: sdpSchema,
    credential: credentialSchema.optional(),
  }),
  /** Stop receiving. */
  'viewer:leave': nothing,
  /** Wait until a full stream has a seat, at a place in the line that was taken before or at its end. */
  'line:wait': z.strictObject({ channel: channelSchema, ticket: ticketSchema.nullable() }),
  /** Wait no longer. */
  'line:leave': nothing,
  /** Send media to the media server and receive it straight back, to test the network; no one else sees it. */
  'test:start': z.strictObject({ sdpOffer: sdpSchema }),
  /** The test is over. */
  'test:stop': nothing,
  /** A candidate of this socket's link; it may arrive before the reply to start or join. */
  'candidate:add': candidateSchema,
  /** Subscribe to every change of the list of broadcasts and of announcements. */
  'lobby:follow': nothing,
} as const;

/** The name of a request. */
export type RequestName = keyof typeof requestSchemas;
/** The body that the sender of a request passes. */
export type RequestInput<Name extends RequestName> = z.input<(typeof requestSchemas)[Name]>;
/** The body that the receiver of a request gets after validation. */
export type RequestBody<Name extends RequestName> = z.output<(typeof requestSchemas)[Name]>;
/** An ICE candidate after validation. */
export type Candidate = z.output<typeof candidateSchema>;

/** The recording state that a presenter requests. */
export type RecordingMode = z.output<typeof recordingModeSchema>;

/**
 * The state of a broadcast's recording. After `failed`, it is tried again for as long as the show goes on and the
 * recording is requested.
 */
export type RecordingPhase = 'off' | 'starting' | 'recording' | 'paused' | 'finishing' | 'finished' | 'failed';

/** How well a presenter's upload works, by the presenter's browser; `unknown` until it has reported. */
export type PresenterHealth = RequestBody<'broadcast:health'>['health'] | 'unknown';

/**
 * The presenter's picture, as the media server sees it: the presenter sends no video (`none`), frames are `flowing`, or
 * the picture is `still` because no frames arrive.
 */
export type PictureFlow = 'none' | 'flowing' | 'still';

/** The kinds of media that a link may carry. */
export type MediaKind = 'audio' | 'video';

/** A broadcast as anyone may see it. Times are milliseconds since the epoch, by the server's clock. */
export type BroadcastView = {
  broadcastId: string;
  channel: string;
  title: string;
  phase: BroadcastPhase;
  /** When it went live; `null` while it is starting, and if it ended before it was live. */
  startedAt: number | null;
  viewers: number;
  /** How many of them get a smaller picture, as their downlink carries no more. */
  narrowViewers: number;
  /** When it ended; `null` until then. */
  endedAt: number | null;
  /** The highest number of simultaneous viewers. */
  peakViewers: number;
  /** False while the presenter has turned the camera off; the sound may go on. */
  cameraOn: boolean;
  picture: PictureFlow;
  presenterHealth: PresenterHealth;
  /** The latency from the camera to the media server, as the presenter's browser reports it, in milliseconds. */
  uplinkMs: number | null;
  /**
   * While it is interrupted: which side is away, until when it is waited for, and whether interruptions recur.
   * Otherwise `null`.
   */
  interruption: { by: Interruption; until: number; recurring: boolean } | null;
  recording: RecordingPhase;
  /** The problem for which the recording failed; `null` when all is well. */
  recordingProblem: RecordingProblem | null;
  /** The id of the recording when there is one to watch: it is finished, or the broadcast has ended. */
  recordingId: string | null;
  /** Why it ended; `null` until then. */
  endReason: EndReason | null;
  /** In the lobby: not everyone may watch it, and the channel's name stands in place of the title. */
  isLocked?: true;
  /** In the lobby: the version of its preview picture, if there is one; see thumbnail.ts. */
  thumbnail?: number;
};

/** A channel and the broadcast on it, if there is one. */
export type ChannelView = { channel: string; broadcast: BroadcastView | null };

/** A show that was announced and has not begun. */
export type UpcomingShow = {
  channel: string;
  title: string;
  /** The planned start, in milliseconds since the epoch. A late show is kept for some hours. */
  startsAt: number;
  /** In the lobby: not everyone may watch it, and the channel's name stands in place of the title. */
  isLocked?: true;
};

/** The broadcasts on air, longest first, and the announcements, soonest first. */
export type LobbyView = { broadcasts: BroadcastView[]; upcoming: UpcomingShow[] };

/** The data in the reply to each request. */
export type Replies = AccessReplies &
  ConversationReplies &
  GuestReplies &
  LadderReplies &
  MoveReplies &
  ThumbnailReplies & {
    'clock:read': Record<string, never>;
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
    /** `ticket` takes the place of a viewer's signed link, which may expire during the show. */
    'channel:follow': ChannelView & { upcoming: UpcomingShow | null; ticket?: string };
    'viewer:join': { broadcast: BroadcastView; sdpAnswer: string };
    'viewer:leave': Record<string, never>;
    /** How many people get a seat before this one, plus one; 0 if a seat is held, for `viewer:join`. */
    'line:wait': { position: number; ticket: string };
    'line:leave': Record<string, never>;
    'test:start': { sdpAnswer: string; maxVideoKbps: number };
    'test:stop': Record<string, never>;
    'candidate:add': Record<string, never>;
    'lobby:follow': LobbyView;
  };

/**
 * When the server received a request and when it replied, by its own clock in milliseconds since the epoch. All times
 * that people see follow that clock, because the clocks of their devices may be wrong.
 */
export type ServerTimes = { receivedAt: number; repliedAt: number };

/** The reply to a request: always one of the two. */
export type Reply<T> = ({ ok: true; data: T } | { ok: false; error: ErrorBody }) & { clock?: ServerTimes };

/** A STUN or TURN server, as browsers take it: https://www.w3.org/TR/webrtc/#rtciceserver-dictionary */
export type IceServer = { urls: string[]; username?: string; credential?: string };

/** The messages that the server sends without being asked. */
export type Announcements = ConversationAnnouncements &
  GuestAnnouncements &
  LadderAnnouncements &
  MoveAnnouncements & {
    /** The broadcast on a followed channel changed. Its end is announced once; `null` never is. */
    'broadcast:changed': ChannelView;
    /** The announcement on a followed channel is new or has changed; `null` when the show has begun or was withdrawn. */
    'upcoming:changed': { channel: string; upcoming: UpcomingShow | null };
    /** This viewer may no longer watch the followed channel, until they have entered its new passcode. */
    'channel:locked': { channel: string; error: ErrorBody };
    /** The list of broadcasts or of announcements changed. */
    'lobby:changed': LobbyView;
    /** A candidate of the media server for this socket's link. It may overtake the answer. */
    'candidate:found': Candidate;
    /**
     * The STUN and TURN servers for the link that this socket has asked for, with credentials that expire. Sent once the
     * request has passed all checks, before its reply, if the server has any; each link gets new ones.
     */
    'ice-servers:granted': { iceServers: IceServer[]; link?: string };
    /**
     * These kinds of media are not sent over this socket's link for lack of a codec: the viewer's browser and the
     * presenter have none in common, or the media server accepts none of the presenter's. The other kind is not affected.
     */
    'link:narrowed': { unplayable: MediaKind[] };
    /** The place in the line is another one; 0 means that a seat is held for some seconds, for `viewer:join`. */
    'line:moved': { position: number };
    /** This socket's link is gone. Another one must be made, unless `error` means that this is pointless. */
    'link:closed': { error: ErrorBody };
  };

/** Socket.IO's map of the events that a browser sends. */
export type ClientToServerEvents = {
  [Name in RequestName]: (body: RequestInput<Name>, reply: (reply: Reply<Replies[Name]>) => void) => void;
};

/** Socket.IO's map of the events that the server sends. */
export type ServerToClientEvents = {
  [Name in keyof Announcements]: (body: Announcements[Name]) => void;
};

/** The path at which Socket.IO listens. */
export const signalingPath = '/socket.io';

/** The largest message, in bytes, that a socket may send: an SDP of the largest size, with some margin. */
export const maxMessageBytes = 250_000;
