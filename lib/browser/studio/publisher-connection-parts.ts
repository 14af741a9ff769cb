import type { ErrorBody } from '../../errors.ts';
import type { BroadcastView } from '../../signaling.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import type { PublisherLinkParts } from './publisher-link.ts';
import type { ResumeTicket } from './resume-tickets.ts';

/** The parts of a publisher's connection. */
export type PublisherConnectionParts = PublisherLinkParts & {
  connectSignaling: () => Signaling;
  backoffMs: (attempt: number) => number;
  /** The server's time in milliseconds since the epoch; `null` while it is not known. */
  serverNow: () => number | null;
};

/** The callbacks of a connection to its owner. */
export type PublisherConnectionEvents = {
  /** Returns the stream to send; `null` when there is nothing left to send. */
  stream: () => MediaStream | null;
  /** The server accepted us as the presenter, for the first time or again. */
  onTicket: (ticket: ResumeTicket) => void;
  onBroadcast: (broadcast: BroadcastView) => void;
  /** The socket is disconnected; it reconnects automatically. */
  onDisconnected: () => void;
  /** Media is no longer sent. Another attempt follows, unless the owner ends or closes the connection. */
  onLost: (error: ErrorBody) => void;
  onTakenOver: () => void;
};
