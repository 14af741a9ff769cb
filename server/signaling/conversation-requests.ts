import { type ConversationReplies, conversationRequestSchemas } from '../../lib/requests/conversation-requests.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import { ConversationSeat } from '../conversation/seat.ts';
import type { FollowedRooms } from './followed-rooms.ts';
import type { PeerAnnouncer, PeerConnection, PeerParts, PeerRooms, Request } from './peer-connection.ts';
import type { ViewerAdmission } from './viewer-admission.ts';

type ConversationRequestName = keyof ConversationReplies;

/** A request about the conversation of a show. */
type ConversationRequest = Request<ConversationRequestName>;

/** The room of the sockets that take part in the conversation of `channel`. */
export const conversationRoom = (channel: string): string => `conversation:${channel}`;

/** The room of the sockets of one participant of the conversation of `channel`. */
export const participantRoom = (channel: string, participant: string): string =>
  `participant:${channel}:${participant}`;

/** Whether a request is about the conversation of a show. */
export function isConversationRequest(request: Request): request is ConversationRequest {
  return Object.hasOwn(conversationRequestSchemas, request.name);
}

/** What one peer does in conversations. Anyone who may follow a channel may take part. */
export class PeerConversation {
  readonly #registry: BroadcastRegistry;
  readonly #admission: ViewerAdmission;
  readonly #followed: FollowedRooms;
  readonly #seat: ConversationSeat;
  /** The room of this participant; `null` before they take part. */
  #ownRoom: string | null = null;

  constructor(
    parts: Pick<PeerParts, 'registry' | 'conversations' | 'attendance'>,
    admission: ViewerAdmission,
    followed: FollowedRooms,
  ) {
    this.#registry = parts.registry;
    this.#admission = admission;
    this.#followed = followed;
    this.#seat = new ConversationSeat(parts.conversations ?? null, parts.attendance ?? null);
  }

  /** @throws AppError `not-live`, those of `channel:follow`, and those of the conversation's rules */
  async answer(
    request: ConversationRequest,
    { rooms, visitor }: PeerConnection,
  ): Promise<ConversationReplies[ConversationRequestName]> {
    const { channel } = request.body;
    const broadcast = this.#registry.get(channel);
    if (request.name !== 'conversation:follow') {
      if (!this.#seat.isPresenter) this.#admission.requireAdmitted(channel);
      return await this.#seat.answer(broadcast, request);
    }
    const { credential } = request.body;
    const isPresenter = credential !== undefined && this.#registry.isResumable(channel, credential);
    if (!isPresenter) await this.#admission.require(channel, credential, visitor);
    // Changes that are announced before the reply arrives wait in the page.
    this.#followed.join(conversationRoom(channel), rooms);
    const answer = await this.#seat.take(broadcast, request.body, isPresenter);
    this.#joinOwnRoom(participantRoom(channel, answer.own.by), rooms);
    return answer;
  }

  /** The participant's id differs from show to show, and only the present one counts. */
  #joinOwnRoom(room: string, rooms: PeerRooms): void {
    if (room === this.#ownRoom) return;
    if (this.#ownRoom !== null) rooms.leave(this.#ownRoom);
    rooms.join(room);
    this.#ownRoom = room;
  }

  /** The page is gone. */
  gone(): void {
    this.#seat.leave();
  }

  /** The person may no longer follow the channel. */
  leave(channel: string, announcer: PeerAnnouncer): void {
    announcer.leaveRoom(conversationRoom(channel));
    if (this.#ownRoom !== null) announcer.leaveRoom(this.#ownRoom);
    this.#ownRoom = null;
    this.#seat.leave();
  }
}
