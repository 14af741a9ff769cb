import type { ParticipantRole } from '../../lib/conversation.ts';
import type { Moderation } from '../../lib/requests/conversation-requests.ts';
import type { RequestBody } from '../../lib/signaling.ts';
import type { Conversation, Participant } from './conversation.ts';
import {
  chatFull,
  chatMuted,
  chatOff,
  chatSlow,
  moderatorsOnly,
  notThere,
  notYourOwn,
  tooManyPinned,
  votesAreOver,
} from './conversation-errors.ts';
import type { ConversationEvent } from './conversation-events.ts';

/*
 * The rules of a conversation, all of them: what a request changes, as events. No event means that it changes nothing,
 * which is no error: a page that lost a reply sends the same request again.
 */

/** When something happens: the time, and the position in the recording, both in milliseconds. */
export type Moment = { at: number; ms: number };

/** A request that changes a conversation. Reactions are counted, and are none. */
export type ConversationChange =
  | { name: 'conversation:say'; body: RequestBody<'conversation:say'> }
  | { name: 'question:ask'; body: RequestBody<'question:ask'> }
  | { name: 'question:vote'; body: RequestBody<'question:vote'> }
  | { name: 'hand:raise'; body: RequestBody<'hand:raise'> }
  | { name: 'poll:vote'; body: RequestBody<'poll:vote'> }
  | { name: 'conversation:moderate'; body: RequestBody<'conversation:moderate'> };

/** Beyond this number of changes, only moderators can change anything. Each takes some 200 bytes in the journal. */
export const maxChanges = 200_000;
/** How many there may be at the same time. */
const most = { questions: 500, hands: 200, polls: 50, pinned: 3, moderators: 50, muted: 1_000 } as const;

/** What `who` changes with a request. @throws AppError if they may not, or it concerns something that is not there */
export function decide(
  conversation: Conversation,
  who: Participant,
  request: ConversationChange,
  moment: Moment,
): ConversationEvent[] {
  const role = conversation.roleOf(who);
  switch (request.name) {
    case 'conversation:say':
    case 'question:ask': {
      const { key, name, text } = request.body;
      if (conversation.knows(who.id, key)) return [];
      requireVoice(conversation, who, role, moment.at);
      if (request.name === 'conversation:say') return [{ type: 'said', key, by: who.id, name, role, text, ...moment }];
      if (conversation.questions.length >= most.questions) throw chatFull();
      return [{ type: 'asked', key, by: who.id, name, role, text, ...moment }];
    }
    case 'question:vote': {
      const { question, isOn } = request.body;
      const found = conversation.findQuestion(question);
      if (found === null || found.question.state === 'dismissed') throw notThere('This question');
      if (found.hasVote(who.id) === isOn) return [];
      if (found.question.by === who.id) throw notYourOwn();
      if (found.question.state !== 'open') throw votesAreOver();
      requireRoom(conversation, who, role);
      return [{ type: 'voted', question, by: who.id, isOn }];
    }
    case 'hand:raise': {
      const { name, isUp } = request.body;
      if ((conversation.hand(who.id) !== null) === isUp) return [];
      if (isUp) requireRoom(conversation, who, role);
      if (isUp && conversation.hands.length >= most.hands) throw chatFull();
      return [{ type: 'hand', by: who.id, name, isUp, at: moment.at }];
    }
    case 'poll:vote': {
      const { poll, choice } = request.body;
      const found = conversation.findPoll(poll);
      if (found === null || choice >= found.poll.choices.length) throw notThere('This choice');
      if (found.choiceOf(who.id) === choice) return [];
      if (!found.poll.isOpen) throw notThere('This open poll');
      requireRoom(conversation, who, role);
      return [{ type: 'chosen', poll, by: who.id, choice }];
    }
    case 'conversation:moderate':
      if (role === 'viewer') throw moderatorsOnly();
      return moderate(conversation, role, request.body.action, moment);
  }
}

