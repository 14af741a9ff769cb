import { describe, expect, it } from 'vitest';
import type { ConversationUpdate, OwnPart } from '../../conversation.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import { FakeSignaling, fakeStorage, settle } from '../testing/signaling-doubles.ts';
import { ConversationClient } from './conversation-client.ts';
import { ParticipantIdentity } from './participant.ts';

const own: OwnPart = { by: 'me-me-me', role: 'viewer', votes: [], choices: {} };
const settings = { isOn: true, slowS: 0, moderators: [], muted: [] };
const conversation = 'a-show';

function message(id: number, text: string, change: { by?: string; key?: string } = {}) {
  const { by = 'somebody', key = `key-of-${id}` } = change;
  return { id, key, by, name: 'Ann', role: 'viewer' as const, text, at: 1_000 };
}

/** A client on a socket that a test controls, and the retry that waits, if one does. */
function open() {
  const signaling = new FakeSignaling();
  const identity = new ParticipantIdentity(fakeStorage);
  identity.rename('Me');
  const retries: (() => void)[] = [];
  const client = new ConversationClient({
    channel: 'math-101',
    identity,
    credential: () => undefined,
    later: (run) => {
      retries.push(run);
      return () => void retries.splice(retries.indexOf(run), 1);
    },
  });
  client.setShow(conversation);
  client.attach(signaling);
  const follow = async (update: Partial<ConversationUpdate> = {}) => {
    signaling
      .last('conversation:follow')
      .answer({ update: { conversation, after: 0, seq: 0, settings, ...update }, own });
    await settle();
  };
  return {
    ...{ signaling, client, identity, retries, follow },
    get texts() {
      return client.view.get().talk?.messages.map(({ text }) => text);
    },
    get unsent() {
      return client.view.get().unsent.map(({ text, error }) => [text, error?.code ?? null]);
    },
  };
}

/** One that has followed the conversation. */
async function opened() {
  const talk = open();
  talk.signaling.connect();
  await talk.follow();
  return talk;
}

const refusal = (code: ErrorCode) => new AppError(code, 'No.');

