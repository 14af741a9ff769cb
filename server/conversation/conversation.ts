import {
  type ChatMessage,
  type ConversationSettings,
  type ConversationUpdate,
  keptMessages,
  type OwnPart,
  type ParticipantRole,
  type Poll,
  type Question,
  type RaisedHand,
} from '../../lib/conversation.ts';
import type { ConversationEvent } from './conversation-events.ts';

/** A participant who asks for something. */
export type Participant = { id: string; isPresenter: boolean };

/** How many deletions are remembered for pages that come back; with more, a page gets everything again. */
const keptDeletions = 500;

type KeptQuestion = { question: Question; voters: Set<string>; changedAt: number };
type KeptPoll = { poll: Poll; choices: Map<string, number>; changedAt: number };

/**
 * The state of one conversation, which {@link apply} makes from its events. It decides nothing: see
 * conversation-rules.ts. Each item knows the change that it had last, so that every update can be computed from the state.
 */
export class Conversation {
  readonly #keep: number;
  #seq = 0;
  /** The newest messages, in order, and the change until which older ones are gone. */
  #messages: ChatMessage[] = [];
  #forgottenUntil = 0;
  #deletions: { message: number; at: number }[] = [];
  readonly #pinned = new Map<number, ChatMessage>();
  readonly #questions = new Map<number, KeptQuestion>();
  readonly #polls = new Map<number, KeptPoll>();
  readonly #hands = new Map<string, RaisedHand>();
  readonly #moderators = new Map<string, string>();
  readonly #muted = new Map<string, string>();
  #isOn = true;
  #slowS = 0;
  /** When each part changed last. */
  readonly #changedAt = { pinned: 0, hands: 0, settings: 0 };
  /** The keys of all messages, questions and polls, with their senders: what is sent again changes nothing. */
  readonly #keys = new Set<string>();
  readonly #lastSaidAt = new Map<string, number>();
  #recordingId: string | null = null;

  /** @param keep how many messages are kept */
  constructor(keep = keptMessages) {
    this.#keep = keep;
  }

  /** The number of changes so far. */
  get seq(): number {
    return this.#seq;
  }

  get isOn(): boolean {
    return this.#isOn;
  }

  /** The pause between two messages of one person, in seconds; 0 if there is none. */
  get slowS(): number {
    return this.#slowS;
  }

  /** The recording that positions are in; `null` if nothing was recorded so far. */
  get recordingId(): string | null {
    return this.#recordingId;
  }

