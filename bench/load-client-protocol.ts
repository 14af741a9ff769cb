import type { LoadTarget } from './load-link.ts';
import type { LoadBroadcast } from './load-presenter.ts';

/** A span of the monotonic clock, in microseconds; the end does not belong to it. */
export type Span = { fromUs: number; toUs: number };

/** What a load client may be asked to do, and what it answers. Both travel as JSON between two processes. */
export type LoadClientCalls = {
  /** Goes live and answers once viewers can join. */
  present: { ask: { target: LoadTarget; show: LoadBroadcast }; answer: Record<string, never> };
  /** Lets `count` viewers join, `perSecond` of them a second, and answers when the last one sees a picture. */
  join: {
    ask: { target: LoadTarget; channel: string; count: number; perSecond: number };
    answer: JoinReport;
  };
  /** Begins to count the packets sent within the span, by everybody in this process. */
  measure: { ask: Span; answer: Record<string, never> };
  /** Tells what was counted. */
  report: { ask: Record<string, never>; answer: LoadReport };
};

/** How the joins went. */
export type JoinReport = {
  /** From the request to join to the first packet of the first keyframe, in milliseconds. */
  firstVideoMs: number[];
  /** From the request to join to its answer, in milliseconds. */
  answerMs: number[];
  /** What went wrong with the viewers that saw nothing. */
  failures: string[];
};

/** What a load client counted. */
export type LoadReport = {
  /** Packets that the presenter in this process sent in the span; 0 if there is none. */
  sent: number;
  /** Packets that each viewer received of those sent in the span. */
  received: number[];
  /** The counts of a histogram of forwarding delays in microseconds. */
  delaysUs: number[];
  /** Of all viewers since they joined. */
  duplicates: number;
  /** Requests for keyframes that the presenter received, and how often it could not keep time. */
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

/** Its answer on the way back. */
export type LoadClientResponse = { id: number; answer: unknown } | { id: number; error: string };
