import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationUpdate, RecordedConversation } from '../../lib/conversation.ts';
import { createTestAccess } from '../access/testing/test-access.ts';
import { openLogger } from '../logger.ts';
import { ConversationFiles } from '../recordings/conversation-files.ts';
import { ask, type Client, key, next, SignalingRig } from '../signaling/testing/signaling-rig.ts';
import { Conversations } from './conversations.ts';
import { FileJournals } from './journals.ts';

const channel = 'math-101';
let folder: string;
const rigs: SignalingRig[] = [];

/** A server whose conversations are in this test's folder, like those of the one before. */
async function openRig(options: ConstructorParameters<typeof SignalingRig>[3] = {}): Promise<SignalingRig> {
  const journals = new FileJournals(join(folder, 'conversations'));
  const archive = new ConversationFiles(join(folder, 'recordings'));
  const rig = await SignalingRig.open(undefined, {}, undefined, { conversations: { journals, archive }, ...options });
  rigs.push(rig);
  return rig;
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conversations-'));
});

afterEach(async () => {
  await Promise.all(rigs.splice(0).map((rig) => rig.close()));
  await rm(folder, { recursive: true, force: true });
});

let tokens = 0;

/** A page that takes part, with everything that it receives. */
class Page {
  readonly client: Client;
  readonly token: string;
  readonly updates: ConversationUpdate[] = [];
  #keys = 0;

  private constructor(client: Client, token: string) {
    this.client = client;
    this.token = token;
    client.on('conversation:changed', (update) => void this.updates.push(update));
  }

  static async open(rig: SignalingRig, credential?: string, token?: string): Promise<Page> {
    tokens += 1;
    const page = new Page(await rig.connect(), token ?? `token-of-page-${tokens}-of-the-test`);
    await page.follow(credential);
    return page;
  }

  async follow(credential?: string, known?: { conversation: string; seq: number }): Promise<ConversationUpdate> {
    const reply = await ask(this.client, 'conversation:follow', {
      channel,
      token: this.token,
      ...(credential !== undefined && { credential }),
      ...(known !== undefined && { known }),
    });
    if (!reply.ok) throw new Error(reply.error.code);
    const update = reply.data.update as ConversationUpdate;
    this.updates.push(update);
    return update;
  }

  say(text: string, changes: Record<string, unknown> = {}) {
    this.#keys += 1;
    const messageKey = `${this.token.slice(0, 20)}-${this.#keys}`;
    return ask(this.client, 'conversation:say', { channel, key: messageKey, name: 'Ann', text, ...changes });
  }

  moderate(action: Record<string, unknown>) {
    return ask(this.client, 'conversation:moderate', { channel, action });
  }

  /** The texts of the messages, in the order of their ids. */
  get texts(): string[] {
    const messages = new Map(this.updates.flatMap(({ messages = [] }) => messages.map((one) => [one.id, one.text])));
    return [...messages].sort(([a], [b]) => a - b).map(([, text]) => text);
  }
}

const refused = (code: string) => ({ ok: false, error: { code } });

