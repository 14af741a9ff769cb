import {
  type ConversationUpdate,
  type OwnPart,
  type RaisedHand,
  type Reaction,
  type ReactionCounts,
  reactions,
} from '../../lib/conversation.ts';
import { Conversation, type Participant } from './conversation.ts';
import { chatUnavailable } from './conversation-errors.ts';
import { type ConversationEvent, readEvent } from './conversation-events.ts';
import { type ConversationChange, decide, type Moment, requireReaction } from './conversation-rules.ts';
import type { Journal } from './journals.ts';

/** The minimum time between two announcements, in milliseconds: changes in between are written and announced together. */
const announceEveryMs = 60;
/** How long reactions are counted before they are announced, in milliseconds. */
const countReactionsMs = 500;
/** How many reactions of one kind are announced at once: more cannot be seen. */
const maxReactions = 500;

/** Where the recording is: `id` is `null` if nothing was recorded so far; `ms` is in milliseconds. */
export type RecordingPlace = { id: string | null; ms: number };

/** What a conversation in use needs. */
type OpenParts = {
  broadcastId: string;
  journal: Journal;
  recordingPlace: () => RecordingPlace;
  announce: (update: ConversationUpdate) => void;
};

/** Changes that are waiting for the journal. */
type Waiting = { lines: string[]; promises: { resolve: () => void; reject: (error: unknown) => void }[] };

/**
 * A conversation in use. A change is first written to the journal, together with all others of the same moment; only
 * then it is announced, and its sender gets a reply. So nobody ever sees what a killed server would forget. When the
 * journal fails, this object is of no use any more, and {@link isBroken}: the next one begins with what was written.
 */
export class OpenConversation {
  readonly #parts: OpenParts;
  readonly #state: Conversation;
  #waiting: Waiting = { lines: [], promises: [] };
  #isWriting = false;
  #nextWriteAt = 0;
  #timer: NodeJS.Timeout | undefined;
  /** The change until which everything was announced. */
  #announced: number;
  #reactions: ReactionCounts = {};
  /** Those that are in the journal, or about to be, and not announced yet. */
  #countedReactions: ReactionCounts | null = null;
  #reactionTimer: NodeJS.Timeout | undefined;
  #fault: unknown = null;
  /** Settles when nothing is being written; never rejects. */
  #idle: Promise<void> = Promise.resolve();

  /** Where the recording was last. */
  #lastPlace: RecordingPlace;

  private constructor(parts: OpenParts, state: Conversation, lastMs: number) {
    this.#parts = parts;
    this.#state = state;
    this.#lastPlace = { id: state.recordingId, ms: lastMs };
    this.#announced = state.seq;
  }

  /** Begins with what was written before. @throws AppError or Error if the journal cannot be read */
  static async open(parts: OpenParts): Promise<OpenConversation> {
    const state = new Conversation();
    let lastMs = 0;
    for (const line of await parts.journal.read()) {
      const event = readEvent(line);
      state.apply(event);
      if ('ms' in event) lastMs = event.ms;
    }
    return new OpenConversation(parts, state, lastMs);
  }

  get isBroken(): boolean {
    return this.#fault !== null;
  }

  /** The raised hands, longest first. */
  get hands(): readonly RaisedHand[] {
    return this.#state.hands;
  }

