import { describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../lib/errors.ts';
import type { Moderation } from '../../lib/requests/conversation-requests.ts';
import { Conversation, type Participant } from './conversation.ts';
import { type ConversationChange, decide, maxChanges } from './conversation-rules.ts';

const channel = 'math-101';
const presenter: Participant = { id: 'presenter-id', isPresenter: true };
const ann: Participant = { id: 'ann-id', isPresenter: false };
const bob: Participant = { id: 'bob-id', isPresenter: false };

/** A conversation in which people ask for things, one after the other. */
class Talk {
  readonly state: Conversation;
  at = 1_000_000;
  #keys = 0;

  constructor(keep?: number) {
    this.state = new Conversation(keep);
  }

  do(who: Participant, request: ConversationChange): number {
    const events = decide(this.state, who, request, { at: this.at, ms: 0 });
    for (const event of events) this.state.apply(event);
    return events.length;
  }

  say(who: Participant, text: string, key = this.newKey()): number {
    return this.do(who, { name: 'conversation:say', body: { channel, key, name: who.id, text } });
  }

  ask(who: Participant, text: string): number {
    this.do(who, { name: 'question:ask', body: { channel, key: this.newKey(), name: who.id, text } });
    return this.state.seq;
  }

  vote(who: Participant, question: number, isOn = true): number {
    return this.do(who, { name: 'question:vote', body: { channel, question, isOn } });
  }

  moderate(who: Participant, action: Moderation): number {
    return this.do(who, { name: 'conversation:moderate', body: { channel, action } });
  }

  poll(question: string, choices: string[]): number {
    this.moderate(presenter, { type: 'poll', key: this.newKey(), question, choices });
    return this.state.seq;
  }

  newKey(): string {
    this.#keys += 1;
    return `key-${this.#keys}-of-talk`;
  }

  get texts(): string[] {
    return this.state.messages.map(({ text }) => text);
  }
}

const failure = (code: ErrorCode) => expect.objectContaining({ code });

describe('messages', () => {
  it('are numbered in the order in which they came', () => {
    const talk = new Talk();
    talk.say(ann, 'first');
    talk.say(bob, 'second');
    expect(talk.state.messages.map(({ id, by, text }) => [id, by, text])).toEqual([
      [1, ann.id, 'first'],
      [2, bob.id, 'second'],
    ]);
  });

  it('that are sent twice with the same key are written once, but two people may have the same key', () => {
    const talk = new Talk();
    expect(talk.say(ann, 'hello', 'the-same-key')).toBe(1);
    expect(talk.say(ann, 'hello', 'the-same-key')).toBe(0);
    expect(talk.say(bob, 'me too', 'the-same-key')).toBe(1);
    expect(talk.texts).toEqual(['hello', 'me too']);
  });

  it('are known by their key even if viewers may not write any more, so that a resend is no error', () => {
    const talk = new Talk();
    talk.say(ann, 'hello', 'the-same-key');
    talk.moderate(presenter, { type: 'switch', isOn: false });
    expect(talk.say(ann, 'hello', 'the-same-key')).toBe(0);
    expect(() => talk.say(ann, 'more')).toThrow(failure('chat-off'));
  });

  it('disappear for everybody when they are deleted, and from what is pinned', () => {
    const talk = new Talk();
    talk.say(ann, 'rude');
    talk.moderate(presenter, { type: 'pin', message: 1, isOn: true });
    const before = talk.state.seq;
    talk.moderate(presenter, { type: 'delete', message: 1 });
    expect(talk.texts).toEqual([]);
    expect(talk.state.updateSince(before)).toMatchObject({ deleted: [1], pinned: [] });
    expect(JSON.stringify(talk.state.updateSince(0))).not.toContain('rude');
  });

  it('can be pinned, three at the same time, and stay when others push them out', () => {
    const talk = new Talk(5);
    for (const text of ['a', 'b', 'c', 'd']) talk.say(ann, text);
    for (const message of [1, 2, 3]) talk.moderate(presenter, { type: 'pin', message, isOn: true });
    expect(() => talk.moderate(presenter, { type: 'pin', message: 4, isOn: true })).toThrow(/unpin another/);
    for (let count = 0; count < 10; count += 1) talk.say(bob, `more ${count}`);
    expect(talk.state.updateSince(0).pinned?.map(({ text }) => text)).toEqual(['a', 'b', 'c']);
  });
});

describe('an update', () => {
  it('has everything for a page that knows nothing: the newest 200 messages', () => {
    const talk = new Talk();
    for (let count = 1; count <= 250; count += 1) talk.say(ann, `message ${count}`);
    const update = talk.state.updateSince(0);
    expect(update).toMatchObject({ after: 0, seq: 250 });
    expect(update.messages).toHaveLength(200);
    expect(update.messages?.[0]?.text).toBe('message 51');
  });

  it('has only what is new for a page that comes back', () => {
    const talk = new Talk();
    talk.say(ann, 'known');
    const question = talk.ask(ann, 'Why?');
    const known = talk.state.seq;
    talk.say(bob, 'new');
    talk.vote(bob, question);
    expect(talk.state.updateSince(known)).toEqual({
      after: known,
      seq: known + 2,
      messages: [expect.objectContaining({ text: 'new' })],
      questions: [expect.objectContaining({ id: question, votes: 1 })],
    });
    expect(talk.state.updateSince(talk.state.seq)).toEqual({ after: talk.state.seq, seq: talk.state.seq });
  });

  it('has everything for a page that missed more than is kept, or knows more than there is', () => {
    const talk = new Talk(10);
    for (let count = 1; count <= 30; count += 1) talk.say(ann, `message ${count}`);
    expect(talk.state.updateSince(20).after).toBe(20);
    expect(talk.state.updateSince(19).after).toBe(0);
    expect(talk.state.updateSince(31).after).toBe(0);
  });

  it('never names who voted, or for what', () => {
    const talk = new Talk();
    const question = talk.ask(ann, 'Why?');
    const poll = talk.poll('Tea?', ['Yes', 'No']);
    talk.vote(bob, question);
    talk.do(bob, { name: 'poll:vote', body: { channel, poll, choice: 1 } });
    expect(JSON.stringify(talk.state.updateSince(0))).not.toContain(bob.id);
    expect(talk.state.ownPart(bob)).toEqual({
      by: bob.id,
      role: 'viewer',
      votes: [question],
      choices: { [poll]: 1 },
    });
  });
});

describe('keeping order', () => {
  it('is for the presenter and named moderators, and only presenters name them', () => {
    const talk = new Talk();
    talk.say(bob, 'hello');
    const remove: Moderation = { type: 'delete', message: 1 };
    expect(() => talk.moderate(ann, remove)).toThrow(failure('moderators-only'));
    talk.moderate(presenter, { type: 'moderator', participant: ann.id, name: 'Ann', isOn: true });
    expect(talk.moderate(ann, remove)).toBe(1);
    const name: Moderation = { type: 'moderator', participant: bob.id, name: 'Bob', isOn: true };
    expect(() => talk.moderate(ann, name)).toThrow(failure('moderators-only'));
    talk.moderate(presenter, { type: 'moderator', participant: ann.id, name: 'Ann', isOn: false });
    expect(() => talk.moderate(ann, remove)).toThrow(failure('moderators-only'));
  });

  it('mutes a participant, in everything, until it is taken back', () => {
    const talk = new Talk();
    const question = talk.ask(bob, 'Why?');
    talk.do(ann, { name: 'hand:raise', body: { channel, name: 'Ann', isUp: true } });
    talk.moderate(presenter, { type: 'mute', participant: ann.id, name: 'Ann', isOn: true });
    expect(talk.state.hands).toEqual([]);
    expect(() => talk.say(ann, 'hello')).toThrow(failure('chat-muted'));
    expect(() => talk.vote(ann, question)).toThrow(failure('chat-muted'));
    talk.moderate(presenter, { type: 'mute', participant: ann.id, name: 'Ann', isOn: false });
    expect(talk.say(ann, 'hello')).toBe(1);
  });

  it('lets a moderator mute no other moderator', () => {
    const talk = new Talk();
    for (const { id } of [ann, bob])
      talk.moderate(presenter, { type: 'moderator', participant: id, name: id, isOn: true });
    const mute: Moderation = { type: 'mute', participant: bob.id, name: 'Bob', isOn: true };
    expect(() => talk.moderate(ann, mute)).toThrow(failure('moderators-only'));
  });

  it('slows viewers down, each for themselves, and nobody else', () => {
    const talk = new Talk();
    talk.moderate(presenter, { type: 'slow', seconds: 15 });
    talk.say(ann, 'one');
    talk.at += 14_999;
    expect(() => talk.say(ann, 'two')).toThrow(failure('chat-slow'));
    expect(() => talk.ask(ann, 'two?')).toThrow(failure('chat-slow'));
    talk.say(bob, 'hello');
    talk.say(presenter, 'one');
    talk.say(presenter, 'two');
    talk.at += 1;
    expect(talk.say(ann, 'two')).toBe(1);
  });

  it('closes the conversation for viewers, and opens it again', () => {
    const talk = new Talk();
    talk.moderate(presenter, { type: 'switch', isOn: false });
    expect(() => talk.say(ann, 'hello')).toThrow(failure('chat-off'));
    expect(talk.say(presenter, 'a moment, please')).toBe(1);
    talk.moderate(presenter, { type: 'switch', isOn: true });
    expect(talk.say(ann, 'hello')).toBe(1);
  });

  it('remains possible when the conversation is full', () => {
    const talk = new Talk();
    for (let count = 0; count < maxChanges; count += 1) talk.state.apply({ type: 'deleted', message: 0 });
    expect(() => talk.say(ann, 'hello')).toThrow(failure('chat-full'));
    expect(talk.say(presenter, 'good night')).toBe(1);
  });
});

describe('questions', () => {
  it('count each vote once, which can be taken back', () => {
    const talk = new Talk();
    const question = talk.ask(ann, 'Why?');
    expect(talk.vote(bob, question)).toBe(1);
    expect(talk.vote(bob, question)).toBe(0);
    expect(talk.state.questions).toMatchObject([{ votes: 1 }]);
    talk.vote(bob, question, false);
    expect(talk.state.questions).toMatchObject([{ votes: 0 }]);
  });

  it('are voted for by others, as long as they are open', () => {
    const talk = new Talk();
    const question = talk.ask(ann, 'Why?');
    expect(() => talk.vote(ann, question)).toThrow(/your own question/);
    talk.vote(bob, question);
    const carl: Participant = { id: 'carl-id', isPresenter: false };
    for (const state of ['answering', 'done'] as const) {
      talk.moderate(presenter, { type: 'question', question, state });
      expect(() => talk.vote(carl, question)).toThrow(/vote for an open one/);
      expect(() => talk.vote(bob, question, false)).toThrow(/vote for an open one/);
      // A page that lost the reply sends its vote again.
      expect(talk.vote(bob, question)).toBe(0);
    }
    expect(talk.state.questions).toMatchObject([{ votes: 1 }]);
    talk.moderate(presenter, { type: 'question', question, state: 'open' });
    expect(talk.vote(carl, question)).toBe(1);
  });

  it('are answered one at a time', () => {
    const talk = new Talk();
    const [first, second] = [talk.ask(ann, 'Why?'), talk.ask(bob, 'How?')];
    talk.moderate(presenter, { type: 'question', question: first, state: 'answering' });
    talk.moderate(presenter, { type: 'question', question: second, state: 'answering' });
    expect(talk.state.questions.map(({ state }) => state)).toEqual(['done', 'answering']);
    talk.moderate(presenter, { type: 'question', question: second, state: 'dismissed' });
    expect(() => talk.vote(ann, second)).toThrow(/is not in this conversation/);
  });
});

describe('raised hands', () => {
  it('stand in their order, once each, until they are lowered', () => {
    const talk = new Talk();
    const raise = (who: Participant, isUp: boolean) =>
      talk.do(who, { name: 'hand:raise', body: { channel, name: who.id, isUp } });
    raise(bob, true);
    raise(ann, true);
    expect(raise(bob, true)).toBe(0);
    expect(talk.state.hands.map(({ by }) => by)).toEqual([bob.id, ann.id]);
    talk.moderate(presenter, { type: 'lower-hand', participant: bob.id });
    raise(ann, false);
    expect(talk.state.hands).toEqual([]);
  });
});

describe('polls', () => {
  it('count the last choice of each person, until they are closed', () => {
    const talk = new Talk();
    const poll = talk.poll('Tea or coffee?', ['Tea', 'Coffee']);
    const choose = (who: Participant, choice: number) =>
      talk.do(who, { name: 'poll:vote', body: { channel, poll, choice } });
    choose(ann, 0);
    choose(bob, 0);
    choose(bob, 1);
    expect(talk.state.polls).toMatchObject([{ counts: [1, 1], isOpen: true }]);
    expect(() => choose(ann, 2)).toThrow(/is not in this conversation/);
    talk.moderate(presenter, { type: 'close-poll', poll });
    expect(() => choose(ann, 1)).toThrow(/is not in this conversation/);
    expect(choose(ann, 0)).toBe(0);
  });

  it('are open one at a time', () => {
    const talk = new Talk();
    talk.poll('One?', ['Yes', 'No']);
    talk.poll('Two?', ['Yes', 'No']);
    expect(talk.state.polls.map(({ isOpen }) => isOpen)).toEqual([false, true]);
  });
});