describe('the conversation of a show', () => {
  it('reaches everybody in the same order, and whoever comes later', async () => {
    const rig = await openRig();
    const { presenter, resumeToken } = await rig.goLive();
    const [ann, bob, teacher] = [await Page.open(rig), await Page.open(rig), await Page.open(rig, resumeToken)];
    const texts = Array.from({ length: 6 }, (_, index) => `number ${index}`);
    const replies = await Promise.all(texts.flatMap((text) => [ann.say(`ann: ${text}`), bob.say(`bob: ${text}`)]));
    expect(replies.every(({ ok }) => ok)).toBe(true);
    await expect.poll(() => [ann, bob, teacher].map((page) => page.texts.length)).toEqual([12, 12, 12]);
    expect(bob.texts).toEqual(ann.texts);
    expect(teacher.texts).toEqual(ann.texts);
    const late = await Page.open(rig);
    expect(late.texts).toEqual(ann.texts);
    // Changes of one moment are announced together.
    expect(ann.updates.length).toBeLessThan(10);
    presenter.disconnect();
  });

  it('shows a message once that is sent again because its reply was lost', async () => {
    const rig = await openRig();
    await rig.goLive();
    const ann = await Page.open(rig);
    const message = { channel, key: 'the-key-of-it', name: 'Ann', text: 'once' };
    // The socket breaks before the reply arrives.
    ann.client.emit('conversation:say', message, () => {});
    await next(ann.client, 'conversation:changed');
    ann.client.disconnect();
    ann.client.connect();
    await new Promise<void>((resolve) => void ann.client.once('connect', resolve));
    expect(await ask(ann.client, 'conversation:say', message)).toMatchObject(refused('not-joined'));
    await ann.follow();
    expect(await ask(ann.client, 'conversation:say', message)).toMatchObject({ ok: true });
    const late = await Page.open(rig);
    expect(late.texts).toEqual(['once']);
  });

  it('tells a page that comes back only what is new', async () => {
    const rig = await openRig();
    await rig.goLive();
    const [ann, bob] = [await Page.open(rig), await Page.open(rig)];
    await ann.say('before');
    const { conversation, seq } = await bob.follow();
    bob.client.disconnect();
    await ann.say('meanwhile');
    bob.client.connect();
    await new Promise<void>((resolve) => void bob.client.once('connect', resolve));
    const update = await bob.follow(undefined, { conversation, seq });
    expect(update).toMatchObject({ after: seq, messages: [{ text: 'meanwhile' }] });
    const ofAnother = await bob.follow(undefined, { conversation: 'another-show', seq });
    expect(ofAnother.messages?.map(({ text }) => text)).toEqual(['before', 'meanwhile']);
  });

  it('goes on after the server was killed, with everything that was acknowledged', async () => {
    const killed = await openRig();
    const { resumeToken } = await killed.goLive();
    const [ann, teacher] = [await Page.open(killed), await Page.open(killed, resumeToken)];
    await ann.say('one');
    await teacher.moderate({ type: 'slow', seconds: 60 });
    await Promise.all([ann.say('two', { key: 'key-of-number-two' }), teacher.say('three')]);
    const saved = killed.save();
    const seen = ann.texts;
    const [{ seq = 0, conversation = '' } = {}] = ann.updates.slice(-1);
    // What the killed server was writing at that moment is no whole line.
    const [file = ''] = await readdir(join(folder, 'conversations'));
    await appendFile(join(folder, 'conversations', file), '{"type":"said","key":"ha');

    const restarted = await openRig();
    restarted.registry.restore(saved);
    const late = await Page.open(restarted);
    expect(late.texts).toEqual(seen);
    const again = await Page.open(restarted);
    const update = await again.follow(undefined, { conversation, seq });
    expect(update).toMatchObject({ after: seq, seq });
    expect((await late.follow()).settings).toMatchObject({ slowS: 60 });
    await late.say('four');
    expect((await Page.open(restarted)).texts).toEqual([...seen, 'four']);
  });

  it('acknowledges nothing that could not be stored, and goes on when it can be', async () => {
    const rig = await openRig();
    await rig.goLive();
    const ann = await Page.open(rig);
    await ann.say('stored');
    const path = join(folder, 'conversations');
    const [file = ''] = await readdir(path);
    const text = await readFile(join(path, file));
    // A folder in the place of the file cannot be appended to, not even by root.
    await rm(join(path, file));
    await mkdir(join(path, file));
    const message = { key: 'key-of-the-lost-one', text: 'not stored yet' };
    expect(await ann.say('', message)).toMatchObject(refused('chat-unavailable'));
    await rm(join(path, file), { recursive: true });
    await writeFile(join(path, file), text);
    expect((await Page.open(rig)).texts).toEqual(['stored']);
    expect(await ann.say('', message)).toMatchObject({ ok: true });
    expect((await Page.open(rig)).texts).toEqual(['stored', 'not stored yet']);
    expect(ann.texts).toEqual(['stored', 'not stored yet']);
  });

  it('is moderated by the presenter, and by those whom the presenter names', async () => {
    const rig = await openRig();
    const { resumeToken } = await rig.goLive();
    const [ann, teacher] = [await Page.open(rig), await Page.open(rig, resumeToken)];
    await ann.say('hello');
    const by = ann.updates.at(-1)?.messages?.[0]?.by ?? '';
    expect(by).not.toContain(ann.token.slice(0, 8));
    expect(await ann.moderate({ type: 'switch', isOn: false })).toMatchObject(refused('moderators-only'));
    await teacher.moderate({ type: 'moderator', participant: by, name: 'Ann', isOn: true });
    expect(await ann.moderate({ type: 'switch', isOn: false })).toMatchObject({ ok: true });
    const bob = await Page.open(rig);
    expect(await bob.say('hello?')).toMatchObject(refused('chat-off'));
    expect(await ann.say('in a minute')).toMatchObject({ ok: true });
    await expect.poll(() => bob.texts).toEqual(['hello', 'in a minute']);
  });

  it('counts reactions, and announces them together', async () => {
    const rig = await openRig();
    await rig.goLive();
    const [ann, bob] = [await Page.open(rig), await Page.open(rig)];
    const counted = next(bob.client, 'conversation:changed', ({ reactions }) => reactions !== undefined);
    await Promise.all([1, 2, 3].map(() => ask(ann.client, 'conversation:react', { channel, reaction: '👏' })));
    await ask(bob.client, 'conversation:react', { channel, reaction: '🎉' });
    expect((await counted).reactions).toEqual({ '👏': 3, '🎉': 1 });
    expect((await Page.open(rig)).updates[0]?.reactions).toBeUndefined();
  });

  it('refuses a page that sends too much', async () => {
    const rig = await openRig();
    await rig.goLive();
    const ann = await Page.open(rig);
    const replies = await Promise.all(Array.from({ length: 10 }, (_, index) => ann.say(`flood ${index}`)));
    expect(replies.filter(({ ok }) => ok).length).toBeLessThanOrEqual(6);
    expect(replies.at(-1)).toMatchObject(refused('too-many-requests'));
  });

  it('is for those who may watch', async () => {
    const access = createTestAccess(key, { policy: { watch: 'invited' } });
    const rig = await openRig({ access });
    const { resumeToken } = await rig.goLive();
    await expect(Page.open(rig)).rejects.toThrow('invitation-required');
    await expect(Page.open(rig, 'a wrong credential')).rejects.toThrow('invitation-required');
    const teacher = await Page.open(rig, resumeToken);
    expect(await teacher.say('hello')).toMatchObject({ ok: true });
  });

  it('is there only while a show is on, and where the server has conversations', async () => {
    const rig = await openRig();
    await expect(Page.open(rig)).rejects.toThrow('not-live');
    const { presenter } = await rig.goLive();
    const ann = await Page.open(rig);
    await ask(presenter, 'broadcast:stop');
    expect(await ann.say('too late')).toMatchObject(refused('not-live'));
    const { presenter: second } = await rig.goLive();
    expect(await ann.say('to the show before')).toMatchObject(refused('not-joined'));
    expect((await Page.open(rig)).texts).toEqual([]);
    second.disconnect();
    const without = await SignalingRig.open();
    rigs.push(without);
    await without.goLive();
    await expect(Page.open(without)).rejects.toThrow('chat-off');
  });
});