  /** What a page needs that knows all changes until `after`; and what it must know of the participant. */
  async read(after: number, who: Participant): Promise<{ update: ConversationUpdate; own: OwnPart }> {
    const { broadcastId: conversation } = this.#parts;
    const answer = { update: { conversation, ...this.#state.updateSince(after) }, own: this.#state.ownPart(who) };
    // It may contain changes that are not written yet.
    await this.#written();
    return answer;
  }

  /** Carries out a request. Resolves when its change is written, even if an earlier request made it. @throws AppError */
  async change(who: Participant, request: ConversationChange): Promise<void> {
    this.#requireWhole();
    const place = this.#place();
    const moment: Moment = { at: Date.now(), ms: place.ms };
    const events = decide(this.#state, who, request, moment);
    // The ids of events are their numbers, which rules do not use for new ones.
    this.#addAt(place, events);
    await this.#written();
  }

  /** Counts a reaction. @throws AppError */
  react(who: Participant, reaction: Reaction): void {
    this.#requireWhole();
    requireReaction(this.#state, who);
    this.#reactions[reaction] = Math.min(maxReactions, (this.#reactions[reaction] ?? 0) + 1);
    this.#reactionTimer ??= setTimeout(() => this.#countReactions(), countReactionsMs);
  }

  /** Writes what is waiting. Nothing may be changed afterwards. Never rejects. */
  async close(): Promise<void> {
    if (this.#reactionTimer !== undefined) this.#countReactions();
    clearTimeout(this.#timer);
    await this.#idle;
    if (this.#waiting.lines.length > 0) await this.#write();
    this.#fault ??= new Error('The conversation has ended.');
  }

  #requireWhole(): void {
    if (this.#fault !== null) throw chatUnavailable(this.#fault);
  }

  #countReactions(): void {
    clearTimeout(this.#reactionTimer);
    this.#reactionTimer = undefined;
    if (this.#fault !== null) return;
    const counts = this.#reactions;
    this.#reactions = {};
    this.#countedReactions = sumOf(this.#countedReactions ?? {}, counts);
    const place = this.#place();
    this.#addAt(place, [{ type: 'reacted', counts, at: Date.now(), ms: place.ms }]);
  }

  /** Where the recording is; where the last one ended, if it is gone and there is no other one. */
  #place(): RecordingPlace {
    const place = this.#parts.recordingPlace();
    if (place.id === null) return this.#lastPlace;
    this.#lastPlace = place;
    return place;
  }

  /** Adds events, after one that says in which recording they are, if it is another one than before. */
  #addAt({ id }: RecordingPlace, events: readonly ConversationEvent[]): void {
    if (events.length > 0 && id !== null && id !== this.#state.recordingId) this.#add({ type: 'recording', id });
    for (const event of events) this.#add(event);
  }

  #add(event: ConversationEvent): void {
    this.#state.apply(event);
    this.#waiting.lines.push(JSON.stringify(event));
    this.#writeSoon();
  }

  /** Resolves when all changes so far are written. @throws AppError `chat-unavailable` */
  #written(): Promise<void> {
    this.#requireWhole();
    if (this.#waiting.lines.length > 0) {
      return new Promise((resolve, reject) => void this.#waiting.promises.push({ resolve, reject }));
    }
    return this.#isWriting ? this.#idle.then(() => this.#requireWhole()) : Promise.resolve();
  }

  #writeSoon(): void {
    if (this.#isWriting || this.#timer !== undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#idle = this.#write();
      },
      Math.max(0, this.#nextWriteAt - performance.now()),
    );
  }

  async #write(): Promise<void> {
    this.#timer = undefined;
    this.#isWriting = true;
    this.#nextWriteAt = performance.now() + announceEveryMs;
    const { lines, promises } = this.#waiting;
    this.#waiting = { lines: [], promises: [] };
    const update = this.#nextUpdate();
    try {
      await this.#parts.journal.append(lines);
    } catch (error) {
      this.#break(error, promises);
      return;
    }
    this.#isWriting = false;
    this.#parts.announce(update);
    for (const { resolve } of promises) resolve();
    if (this.#waiting.lines.length > 0) this.#writeSoon();
  }

  /** Everything that changed since the last one, with the reactions that are being written. */
  #nextUpdate(): ConversationUpdate {
    const { broadcastId: conversation } = this.#parts;
    const update: ConversationUpdate = { conversation, ...this.#state.updateSince(this.#announced) };
    this.#announced = this.#state.seq;
    if (this.#countedReactions !== null) update.reactions = this.#countedReactions;
    this.#countedReactions = null;
    return update;
  }

  #break(error: unknown, promises: Waiting['promises']): void {
    this.#fault = error;
    clearTimeout(this.#reactionTimer);
    const all = [...promises, ...this.#waiting.promises];
    this.#waiting = { lines: [], promises: [] };
    this.#isWriting = false;
    for (const { reject } of all) reject(chatUnavailable(error));
  }
}

function sumOf(one: ReactionCounts, other: ReactionCounts): ReactionCounts {
  const sum = { ...one };
  for (const reaction of reactions) {
    const more = other[reaction];
    if (more !== undefined) sum[reaction] = (sum[reaction] ?? 0) + more;
  }
  return sum;
}
