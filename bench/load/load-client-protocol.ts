import type { LoadTarget } from './load-link.ts';
import type { LoadBroadcast } from './load-presenter.ts';

/** A span of the monotonic clock, in microseconds; the end is exclusive. */
export type Span = { fromUs: number; toUs: number };

/** The calls that a load client accepts, and their answers. Both are sent as JSON between two processes. */
export type LoadClientCalls = {
  /** Goes live, with a low tier if asked for, and answers once viewers can join. */
  present: { ask: { target: LoadTarget; show: LoadBroadcast; lowTier?: boolean }; answer: Record<string, never> };
  /**
   * Makes `count` viewers join, `perSecond` of them a second, and answers when the last one sees a picture. If they are
   * `narrow`, they report losses, as over a downlink that does not carry the picture.
   */
  join: {
    ask: { target: LoadTarget; channel: string; count: number; perSecond: number; narrow?: boolean };
    answer: JoinReport;
  };
  /** Ends the show of the presenter in this process, as the button does. */
  stop: { ask: Record<string, never>; answer: Record<string, never> };
  /** Begins to count the packets sent within the span, for all peers in this process. */
  measure: { ask: Span; answer: Record<string, never> };
  /** Returns the counts. */
  report: { ask: Record<string, never>; answer: LoadReport };
};

/** The join of a viewer that was admitted. */
export type ViewerJoin = {
  /** When it requested to join, in microseconds on the monotonic clock. */
  joinedUs: number;
  /** From the request to join to its answer, in milliseconds. */
  answerMs: number;
  /** From the request to join to the first packet of the first keyframe, in milliseconds; `null` if none came. */
  firstVideoMs: number | null;
  /** The UDP port of the media server that sent the picture; `null` if none came. */
  mediaPort: number | null;
};

/** The results of the joins. */
export type JoinReport = {
  joins: ViewerJoin[];
  /** The errors of the viewers that saw nothing. */
  failures: string[];
};

/** The counts of the viewers in one process that are connected to the same UDP port of a media server. */
export type AudienceReport = {
  /** `null` for viewers that have no connection. */
  mediaPort: number | null;
  /** How many of the packets sent in the span each viewer received. */
  received: number[];
  /** The counts of a histogram of forwarding delays in microseconds. */
  delaysUs: number[];
};

/** The counts of a load client. */
export type LoadReport = {
  /** Packets that the presenter in this process sent in the span; 0 if there is none. */
  sent: number;
  /** The viewers, by the UDP port of the media server. */
  audiences: AudienceReport[];
  /** The total of all viewers since they joined. */
  duplicates: number;
  /** Keyframe requests that the presenter received, and how often it could not keep time. */
  keyframeRequests: number;
  stalls: number;
  /** Links that the server closed, or that broke. */
  brokenLinks: number;
};

/** The name of a call. */
export type LoadClientCall = keyof LoadClientCalls;

/** A call on its way to the load client. */
export type LoadClientRequest = {
  [Name in LoadClientCall]: { id: number; name: Name; body: LoadClientCalls[Name]['ask'] };
}[LoadClientCall];

/** The load client's response to a call. */
export type LoadClientResponse = { id: number; answer: unknown } | { id: number; error: string };