describe('the end of a show', () => {
  const recordingId = '2026-11-22-math-101-k3v9x2pm';
  const recorded = () => join(folder, 'recordings', recordingId);

  async function startRecorded(rig: SignalingRig): Promise<Client> {
    await mkdir(recorded(), { recursive: true });
    const { presenter } = await rig.goLive({ record: true });
    return presenter;
  }

  it('moves the conversation to its recording', async () => {
    const rig = await openRig();
    const presenter = await startRecorded(rig);
    const broadcast = rig.registry.get(channel);
    // The rig's store names every recording the same; this one has the form of a real id.
    const save = broadcast.recording.save.bind(broadcast.recording);
    broadcast.recording.save = () => ({ ...save(), recordingId, recordedMs: 4_200, partSince: null });
    const ann = await Page.open(rig);
    await ann.say('to be kept');
    await ask(presenter, 'broadcast:stop');
    await expect.poll(() => readdir(recorded())).toEqual(['conversation.json', 'conversation.vtt']);
    const json: unknown = JSON.parse(await readFile(join(recorded(), 'conversation.json'), 'utf8'));
    expect(json).toMatchObject({ version: 1, messages: [{ ms: 4_200, name: 'Ann', text: 'to be kept' }] });
    expect(await readFile(join(recorded(), 'conversation.vtt'), 'utf8')).toContain('<v Ann>to be kept');
    await expect.poll(() => readdir(join(folder, 'conversations'))).toEqual([]);
  });

  it('parts the conversation among the recordings of the show, reactions too', async () => {
    const second = '2026-11-22-math-101-second22';
    const ofSecond = join(folder, 'recordings', second);
    await mkdir(ofSecond, { recursive: true });
    const rig = await openRig();
    const presenter = await startRecorded(rig);
    const { recording } = rig.registry.get(channel);
    const save = recording.save.bind(recording);
    const recordedUntil = (id: string | null, recordedMs: number) => {
      recording.save = () => ({ ...save(), recordingId: id, recordedMs, partSince: null });
    };
    const react = async (page: Page) => {
      const counted = next(page.client, 'conversation:changed', ({ reactions }) => reactions !== undefined);
      await ask(page.client, 'conversation:react', { channel, reaction: '👏' });
      await counted;
    };
    recordedUntil(null, 0);
    const ann = await Page.open(rig);
    await ann.say('before');
    recordedUntil(recordingId, 60_000);
    await ann.say('early');
    // The recording is deleted, and nothing is recorded until the presenter begins anew.
    recordedUntil(null, 0);
    await ann.say('between');
    recordedUntil(second, 1_000);
    await react(ann);
    await ann.say('late');
    await ask(presenter, 'broadcast:stop');
    await expect.poll(() => readdir(ofSecond)).toEqual(['conversation.json', 'conversation.vtt']);
    const keptIn = async (path: string) => {
      const json = JSON.parse(await readFile(join(path, 'conversation.json'), 'utf8')) as RecordedConversation;
      return [json.messages.map(({ ms, text }) => `${ms} ${text}`), json.reactions];
    };
    expect(await keptIn(recorded())).toEqual([['0 before', '60000 early', '60000 between'], []]);
    expect(await keptIn(ofSecond)).toEqual([['1000 late'], [{ ms: 1_000, counts: { '👏': 1 } }]]);
  });

  it('forgets the conversation of a show that was not recorded', async () => {
    const rig = await openRig();
    const { presenter } = await rig.goLive();
    const ann = await Page.open(rig);
    await ann.say('gone soon');
    expect(await readdir(join(folder, 'conversations'))).toHaveLength(1);
    await ask(presenter, 'broadcast:stop');
    await expect.poll(() => readdir(join(folder, 'conversations'))).toEqual([]);
  });

  it('is made up for by the next start if the server was killed before', async () => {
    const journals = new FileJournals(join(folder, 'conversations'));
    await mkdir(recorded(), { recursive: true });
    const line = (text: string) =>
      JSON.stringify({ type: 'said', key: 'k', by: 'b', name: 'Ann', role: 'viewer', text, at: 1, ms: 2_000 });
    const recording = JSON.stringify({ type: 'recording', id: recordingId });
    await journals.of({ broadcastId: 'ended' }).append([recording, line('kept')]);
    await journals.of({ broadcastId: 'on-air' }).append([line('still going on')]);
    const rig = await openRig();
    const archive = new ConversationFiles(join(folder, 'recordings'));
    const { registry } = rig;
    const conversations = new Conversations({ registry, journals, archive, logger: openLogger('silent') });
    await conversations.keepLeftBehind(journals, new Set(['on-air']));
    await conversations.close();
    expect(await readFile(join(recorded(), 'conversation.json'), 'utf8')).toContain('kept');
    expect(await journals.list()).toEqual(['on-air']);
  });
});

