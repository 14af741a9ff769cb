import type { ConversationUpdate, OwnPart, Reaction, ReactionCounts } from '../../conversation.ts';
import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { Moderation } from '../../requests/conversation-requests.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { type ConversationView, emptyView, type Unsent, updateTalk } from './conversation-state.ts';
import { DeclinedStage } from './declined-stage.ts';
import { isPassing, type Later, laterAtRandom, Outbox, type Outgoing } from './outbox.ts';
import { ownAfter } from './own-part.ts';
import { type ParticipantIdentity, randomText } from './participant.ts';

/** The parts of a conversation's client; tests pass their own. */
export type ConversationClientParts = {
  channel: string;
  identity: ParticipantIdentity;
  /** What lets a viewer in, or the presenter's resume token; none for anyone. */
  credential: () => string | undefined;
  /** Schedules a retry; by default with a random delay. */
  later?: Later;
};

/**
 * One participant in the conversation on a channel: follows it over whatever socket the page has, over all
 * interruptions. What is sent waits in an outbox until the server has acknowledged it, and is sent again after each
 * interruption; the server recognises what it has already.
 */
export class ConversationClient {
  readonly #parts: Required<ConversationClientParts>;
  readonly #view = new Store<ConversationView>(emptyView);
  readonly view: ReadableStore<ConversationView> = this.#view;
  readonly #reactionListeners = new Set<(counts: ReactionCounts) => void>();
  #signaling: Signaling | null = null;
  #detach: () => void = () => {};
  /** The show that is on; `null` while none is. */
  #show: string | null = null;
  /** Counts what makes the reply to an earlier request meaningless. */
  #turn = 0;
  #isFollowing = false;
  #isFollowed = false;
  /** Changes that were announced before the reply to the request to follow. */
  #early: ConversationUpdate[] = [];
  /** What this participant has done, as the server has accepted it. The view has what waits in the outbox, too. */
  #accepted: OwnPart | null = null;
  readonly #declined = new DeclinedStage();
  readonly #outbox: Outbox;
  #cancelRetry: () => void = () => {};

  constructor(parts: ConversationClientParts) {
    this.#parts = { later: laterAtRandom, ...parts };
    this.#outbox = new Outbox({
      connection: () => ({ isReady: this.#isFollowed, turn: this.#turn }),
      // The name and the body were paired when it was put there.
      send: async ({ name, body }) => await this.#signaling?.request(name, body as never),
      settled: (outgoing, error) => this.#settle(outgoing, error),
      failed: () => this.#followLater(),
      later: this.#parts.later,
    });
  }

  /** Uses this socket from now on; `null` while there is none. */
  attach(signaling: Signaling | null): void {
    if (signaling === this.#signaling) return;
    this.#detach();
    this.#signaling = signaling;
    this.#lose();
    if (signaling === null) return;
    const stops = [
      signaling.on('conversation:changed', (update) => this.#receive(update)),
      signaling.on('guest:asked', (asked) => {
        if (asked.channel === this.#parts.channel) this.#change({ asked });
      }),
      signaling.onConnected(() => {
        this.#lose();
        this.#follow();
      }),
      signaling.onDisconnected(() => this.#lose()),
    ];
    this.#detach = () => {
      for (const stop of stops) stop();
    };
    if (signaling.connected) this.#follow();
  }

  /** The show with this id is on now; `null` if none is. */
  setShow(broadcastId: string | null): void {
    if (broadcastId === this.#show) return;
    this.#show = broadcastId;
    this.#lose();
    if (broadcastId === null) {
      this.#outbox.clear();
      this.#showOwn({ phase: this.#view.get().talk === null ? 'waiting' : 'ended', unsent: [], asked: null });
      return;
    }
    if (this.#view.get().talk?.conversation !== broadcastId) {
      this.#outbox.clear();
      this.#accepted = null;
      this.#view.set({ ...emptyView, phase: 'loading' });
    }
    this.#follow();
  }

  /** Stops. */
  close(): void {
    this.attach(null);
    this.#cancelRetry();
    this.#outbox.stop();
    this.#reactionListeners.clear();
  }

  /** Calls `listener` with the reactions of each moment, until the returned function is called. */
  onReactions(listener: (counts: ReactionCounts) => void): () => void {
    this.#reactionListeners.add(listener);
    return () => void this.#reactionListeners.delete(listener);
  }

  say(text: string): void {
    this.#write('conversation:say', 'message', text);
  }

  ask(text: string): void {
    this.#write('question:ask', 'question', text);
  }

  /** Sends what was refused again. */
  sayAgain(key: string): void {
    const unsent = this.#view.get().unsent.find((one) => one.key === key);
    if (unsent === undefined) return;
    this.forget(key);
    this.#write(unsent.kind === 'message' ? 'conversation:say' : 'question:ask', unsent.kind, unsent.text, key);
  }

  /** Removes what was refused. */
  forget(key: string): void {
    this.#change({ unsent: this.#view.get().unsent.filter((one) => one.key !== key) });
  }

  /** A reaction of a moment is worth no second attempt. */
  react(reaction: Reaction): void {
    const { channel } = this.#parts;
    this.#signaling?.request('conversation:react', { channel, reaction }).catch((error: unknown) => {
      const body = toErrorBody(error);
      if (!isPassing(body)) this.#change({ problem: body });
    });
  }

  vote(question: number, isOn: boolean): void {
    this.#send({ name: 'question:vote', body: { channel: this.#parts.channel, question, isOn }, unsent: null });
  }

  raiseHand(isUp: boolean): void {
    const name = this.#parts.identity.name.get();
    const { channel } = this.#parts;
    if (name !== null) this.#send({ name: 'hand:raise', body: { channel, name, isUp }, unsent: null });
  }

  choose(poll: number, choice: number): void {
    this.#send({ name: 'poll:vote', body: { channel: this.#parts.channel, poll, choice }, unsent: null });
  }

  moderate(action: Moderation): void {
    this.#send({ name: 'conversation:moderate', body: { channel: this.#parts.channel, action }, unsent: null });
  }

  /** Shows why an action was refused; `null` for nothing. */
  showProblem(problem: ErrorBody | null): void {
    this.#change({ problem });
  }

  /** The viewer does not want to come on stage. */
  declineStage(): void {
    this.#declined.add(this.#view.get().asked);
    this.#change({ asked: null });
    this.#declined.send(this.#signaling);
  }

  #write(name: 'conversation:say' | 'question:ask', kind: Unsent['kind'], text: string, key = randomText(12)): void {
    const { channel, identity } = this.#parts;
    const author = identity.name.get();
    if (author === null) return;
    const unsent: Unsent = { key, kind, text, error: null };
    this.#change({ unsent: [...this.#view.get().unsent, unsent] });
    this.#send({ name, body: { channel, key, name: author, text }, unsent });
  }

  #send(outgoing: Outgoing): void {
    this.#outbox.add(outgoing);
    this.#showOwn();
  }

