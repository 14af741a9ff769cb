import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTestAccess, linkSecret } from '../access/testing/test-access.ts';
import { openLogger } from '../logger.ts';
import { ask, type Client, key, next, SignalingRig, show } from './testing/signaling-rig.ts';

let folder: string;
let rig: SignalingRig;

async function open(policy: Parameters<typeof createTestAccess>[1] = {}): Promise<void> {
  const access = createTestAccess(key, { keysFolder: join(folder, 'keys'), ...policy });
  rig = await SignalingRig.open(undefined, {}, undefined, { access });
}
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-signaling-access-'));
});
afterEach(async () => {
  await rig.close();
  await rm(folder, { recursive: true });
});

const channel = show.channel;
const link = (claims: Record<string, unknown>) =>
  new SignJWT({ aud: 'rostrum', channel, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(linkSecret));
const follow = (client: Client, credential?: string) =>
  ask(client, 'channel:follow', { channel, ...(credential && { credential }) });
const join_ = (client: Client, credential?: string) =>
  ask(client, 'viewer:join', { channel, sdpOffer: 'v=0', ...(credential && { credential }) });
const refused = (code: string) => ({ ok: false, error: { code } });

describe('presenter keys', () => {
  beforeEach(() => open());

  it('are made, listed and revoked by the owner only', async () => {
    const client = await rig.connect();
    const made = await ask(client, 'keys:make', { key, name: 'Anna', channels: [channel] });
    const data = made.ok ? made.data : {};
    const text = String(data.text);
    expect(await ask(client, 'key:check', { key: text })).toMatchObject({
      data: { role: 'presenter', name: 'Anna', channels: [channel] },
    });
    expect(await ask(client, 'key:check', { key })).toMatchObject({ data: { role: 'owner' } });
    const list = await ask(client, 'keys:list', { key });
    expect(list).toMatchObject({ data: { keys: [{ name: 'Anna' }] } });
    expect(JSON.stringify(list)).not.toContain(text);
    for (const [event, body] of [
      ['keys:list', {}],
      ['keys:make', { name: 'Eve', channels: 'all' }],
      ['keys:revoke', { id: '0'.repeat(12) }],
    ] as const) {
      expect(await ask(client, event, { key: text, ...body }), event).toMatchObject(refused('owner-only'));
      expect(await ask(client, event, { key: 'guess', ...body }), event).toMatchObject(refused('wrong-key'));
    }
  });

  it('go live, announce and set passcodes on their channels only', async () => {
    const { text } = await rig.access.keys.make('Anna', ['art-101']);
    const client = await rig.connect();
    for (const [event, body] of [
      ['broadcast:start', { ...show }],
      ['show:announce', { channel, title: 'Sums', startsAt: Date.now() + 60_000 }],
      ['show:withdraw', { channel }],
      ['passcode:set', { channel, passcode: 'two words' }],
      ['passcode:read', { channel }],
    ] as const) {
      expect(await ask(client, event, { ...body, key: text }), event).toMatchObject(refused('wrong-channel'));
    }
    expect(rig.registry.count).toBe(0);
    expect(await ask(client, 'broadcast:start', { ...show, key: text, channel: 'art-101' })).toMatchObject({
      ok: true,
    });
  });

  it('that are revoked end their shows at once, and no other', async () => {
    const stop = rig.access.keys.follow((ids) => rig.registry.endRevoked(ids), openLogger('silent'));
    const { text, key: info } = await rig.access.keys.make('Anna', 'all');
    const { presenter, resumeToken } = await rig.goLive({ key: text });
    await rig.goLive({ channel: 'art-101' });
    const ended = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'ended');
    await rig.access.keys.revoke(info.id);
    expect((await ended).broadcast?.endReason).toBe('key-revoked');
    expect(rig.registry.list().map((broadcast) => broadcast.channel)).toEqual(['art-101']);
    const again = await rig.connect();
    expect(await ask(again, 'broadcast:start', { ...show, key: text })).toMatchObject(refused('wrong-key'));
    const resumed = await ask(again, 'broadcast:resume', { channel, resumeToken, sdpOffer: 'v=0' });
    expect(resumed).toMatchObject(refused('not-live'));
    stop();
  });

  it('that were revoked while the server was down end the shows that are restored', async () => {
    const { text } = await rig.access.keys.make('Anna', 'all');
    await rig.goLive({ key: text });
    const saved = rig.save();
    await rig.close();
    await open();
    rig.registry.restore(saved);
    expect(rig.registry.count).toBe(1);
    rig.registry.endRevoked(new Set());
    expect(rig.registry.count).toBe(0);
  });
});