describe('raised hands', () => {
  const raise = (page: Page, name: string) => ask(page.client, 'hand:raise', { channel, name, isUp: true });
  const handsOf = (page: Page) => page.updates.findLast(({ hands }) => hands !== undefined)?.hands ?? [];
  const namesOf = (page: Page) => handsOf(page).map(({ name }) => name);

  it('are lowered when their owners have left, but not by a reload, or as long as one of several pages is left', async () => {
    const rig = await openRig({ handGraceMs: 400 });
    const { resumeToken } = await rig.goLive();
    const teacher = await Page.open(rig, resumeToken);
    const [reloading, twice] = [await Page.open(rig), await Page.open(rig)];
    const [leaving, other] = [await Page.open(rig), await Page.open(rig)];
    const second = await Page.open(rig, undefined, twice.token);
    await raise(reloading, 'reloads');
    await raise(twice, 'has two pages');
    await raise(leaving, 'leaves');
    await raise(other, 'stays');
    second.client.disconnect();
    reloading.client.disconnect();
    await Page.open(rig, undefined, reloading.token);
    await expect.poll(() => namesOf(teacher)).toEqual(['reloads', 'has two pages', 'leaves', 'stays']);
    leaving.client.disconnect();
    await expect.poll(() => namesOf(teacher)).toEqual(['reloads', 'has two pages', 'stays']);
    // Whoever comes back may raise it again.
    const back = await Page.open(rig, undefined, leaving.token);
    expect(await raise(back, 'is back')).toMatchObject({ ok: true });
    await expect.poll(() => namesOf(teacher)).toEqual(['reloads', 'has two pages', 'stays', 'is back']);
  });

  it('are lowered if their owners do not come back after a restart of the server', async () => {
    const killed = await openRig();
    await killed.goLive();
    const [ann, bob] = [await Page.open(killed), await Page.open(killed)];
    await raise(ann, 'Ann');
    await raise(bob, 'Bob');
    const saved = killed.save();
    const restarted = await openRig({ handGraceMs: 400 });
    restarted.registry.restore(saved);
    const back = await Page.open(restarted, undefined, bob.token);
    expect(namesOf(back)).toEqual(['Ann', 'Bob']);
    await expect.poll(() => namesOf(back)).toEqual(['Bob']);
  });
});

