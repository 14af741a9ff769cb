import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import type { IceServer } from '../../lib/signaling.ts';
import { ask, next, SignalingRig, show } from './testing/signaling-rig.ts';

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open();
});
afterEach(() => rig.close());

describe('a page that changes its role', () => {
  const join = { channel: 'math-101', sdpOffer: 'v=0' };

  it('is a viewer for good, even if the show that it had stopped fails to open afterwards', async () => {
    await rig.goLive();
    let fail = (_error: AppError) => {};
    rig.gateway.hold = () => {
      rig.gateway.hold = async () => {};
      return new Promise<void>((_resolve, reject) => {
        fail = reject;
      });
    };
    const page = await rig.connect();
    const starting = ask(page, 'broadcast:start', { ...show, channel: 'other' });
    await vi.waitFor(() => expect(rig.registry.count).toBe(2));
    expect(await ask(page, 'broadcast:stop', {})).toMatchObject({ ok: true });
    expect(await ask(page, 'viewer:join', join)).toMatchObject({ ok: true });
    fail(new AppError('media-failed', 'The media server could not do its part.'));
    expect(await starting).toMatchObject({ ok: false });
    expect(await ask(page, 'candidate:add', { candidate: '' })).toMatchObject({ ok: true });
    page.disconnect();
    await vi.waitFor(() => expect(rig.registry.view('math-101').broadcast?.viewers).toBe(0));
  });

  it('receives no events of its former link, and loses nothing by them', async () => {
    await rig.goLive();
    const page = await rig.connect();
    await ask(page, 'viewer:join', join);
    const former = rig.gateway.links.at(-1);
    await ask(page, 'viewer:leave', {});
    expect(await ask(page, 'test:start', { sdpOffer: 'v=0' })).toMatchObject({ ok: true });
    const told: string[] = [];
    page.onAny((event: string) => told.push(event));
    former?.listener.candidateFound({ candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 });
    former?.listener.failed(new AppError('connection-lost', 'The connection broke.'));
    expect(await ask(page, 'candidate:add', { candidate: '' })).toMatchObject({ ok: true });
    expect(told.filter((event) => event === 'candidate:found' || event === 'link:closed')).toEqual([]);
  });
});

describe('the STUN and TURN servers', () => {
  const offer = { sdpOffer: 'v=0' };

  /** A page, and everything that it was granted so far. */
  async function openPage() {
    const page = await rig.connect();
    const granted: IceServer[][] = [];
    page.on('ice-servers:granted', ({ iceServers }) => granted.push(iceServers));
    return { page, granted };
  }

  beforeEach(() => {
    let links = 0;
    rig.iceServers = (peerId) => {
      links += 1;
      return [{ urls: ['turn:relay.example'], username: `${links}:${peerId}`, credential: 'secret' }];
    };
  });

  it('are granted before the reply to everyone who may present, resume, watch or test, anew for each link', async () => {
    const presenting = await openPage();
    const starting = next(presenting.page, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'live');
    const started = await ask(presenting.page, 'broadcast:start', { ...show, ...offer });
    if (!started.ok) throw new Error(started.error.message);
    expect(presenting.granted).toHaveLength(1);
    rig.gateway.links.at(-1)?.listener.flowChanged('video', true);
    await starting;
    const resumeToken = String(started.data.resumeToken);
    await ask(presenting.page, 'broadcast:resume', { channel: show.channel, resumeToken, ...offer });
    expect(presenting.granted).toHaveLength(2);

    const watching = await openPage();
    await ask(watching.page, 'viewer:join', { channel: show.channel, ...offer });
    await ask(watching.page, 'viewer:leave', {});
    await ask(watching.page, 'viewer:join', { channel: show.channel, ...offer });
    await ask(watching.page, 'viewer:leave', {});
    await ask(watching.page, 'test:start', offer);
    const names = [...presenting.granted, ...watching.granted].flat().map(({ username }) => username?.split(':')[0]);
    expect(names).toEqual(['1', '2', '3', '4', '5']);
    expect(watching.granted[0]?.[0]?.username).toBe(`3:${watching.page.id}`);
  });

  it('are granted to nobody else', async () => {
    const { page, granted } = await openPage();
    const refused = async (event: string, body: object) =>
      expect(await ask(page, event, body)).toMatchObject({ ok: false });
    await ask(page, 'lobby:follow', {});
    await ask(page, 'channel:follow', { channel: show.channel });
    await refused('broadcast:start', { ...show, key: 'not the presenter key', ...offer });
    await refused('viewer:join', { channel: show.channel, ...offer });
    await rig.goLive();
    await refused('broadcast:resume', { channel: show.channel, resumeToken: 'x'.repeat(20), ...offer });
    // No more than two tests run at once here.
    for (const _ of [1, 2]) await ask(await rig.connect(), 'test:start', offer);
    await refused('test:start', offer);
    await ask(page, 'viewer:join', { channel: show.channel, ...offer });
    expect(granted).toHaveLength(1);
    await refused('viewer:join', { channel: show.channel, ...offer });
    expect(granted).toHaveLength(1);
  });
});