describe('a page in a conversation', () => {
  it('follows it as soon as there are a show and a connection, and shows what was written before', async () => {
    const talk = open();
    expect(talk.client.view.get().phase).toBe('loading');
    expect(talk.signaling.count('conversation:follow')).toBe(0);
    talk.signaling.connect();
    await talk.follow({ seq: 2, messages: [message(1, 'one'), message(2, 'two')] });
    expect(talk.texts).toEqual(['one', 'two']);
    expect(talk.client.view.get()).toMatchObject({ phase: 'open', connected: true });
  });

  it('tells the server that the viewer does not want to come on stage, again if the connection was lost', async () => {
    const talk = await opened();
    const asked = { channel: 'math-101', token: 'a-token-of-an-invitation', expiresAt: 1 };
    talk.signaling.announce('guest:asked', asked);
    expect(talk.client.view.get().asked).toEqual(asked);
    talk.client.declineStage();
    expect(talk.client.view.get().asked).toBeNull();
    const declined = { channel: asked.channel, token: asked.token };
    expect(talk.signaling.last('guest:decline').body).toEqual(declined);
    talk.signaling.last('guest:decline').refuse(refusal('connection-lost'));
    await settle();
    talk.signaling.disconnect();
    talk.signaling.connect();
    await talk.follow();
    expect(talk.signaling.count('guest:decline')).toBe(2);
    talk.signaling.last('guest:decline').answer({});
    await settle();
    talk.signaling.disconnect();
    talk.signaling.connect();
    await talk.follow();
    expect(talk.signaling.count('guest:decline')).toBe(2);
  });

  it('shows its own message once, whether the announcement or the reply comes first', async () => {
    const talk = await opened();
    talk.client.say('hello');
    const first = talk.signaling.last('conversation:say');
    const { key } = first.body as { key: string };
    expect(talk.unsent).toEqual([['hello', null]]);
    const update = { conversation, after: 0, seq: 1, messages: [message(1, 'hello', { by: own.by, key })] };
    talk.signaling.announce('conversation:changed', update);
    expect([talk.unsent, talk.texts]).toEqual([[], ['hello']]);
    first.answer({});
    await settle();
    expect([talk.unsent, talk.texts]).toEqual([[], ['hello']]);
    talk.client.say('again');
    talk.signaling.last('conversation:say').answer({});
    await settle();
    talk.signaling.announce('conversation:changed', {
      conversation,
      after: 1,
      seq: 2,
      messages: [message(2, 'again', { by: own.by })],
    });
    expect([talk.unsent, talk.texts]).toEqual([[], ['hello', 'again']]);
  });

  it('sends again what was not acknowledged, in order and with the same keys', async () => {
    const talk = await opened();
    talk.client.say('one');
    talk.client.say('two');
    await settle();
    const before = talk.signaling.last('conversation:say').body;
    talk.signaling.disconnect();
    talk.signaling.last('conversation:say').refuse(refusal('connection-lost'));
    await settle();
    expect(talk.unsent).toEqual([
      ['one', null],
      ['two', null],
    ]);
    expect(talk.client.view.get().connected).toBe(false);
    talk.signaling.connect();
    await talk.follow({ seq: 1, messages: [message(1, 'by another')] });
    expect(talk.signaling.last('conversation:say').body).toEqual(before);
    talk.signaling.last('conversation:say').answer({});
    await settle();
    expect(talk.signaling.last('conversation:say').body).toMatchObject({ text: 'two' });
    talk.signaling.last('conversation:say').answer({});
    await settle();
    expect(talk.unsent).toEqual([]);
  });

  it('goes on over another socket', async () => {
    const talk = await opened();
    talk.client.say('one');
    const next = new FakeSignaling();
    talk.client.attach(next);
    talk.signaling.last('conversation:say').refuse(refusal('connection-lost'));
    await settle();
    next.connect();
    next.last('conversation:follow').answer({ update: { conversation, after: 0, seq: 0, settings }, own });
    await settle();
    expect(next.last('conversation:say').body).toMatchObject({ text: 'one' });
    talk.signaling.announce('conversation:changed', {
      conversation,
      after: 0,
      seq: 9,
      messages: [message(9, 'stale')],
    });
    expect(talk.texts).toEqual([]);
  });

  it('follows again when the server does not know it any more, and then sends what waits', async () => {
    const talk = await opened();
    talk.client.say('one');
    talk.signaling.last('conversation:say').refuse(refusal('not-joined'));
    await settle();
    expect(talk.retries).toHaveLength(1);
    talk.retries[0]?.();
    await talk.follow();
    expect(talk.signaling.count('conversation:say')).toBe(2);
  });

  it('keeps what was refused, with the reason, until it is sent again or discarded', async () => {
    const talk = await opened();
    talk.client.say('too early');
    talk.signaling.last('conversation:say').refuse(refusal('chat-slow'));
    await settle();
    expect(talk.unsent).toEqual([['too early', 'chat-slow']]);
    const [{ key } = { key: '' }] = talk.client.view.get().unsent;
    talk.client.sayAgain(key);
    expect(talk.signaling.last('conversation:say').body).toMatchObject({ key, text: 'too early' });
    talk.signaling.last('conversation:say').refuse(refusal('chat-muted'));
    await settle();
    talk.client.forget(key);
    expect(talk.unsent).toEqual([]);
  });

  it('sends what was written without a connection in order and once each, as slowly as the server allows', async () => {
    const talk = await opened();
    talk.signaling.disconnect();
    const texts = ['1', '2', '3', '4', '5', '6', '7', '8'];
    for (const text of texts) talk.client.say(text);
    talk.signaling.connect();
    await talk.follow();
    const accepted: string[] = [];
    const answerAll = async (allowed: number) => {
      for (let count = 0; count <= allowed; count += 1) {
        const { body, answer, refuse } = talk.signaling.last('conversation:say');
        const { text } = body as { text: string };
        if (accepted.at(-1) === text) return;
        if (count === allowed) refuse(refusal('too-many-requests'));
        else accepted.push(text);
        answer({});
        await settle();
      }
    };
    await answerAll(6);
    expect([accepted, talk.unsent]).toEqual([texts.slice(0, 6), texts.slice(6).map((text) => [text, null])]);
    // What is written meanwhile waits behind, and does not shorten the pause.
    talk.client.say('9');
    expect([talk.retries.length, talk.signaling.count('conversation:say')]).toEqual([1, 7]);
    talk.retries.shift()?.();
    await answerAll(1);
    talk.retries.shift()?.();
    await answerAll(0);
    talk.retries.shift()?.();
    await answerAll(5);
    expect([accepted, talk.unsent, talk.retries]).toEqual([[...texts, '9'], [], []]);
    expect(talk.signaling.count('conversation:follow')).toBe(2);
  });

  it('makes no further attempt after the page has left, or the show has ended', async () => {
    const talk = await opened();
    talk.client.say('one');
    talk.signaling.last('conversation:say').refuse(refusal('too-many-requests'));
    await settle();
    expect(talk.retries).toHaveLength(1);
    talk.client.setShow(null);
    expect([talk.retries, talk.unsent]).toEqual([[], []]);
  });

  it('shows votes at once, and takes back what is refused', async () => {
    const talk = await opened();
    const own = () => [talk.client.view.get().own?.votes, talk.client.view.get().own?.choices];
    talk.client.vote(3, true);
    talk.client.choose(4, 1);
    expect(own()).toEqual([[3], { 4: 1 }]);
    talk.signaling.last('question:vote').answer({});
    await settle();
    talk.signaling.last('poll:vote').refuse(refusal('chat-muted'));
    await settle();
    expect(own()).toEqual([[3], {}]);
    expect(talk.client.view.get().problem?.code).toBe('chat-muted');
    talk.client.vote(3, false);
    talk.client.choose(4, 0);
    talk.client.choose(4, 1);
    talk.signaling.last('question:vote').refuse(refusal('bad-request'));
    await settle();
    talk.signaling.last('poll:vote').answer({});
    await settle();
    expect(own()).toEqual([[3], { 4: 1 }]);
    talk.signaling.last('poll:vote').refuse(refusal('bad-request'));
    await settle();
    expect(own()).toEqual([[3], { 4: 0 }]);
  });

  it('goes on showing votes that wait for a connection, and forgets them with the show', async () => {
    const talk = await opened();
    talk.signaling.disconnect();
    talk.client.vote(3, true);
    talk.signaling.connect();
    await talk.follow();
    expect(talk.client.view.get().own?.votes).toEqual([3]);
    const { answer } = talk.signaling.last('question:vote');
    talk.client.setShow(null);
    talk.client.setShow('another-show');
    talk.signaling
      .last('conversation:follow')
      .answer({ update: { conversation: 'another-show', after: 0, seq: 0, settings }, own });
    answer({});
    await settle();
    expect(talk.client.view.get().own?.votes).toEqual([]);
  });

  it('asks for what it has missed, with what it knows', async () => {
    const talk = await opened();
    const changed = (after: number, seq: number) =>
      talk.signaling.announce('conversation:changed', { conversation, after, seq, messages: [message(seq, `${seq}`)] });
    changed(0, 1);
    changed(1, 2);
    // The same again, and one that is known in part.
    changed(1, 2);
    changed(1, 3);
    expect(talk.texts).toEqual(['1', '2', '3']);
    changed(7, 8);
    expect(talk.signaling.last('conversation:follow').body).toMatchObject({ known: { conversation, seq: 3 } });
    // Another one arrives before the reply.
    changed(8, 9);
    await talk.follow({ after: 3, seq: 8, messages: [message(5, '5'), message(8, '8')] });
    expect(talk.texts).toEqual(['1', '2', '3', '5', '8', '9']);
  });

  it('removes what was deleted, and dismissed questions', async () => {
    const talk = await opened();
    const question = { ...message(2, 'Why?'), votes: 0, state: 'open' as const };
    const { announce } = talk.signaling;
    announce.call(talk.signaling, 'conversation:changed', {
      conversation,
      after: 0,
      seq: 2,
      messages: [message(1, 'rude')],
      questions: [question],
    });
    announce.call(talk.signaling, 'conversation:changed', {
      conversation,
      after: 2,
      seq: 4,
      deleted: [1],
      questions: [{ ...question, state: 'dismissed' }],
    });
    expect(talk.client.view.get().talk).toMatchObject({ messages: [], questions: [] });
  });

  it('begins anew with the next show, and keeps the last one on the page until then', async () => {
    const talk = await opened();
    talk.signaling.announce('conversation:changed', { conversation, after: 0, seq: 1, messages: [message(1, 'old')] });
    talk.client.setShow(null);
    expect([talk.client.view.get().phase, talk.texts]).toEqual(['ended', ['old']]);
    talk.client.setShow('another-show');
    expect([talk.client.view.get().phase, talk.texts]).toEqual(['loading', undefined]);
    expect(talk.signaling.last('conversation:follow').body).not.toHaveProperty('known');
  });

  it('is over where the server has no conversations', async () => {
    const talk = open();
    talk.signaling.connect();
    talk.signaling.last('conversation:follow').refuse(refusal('chat-off'));
    await settle();
    expect(talk.client.view.get().phase).toBe('off');
    expect(talk.retries).toEqual([]);
  });
});

describe('who somebody is', () => {
  it('is kept by the browser: a token and a name', () => {
    const kept = fakeStorage();
    const first = new ParticipantIdentity(() => kept);
    first.rename('  Ann \n');
    const second = new ParticipantIdentity(() => kept);
    second.recall();
    expect([second.token, second.name.get()]).toEqual([first.token, 'Ann']);
    expect(first.token).toMatch(/^[\w-]{22}$/);
  });

  it('is no name that is too long or empty, not even from the storage', () => {
    const kept = fakeStorage();
    kept.setItem('rostrum.name', 'a'.repeat(41));
    const identity = new ParticipantIdentity(() => kept);
    identity.recall();
    identity.rename('   ');
    expect(identity.name.get()).toBeNull();
  });
});