it('the presenter asks somebody who raised a hand on stage, and only that one learns how to come', async () => {
  const rig = await openRig();
  const { presenter } = await rig.goLive();
  const [ann, bob] = [await Page.open(rig), await Page.open(rig)];
  const heard: string[] = [];
  bob.client.on('guest:asked', () => void heard.push('bob'));
  presenter.on('guest:asked', () => void heard.push('presenter'));
  const raised = next(ann.client, 'conversation:changed', ({ hands = [] }) => hands.length > 0);
  expect(await ask(ann.client, 'hand:raise', { channel, name: 'Ann', isUp: true })).toMatchObject({ ok: true });
  const [hand] = (await raised).hands ?? [];
  const ofAnn = { participant: hand?.by, name: hand?.name };
  expect(await ask(bob.client, 'guest:ask', ofAnn)).toMatchObject({ ok: false, error: { code: 'not-joined' } });
  const asked = next(ann.client, 'guest:asked');
  expect(await ask(presenter, 'guest:ask', ofAnn)).toMatchObject({ ok: true, data: { invitation: { name: 'Ann' } } });
  const { token } = await asked;
  const guest = await rig.connect();
  expect(await ask(guest, 'guest:enter', { channel, token, name: 'Ann' })).toMatchObject({ ok: true });
  expect(heard).toEqual([]);
});