  /** How many are pinned, moderators, and muted. */
  get counts(): { pinned: number; moderators: number; muted: number } {
    return { pinned: this.#pinned.size, moderators: this.#moderators.size, muted: this.#muted.size };
  }

  /** The kept messages, questions and polls, in order. */
  get messages(): readonly ChatMessage[] {
    return this.#messages;
  }

  get questions(): readonly Question[] {
    return [...this.#questions.values()].map(({ question }) => question);
  }

  get polls(): readonly Poll[] {
    return [...this.#polls.values()].map(({ poll }) => poll);
  }

  get hands(): readonly RaisedHand[] {
    return [...this.#hands.values()];
  }

  isMuted(id: string): boolean {
    return this.#muted.has(id);
  }

  isPinned(message: number): boolean {
    return this.#pinned.has(message);
  }

  isModerator(id: string): boolean {
    return this.#moderators.has(id);
  }

  /** Whether this participant has already sent what has this key. */
  knows(by: string, key: string): boolean {
    return this.#keys.has(`${by} ${key}`);
  }

  /** When the participant wrote last, in milliseconds since the epoch; 0 if never. */
  lastSaidAt(by: string): number {
    return this.#lastSaidAt.get(by) ?? 0;
  }

  hasMessage(id: number): boolean {
    return this.#messages.some((message) => message.id === id);
  }

  findQuestion(id: number): { question: Question; hasVote: (by: string) => boolean } | null {
    const kept = this.#questions.get(id);
    return kept === undefined ? null : { question: kept.question, hasVote: (by) => kept.voters.has(by) };
  }

  findPoll(id: number): { poll: Poll; choiceOf: (by: string) => number | null } | null {
    const kept = this.#polls.get(id);
    return kept === undefined ? null : { poll: kept.poll, choiceOf: (by) => kept.choices.get(by) ?? null };
  }

  hand(by: string): RaisedHand | null {
    return this.#hands.get(by) ?? null;
  }

  roleOf({ id, isPresenter }: Participant): ParticipantRole {
    if (isPresenter) return 'presenter';
    return this.#moderators.has(id) ? 'moderator' : 'viewer';
  }

  /** What is sent to this participant only. */
  ownPart(who: Participant): OwnPart {
    const votes = [...this.#questions].flatMap(([id, { voters }]) => (voters.has(who.id) ? [id] : []));
    const choices = [...this.#polls].map(([id, poll]) => [id, poll.choices.get(who.id)] as const);
    const made = choices.flatMap(([id, choice]) => (choice === undefined ? [] : [[id, choice] as const]));
    return { by: who.id, role: this.roleOf(who), votes, choices: Object.fromEntries(made) };
  }

  /** What a page needs that knows all changes until `after`; everything if that is too long ago, or more than there are. */
  updateSince(after: number): Omit<ConversationUpdate, 'conversation'> {
    const isWhole = after === 0 || after > this.#seq || after < this.#forgottenUntil;
    const since = isWhole ? 0 : after;
    const update: Omit<ConversationUpdate, 'conversation'> = { after: since, seq: this.#seq };
    const messages = this.#messages.filter(({ id }) => id > since);
    const deleted = isWhole ? [] : this.#deletions.filter(({ at }) => at > since).map(({ message }) => message);
    const questions = [...this.#questions.values()].filter(({ changedAt }) => changedAt > since);
    const polls = [...this.#polls.values()].filter(({ changedAt }) => changedAt > since);
    if (messages.length > 0) update.messages = messages;
    if (deleted.length > 0) update.deleted = deleted;
    if (questions.length > 0) update.questions = questions.map(({ question }) => question);
    if (polls.length > 0) update.polls = polls.map(({ poll }) => poll);
    if (this.#changedAt.pinned > since) update.pinned = [...this.#pinned.values()];
    if (this.#changedAt.hands > since) update.hands = this.hands;
    if (isWhole || this.#changedAt.settings > since) update.settings = this.#settings;
    return update;
  }

  get #settings(): ConversationSettings {
    const named = (people: ReadonlyMap<string, string>) => [...people].map(([by, name]) => ({ by, name }));
    const lists = { moderators: named(this.#moderators), muted: named(this.#muted) };
    return { isOn: this.#isOn, slowS: this.#slowS, ...lists };
  }

  /** Follows an event. One that concerns something unknown only counts. */
  apply(event: ConversationEvent): void {
    this.#seq += 1;
    switch (event.type) {
      case 'said':
        this.#keys.add(`${event.by} ${event.key}`);
        this.#lastSaidAt.set(event.by, event.at);
        this.#messages.push(this.#written(event));
        this.#forgetOldest();
        break;
      case 'deleted':
        this.#delete(event.message);
        break;
      case 'pinned':
        this.#pin(event.message, event.isOn);
        break;
      case 'muted':
        this.#name(this.#muted, event);
        if (event.isOn && this.#hands.delete(event.by)) this.#changedAt.hands = this.#seq;
        break;
      case 'moderator':
        this.#name(this.#moderators, event);
        break;
      case 'set':
        this.#isOn = event.isOn;
        this.#slowS = event.slowS;
        this.#changedAt.settings = this.#seq;
        break;
      case 'asked': {
        this.#keys.add(`${event.by} ${event.key}`);
        this.#lastSaidAt.set(event.by, event.at);
        const question: Question = { ...this.#written(event), votes: 0, state: 'open' };
        this.#questions.set(this.#seq, { question, voters: new Set(), changedAt: this.#seq });
        break;
      }
      case 'voted':
        this.#vote(event.question, event.by, event.isOn);
        break;
      case 'moved': {
        const kept = this.#questions.get(event.question);
        if (kept !== undefined) this.#change(kept, { state: event.state });
        break;
      }
      case 'hand':
        if (event.isUp) this.#hands.set(event.by, { by: event.by, name: event.name, at: event.at });
        else this.#hands.delete(event.by);
        this.#changedAt.hands = this.#seq;
        break;
      case 'polled': {
        const { key, question, choices, at } = event;
        this.#keys.add(`poll ${key}`);
        const poll: Poll = { id: this.#seq, question, choices, counts: choices.map(() => 0), isOpen: true, at };
        this.#polls.set(this.#seq, { poll, choices: new Map(), changedAt: this.#seq });
        break;
      }
      case 'chosen': {
        const kept = this.#polls.get(event.poll);
        if (kept === undefined) break;
        kept.choices.set(event.by, event.choice);
        const counts = kept.poll.choices.map(() => 0);
        for (const choice of kept.choices.values()) counts[choice] = (counts[choice] ?? 0) + 1;
        kept.poll = { ...kept.poll, counts };
        kept.changedAt = this.#seq;
        break;
      }
      case 'poll-closed': {
        const kept = this.#polls.get(event.poll);
        if (kept === undefined) break;
        kept.poll = { ...kept.poll, isOpen: false };
        kept.changedAt = this.#seq;
        break;
      }
      case 'recording':
        this.#recordingId = event.id;
        break;
      case 'reacted':
        break;
    }
  }

  #written({ key, by, name, role, text, at }: Extract<ConversationEvent, { type: 'said' | 'asked' }>): ChatMessage {
    return { id: this.#seq, key, by, name, role, text, at };
  }

  #forgetOldest(): void {
    if (this.#messages.length <= this.#keep) return;
    const oldest = this.#messages.shift();
    if (oldest !== undefined) this.#forgottenUntil = oldest.id;
  }

  #delete(id: number): void {
    this.#messages = this.#messages.filter((message) => message.id !== id);
    if (this.#pinned.delete(id)) this.#changedAt.pinned = this.#seq;
    this.#deletions.push({ message: id, at: this.#seq });
    const forgotten = this.#deletions.length > keptDeletions ? this.#deletions.shift() : undefined;
    if (forgotten !== undefined) this.#forgottenUntil = Math.max(this.#forgottenUntil, forgotten.at);
  }

  #pin(id: number, isOn: boolean): void {
    const message = this.#messages.find((one) => one.id === id);
    if (!isOn) this.#pinned.delete(id);
    else if (message !== undefined) this.#pinned.set(id, message);
    this.#changedAt.pinned = this.#seq;
  }

  #name(people: Map<string, string>, { by, name, isOn }: { by: string; name: string; isOn: boolean }): void {
    if (isOn) people.set(by, name);
    else people.delete(by);
    this.#changedAt.settings = this.#seq;
  }

  #vote(id: number, by: string, isOn: boolean): void {
    const kept = this.#questions.get(id);
    if (kept === undefined) return;
    if (isOn) kept.voters.add(by);
    else kept.voters.delete(by);
    this.#change(kept, { votes: kept.voters.size });
  }

  #change(kept: KeptQuestion, change: Partial<Question>): void {
    kept.question = { ...kept.question, ...change };
    kept.changedAt = this.#seq;
  }
}
