import { createHash } from 'node:crypto';
import type { ConversationReplies } from '../../lib/requests/conversation-requests.ts';
import type { RequestBody } from '../../lib/signaling.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import { notJoined } from '../broadcast/broadcast-errors.ts';
import type { Attendance } from './attendance.ts';
import type { Participant } from './conversation.ts';
import { chatOff } from './conversation-errors.ts';
import type { ConversationChange } from './conversation-rules.ts';
import type { Conversations } from './conversations.ts';

/** The names of the requests of somebody who takes part. */
type PartName = Exclude<keyof ConversationReplies, 'conversation:follow'>;

/** A request of somebody who takes part. */
type PartRequest = ConversationChange | { name: 'conversation:react'; body: RequestBody<'conversation:react'> };

/** The public id of the participant whose browser has this token. It differs from show to show. */
function participantId(token: string, broadcastId: string): string {
  return createHash('sha256').update(`${broadcastId} ${token}`).digest('base64url').slice(0, 12);
}

/** The place of one peer in a conversation: who they are, in which show. */
export class ConversationSeat {
  readonly #conversations: Conversations | null;
  readonly #attendance: Attendance | null;
  #taken: { broadcast: Broadcast; who: Participant } | null = null;

  /** Both are `null` where the server has no conversations. */
  constructor(conversations: Conversations | null, attendance: Attendance | null) {
    this.#conversations = conversations;
    this.#attendance = attendance;
  }

  /** Takes part in the conversation of `broadcast`. @throws AppError `chat-off` where the server has none */
  async take(
    broadcast: Broadcast,
    { token, known }: RequestBody<'conversation:follow'>,
    isPresenter: boolean,
  ): Promise<ConversationReplies['conversation:follow']> {
    if (this.#conversations === null) throw chatOff();
    const who = { id: participantId(token, broadcast.id), isPresenter };
    this.leave();
    this.#taken = { broadcast, who };
    this.#attendance?.arrive(broadcast, who.id);
    const conversation = await this.#conversations.of(broadcast);
    return await conversation.read(known?.conversation === broadcast.id ? known.seq : 0, who);
  }

  /** Carries out a request in the conversation of `broadcast`. @throws AppError `not-joined`, and as the rules say */
  async answer(broadcast: Broadcast, request: PartRequest): Promise<ConversationReplies[PartName]> {
    const taken = this.#taken;
    if (taken?.broadcast !== broadcast || this.#conversations === null) throw notJoined();
    const conversation = await this.#conversations.of(broadcast);
    if (request.name === 'conversation:react') conversation.react(taken.who, request.body.reaction);
    else await conversation.change(taken.who, request);
    return {};
  }

  /** Whether the peer presents the show, as far as this seat knows. */
  get isPresenter(): boolean {
    return this.#taken?.who.isPresenter ?? false;
  }

  /** Gives it up. */
  leave(): void {
    if (this.#taken !== null) this.#attendance?.depart(this.#taken.broadcast, this.#taken.who.id);
    this.#taken = null;
  }
}