describe('signed links', () => {
  it('of presenters go live, and those of viewers do not', async () => {
    await open();
    const client = await rig.connect();
    const viewer = await link({ role: 'viewer' });
    expect(await ask(client, 'broadcast:start', { ...show, key: viewer })).toMatchObject(refused('wrong-link'));
    expect(await ask(client, 'key:check', { key: viewer })).toMatchObject(refused('wrong-link'));
    const presenter = await link({ role: 'presenter', name: 'Anna' });
    expect(await ask(client, 'broadcast:start', { ...show, key: presenter })).toMatchObject({ ok: true });
  });

  it('let invited viewers in, and give a ticket that outlasts them', async () => {
    await open({ policy: { watch: 'invited' } });
    await rig.goLive();
    const [stranger, guest] = [await rig.connect(), await rig.connect()];
    expect(await follow(stranger)).toMatchObject(refused('invitation-required'));
    expect(await join_(stranger)).toMatchObject(refused('invitation-required'));
    expect(await join_(stranger, await link({ role: 'viewer', channel: 'art-101' }))).toMatchObject(
      refused('invitation-required'),
    );
    const followed = await follow(guest, await link({ role: 'viewer' }));
    const ticket = followed.ok ? String(followed.data.ticket) : '';
    expect(await join_(guest, ticket)).toMatchObject({ ok: true });
    expect(await ask(stranger, 'broadcast:start', { ...show, key: ticket })).toMatchObject(refused('wrong-link'));
    expect(await ask(stranger, 'lobby:follow', {})).toMatchObject({
      data: { broadcasts: [{ title: channel, isLocked: true }] },
    });
  });
});

describe('passcodes', () => {
  beforeEach(() => open());

  it('are asked of viewers, and the lobby shows neither title nor audience', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    const viewer = await rig.connect();
    await ask(presenter, 'passcode:set', { key, channel, passcode: 'two words' });
    expect(await follow(viewer)).toMatchObject(refused('passcode-required'));
    expect(await join_(viewer)).toMatchObject(refused('passcode-required'));
    const lobby = await ask(viewer, 'lobby:follow', {});
    expect(lobby).toMatchObject({ data: { broadcasts: [{ title: channel, isLocked: true, viewers: 0 }] } });
    expect(JSON.stringify(lobby)).not.toContain(show.title);
    expect(await ask(viewer, 'channel:enter', { channel, passcode: 'wrong' })).toMatchObject(refused('wrong-passcode'));
    const entered = await ask(viewer, 'channel:enter', { channel, passcode: 'two words' });
    const ticket = entered.ok ? String(entered.data.ticket) : '';
    expect(await follow(viewer, ticket)).toMatchObject({ data: { broadcast: { title: show.title } } });
    expect(await join_(viewer, ticket)).toMatchObject({ ok: true });
    // The presenter who comes back on another socket follows by the resume token.
    expect(await follow(await rig.connect(), resumeToken)).toMatchObject({
      data: { broadcast: { title: show.title } },
    });
    expect(await follow(await rig.connect(), `${resumeToken}x`)).toMatchObject(refused('passcode-required'));
  });

  it('that are set during a show show out those who are watching, who hear nothing more', async () => {
    const { presenter } = await rig.goLive();
    const viewer = await rig.connect();
    await follow(viewer);
    expect(await join_(viewer)).toMatchObject({ ok: true });
    const locked = next(viewer, 'channel:locked');
    await ask(presenter, 'passcode:set', { key, channel, passcode: 'two words' });
    expect(await locked).toMatchObject({ channel, error: { code: 'passcode-required' } });
    expect(rig.registry.view(channel).broadcast?.viewers).toBe(0);
    const heard: unknown[] = [];
    viewer.onAny((event) => heard.push(event));
    const renamed = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.title === 'Secret');
    await ask(presenter, 'broadcast:rename', { title: 'Secret' });
    await renamed;
    // A reply comes after everything that was announced before it.
    await ask(viewer, 'clock:read');
    expect(heard).toEqual([]);
  });

  it('hide the announcement of a show as well', async () => {
    const client = await rig.connect();
    await ask(client, 'passcode:set', { key, channel, passcode: 'two words' });
    await ask(client, 'show:announce', { key, channel, title: 'Sums', startsAt: Date.now() + 60_000 });
    const lobby = await ask(client, 'lobby:follow', {});
    expect(lobby).toMatchObject({ data: { upcoming: [{ title: channel, isLocked: true }] } });
    expect(JSON.stringify(lobby)).not.toContain('Sums');
    const changed = next(client, 'lobby:changed', ({ upcoming }) => upcoming[0]?.title === 'Sums');
    expect(await ask(client, 'passcode:set', { key, channel, passcode: null })).toMatchObject({
      data: { isLocked: false },
    });
    await changed;
  });
});

it('the id of a recording is given to viewers only where recordings are public', async () => {
  await open({ policy: { recordings: 'link' } });
  const { presenter } = await rig.goLive({ record: true });
  const viewer = await rig.connect();
  await follow(viewer);
  const seen = next(viewer, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'ended');
  const own = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'ended');
  await ask(presenter, 'broadcast:stop', {});
  expect((await own).broadcast?.recordingId).toBe('a-recording');
  expect((await seen).broadcast?.recordingId).toBeNull();
});

it('a viewer who leaves before the check is over takes no seat, and early candidates wait for it', async () => {
  await open({ policy: { watch: 'invited' } });
  await rig.goLive();
  const credential = await link({ role: 'viewer' });
  const client = await rig.connect();
  const joining = join_(client, credential);
  const leaving = ask(client, 'viewer:leave', {});
  expect(await joining).toMatchObject(refused('not-joined'));
  expect(await leaving).toMatchObject({ ok: true });
  expect(rig.registry.view(channel).broadcast?.viewers).toBe(0);
  const again = join_(client, credential);
  const candidate = ask(client, 'candidate:add', { candidate: '' });
  expect(await again).toMatchObject({ ok: true });
  expect(await candidate).toMatchObject({ ok: true });
});