  /** Shows what was accepted with what waits: a vote is seen at once, and taken back if it is refused. */
  #showOwn(change: Partial<ConversationView> = {}): void {
    this.#change({ ...change, own: this.#accepted && this.#outbox.waiting.reduce(ownAfter, this.#accepted) });
  }

  #settle(outgoing: Outgoing, error: ErrorBody | null): void {
    const { unsent } = outgoing;
    if (error === null && this.#accepted !== null) this.#accepted = ownAfter(this.#accepted, outgoing);
    this.#showOwn();
    if (unsent === null) {
      if (error !== null) this.#change({ problem: error });
      return;
    }
    const others = this.#view.get().unsent.filter(({ key }) => key !== unsent.key);
    // A message may have been announced before a reply that was lost, and is not refused then.
    const isThere = error !== null && this.#isShown(unsent.key);
    if (error === null || isThere) this.#change({ unsent: others });
    else this.#change({ unsent: [...others, { ...unsent, error }] });
  }

  #isShown(messageKey: string): boolean {
    const { talk, own } = this.#view.get();
    return [...(talk?.messages ?? []), ...(talk?.questions ?? [])].some(
      ({ key, by }) => key === messageKey && by === own?.by,
    );
  }

  /** The server no longer knows that this page follows. */
  #lose(): void {
    this.#turn += 1;
    this.#isFollowing = false;
    this.#isFollowed = false;
    this.#early = [];
    this.#cancelRetry();
    this.#change({ connected: false });
  }

  #followLater(): void {
    this.#lose();
    this.#cancelRetry = this.#parts.later(() => this.#follow(), 0);
  }

  #follow(): void {
    const signaling = this.#signaling;
    if (this.#isFollowing || this.#show === null || signaling === null || !signaling.connected) return;
    this.#isFollowing = true;
    const turn = this.#turn;
    const { channel, identity, credential } = this.#parts;
    const shown = credential();
    const { talk } = this.#view.get();
    const request = signaling.request('conversation:follow', {
      channel,
      token: identity.token,
      ...(shown !== undefined && { credential: shown }),
      ...(talk !== null && { known: { conversation: talk.conversation, seq: talk.seq } }),
    });
    request.then(
      ({ update, own }) => {
        if (turn !== this.#turn) return;
        this.#isFollowing = false;
        this.#isFollowed = true;
        this.#accepted = own;
        this.#showOwn({ phase: 'open', connected: true });
        const early = this.#early;
        this.#early = [];
        for (const one of [update, ...early]) this.#receive(one);
        void this.#outbox.send();
        this.#declined.send(this.#signaling);
      },
      (error: unknown) => {
        if (turn !== this.#turn) return;
        if (toErrorBody(error).code === 'chat-off') this.#change({ phase: 'off' });
        else this.#followLater();
      },
    );
  }

  #receive(update: ConversationUpdate): void {
    if (update.conversation !== this.#show) return;
    if (!this.#isFollowed) {
      this.#early.push(update);
      return;
    }
    const { talk: before, own } = this.#view.get();
    const talk = updateTalk(before, update);
    if (talk === null) {
      // Something is missing: the whole is asked for, with what the page has.
      this.#lose();
      this.#follow();
      return;
    }
    // One's own message is shown once, from the moment at which it is announced.
    const news = [...(update.messages ?? []), ...(update.questions ?? [])];
    const mine = new Set(news.filter(({ by }) => by === own?.by).map(({ key }) => key));
    const unsent = this.#view.get().unsent.filter(({ key }) => !mine.has(key));
    if (talk !== before || mine.size > 0) this.#change({ talk, unsent });
    const { reactions } = update;
    if (reactions !== undefined) for (const listener of [...this.#reactionListeners]) listener(reactions);
  }

  #change(change: Partial<ConversationView>): void {
    this.#view.set({ ...this.#view.get(), ...change });
  }
}