function moderate(
  conversation: Conversation,
  role: ParticipantRole,
  action: Moderation,
  moment: Moment,
): ConversationEvent[] {
  switch (action.type) {
    case 'delete':
      return conversation.hasMessage(action.message) ? [{ type: 'deleted', message: action.message }] : [];
    case 'pin': {
      const { message, isOn } = action;
      if (conversation.isPinned(message) === isOn) return [];
      if (isOn && !conversation.hasMessage(message)) throw notThere('This message');
      if (isOn && conversation.counts.pinned >= most.pinned) throw tooManyPinned(most.pinned);
      return [{ type: 'pinned', message, isOn }];
    }
    case 'mute': {
      const { participant: by, name, isOn } = action;
      if (conversation.isMuted(by) === isOn) return [];
      if (isOn && conversation.isModerator(by) && role !== 'presenter') throw moderatorsOnly();
      if (isOn && conversation.counts.muted >= most.muted) throw chatFull();
      return [{ type: 'muted', by, name, isOn }];
    }
    case 'moderator': {
      const { participant: by, name, isOn } = action;
      if (role !== 'presenter') throw moderatorsOnly();
      if (conversation.isModerator(by) === isOn) return [];
      if (isOn && conversation.counts.moderators >= most.moderators) throw chatFull();
      return [{ type: 'moderator', by, name, isOn }];
    }
    case 'slow':
      return settle(conversation, { slowS: action.seconds });
    case 'switch':
      return settle(conversation, { isOn: action.isOn });
    case 'question': {
      const { question, state } = action;
      const found = conversation.findQuestion(question);
      if (found === null) throw notThere('This question');
      if (found.question.state === state) return [];
      // One question is answered at a time.
      const former = state === 'answering' ? conversation.questions.filter((one) => one.state === 'answering') : [];
      const done = former.map(({ id }): ConversationEvent => ({ type: 'moved', question: id, state: 'done' }));
      return [...done, { type: 'moved', question, state }];
    }
    case 'lower-hand': {
      const hand = conversation.hand(action.participant);
      return hand === null ? [] : [{ type: 'hand', by: hand.by, name: hand.name, isUp: false, at: moment.at }];
    }
    case 'poll': {
      const { key, question, choices } = action;
      if (conversation.knows('poll', key)) return [];
      if (conversation.polls.length >= most.polls) throw chatFull();
      const open = conversation.polls.filter(({ isOpen }) => isOpen);
      const closed = open.map(({ id }): ConversationEvent => ({ type: 'poll-closed', poll: id }));
      return [...closed, { type: 'polled', key, question, choices, ...moment }];
    }
    case 'close-poll': {
      const found = conversation.findPoll(action.poll);
      if (found === null) throw notThere('This poll');
      return found.poll.isOpen ? [{ type: 'poll-closed', poll: action.poll }] : [];
    }
  }
}

function settle(conversation: Conversation, change: { isOn?: boolean; slowS?: number }): ConversationEvent[] {
  const { isOn, slowS } = conversation;
  const wanted = { isOn, slowS, ...change };
  return wanted.isOn === isOn && wanted.slowS === slowS ? [] : [{ type: 'set', ...wanted }];
}

/** Whether they may take part at all. */
function requireRoom(conversation: Conversation, who: Participant, role: ParticipantRole): void {
  if (role !== 'viewer') return;
  if (!conversation.isOn) throw chatOff();
  if (conversation.isMuted(who.id)) throw chatMuted();
  if (conversation.seq >= maxChanges) throw chatFull();
}

/** Whether they may write now. */
function requireVoice(conversation: Conversation, who: Participant, role: ParticipantRole, now: number): void {
  requireRoom(conversation, who, role);
  if (role !== 'viewer') return;
  const waitMs = conversation.lastSaidAt(who.id) + conversation.slowS * 1_000 - now;
  if (waitMs > 0) throw chatSlow(waitMs);
}

/** Whether `who` may react now. @throws AppError if not */
export function requireReaction(conversation: Conversation, who: Participant): void {
  requireRoom(conversation, who, conversation.roleOf(who));
}
