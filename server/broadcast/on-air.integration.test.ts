import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ask, type Client, next, SignalingRig } from '../signaling/testing/signaling-rig.ts';

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open();
});
afterEach(() => rig.close());

async function joinShow(): Promise<Client> {
  const viewer = await rig.connect();
  await ask(viewer, 'channel:follow', { channel: 'math-101' });
  await ask(viewer, 'viewer:join', { channel: 'math-101', sdpOffer: 'v=0' });
  return viewer;
}

describe('a presenter', () => {
  it('gives the show another title, and viewers and lobby see it', async () => {
    const { presenter } = await rig.goLive();
    const [viewer, lobby] = [await joinShow(), await rig.connect()];
    await ask(lobby, 'lobby:follow', {});
    const seen = next(viewer, 'broadcast:changed', ({ broadcast }) => broadcast?.title === 'More sums');
    const listed = next(lobby, 'lobby:changed', ({ broadcasts }) => broadcasts[0]?.title === 'More sums');
    const reply = await ask(presenter, 'broadcast:rename', { title: '  More sums ' });
    expect(reply).toMatchObject({ ok: true, data: { broadcast: { title: 'More sums' } } });
    await Promise.all([seen, listed]);
    expect(rig.save()).toMatchObject([{ title: 'More sums' }]);
  });

  it('turns the camera off, and viewers see that this is intended', async () => {
    const { presenter } = await rig.goLive();
    const viewer = await joinShow();
    expect(rig.registry.view('math-101').broadcast).toMatchObject({ cameraOn: true });
    const off = next(viewer, 'broadcast:changed', ({ broadcast }) => broadcast?.cameraOn === false);
    expect(await ask(presenter, 'broadcast:camera', { cameraOn: false })).toMatchObject({ ok: true });
    expect((await off).broadcast?.phase).toBe('live');
    const on = next(viewer, 'broadcast:changed', ({ broadcast }) => broadcast?.cameraOn === true);
    await ask(presenter, 'broadcast:camera', { cameraOn: true });
    await on;
  });

  it('reports how well sending works, until someone else sends', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    const viewer = await joinShow();
    expect(rig.registry.view('math-101').broadcast).toMatchObject({ presenterHealth: 'unknown' });
    const told = next(viewer, 'broadcast:changed', ({ broadcast }) => broadcast?.presenterHealth === 'poor');
    expect(await ask(presenter, 'broadcast:health', { health: 'poor' })).toMatchObject({ ok: true });
    await told;
    const resume = { channel: 'math-101', resumeToken, sdpOffer: 'v=0' };
    expect(await ask(await rig.connect(), 'broadcast:resume', resume)).toMatchObject({
      ok: true,
      data: { broadcast: { presenterHealth: 'unknown' } },
    });
  });

  it.each<[string, unknown]>([
    ['broadcast:rename', { title: ' ' }],
    ['broadcast:rename', { title: 'x'.repeat(81) }],
    ['broadcast:camera', { cameraOn: 'no' }],
    ['broadcast:health', { health: 'unknown' }],
  ])('is told what is wrong with %s of %j', async (event, body) => {
    const { presenter } = await rig.goLive();
    expect(await ask(presenter, event, body)).toMatchObject({ ok: false, error: { code: 'bad-request' } });
  });

  it.each<[string, unknown]>([
    ['broadcast:rename', { title: 'Mine' }],
    ['broadcast:camera', { cameraOn: false }],
    ['broadcast:health', { health: 'poor' }],
  ])('is the only one who may do %s', async (event, body) => {
    await rig.goLive();
    const viewer = await joinShow();
    expect(await ask(viewer, event, body)).toMatchObject({ ok: false, error: { code: 'not-joined' } });
    expect(rig.registry.view('math-101').broadcast).toMatchObject({ title: 'Sums', cameraOn: true });
  });
});

describe('the most viewers at the same time', () => {
  it('are counted without the presenter, and stay when viewers go', async () => {
    const { presenter } = await rig.goLive();
    const viewers = [await joinShow(), await joinShow()];
    for (const viewer of viewers) await ask(viewer, 'viewer:leave', {});
    await joinShow();
    expect(rig.registry.view('math-101').broadcast).toMatchObject({ viewers: 1, peakViewers: 2 });
    const over = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'ended');
    await ask(presenter, 'broadcast:stop', {});
    expect((await over).broadcast).toMatchObject({ viewers: 0, peakViewers: 2 });
  });

  it('are remembered, with the camera, by a server that was killed', async () => {
    const { presenter } = await rig.goLive();
    await joinShow();
    await ask(presenter, 'broadcast:camera', { cameraOn: false });
    const saved = rig.save();
    await rig.registry.close();
    const later = await SignalingRig.open();
    later.registry.restore(saved);
    expect(later.registry.view('math-101').broadcast).toMatchObject({ peakViewers: 1, cameraOn: false, title: 'Sums' });
    await later.close();
  });
});

describe('a show that has ended', () => {
  it('shows when it began and when it ended', async () => {
    const { presenter } = await rig.goLive();
    const startedAt = rig.registry.view('math-101').broadcast?.startedAt ?? expect.unreachable('it is on');
    const over = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'ended');
    await ask(presenter, 'broadcast:stop', {});
    const { broadcast } = await over;
    expect(broadcast).toMatchObject({ startedAt, endReason: 'stopped' });
    expect(broadcast?.endedAt).toBeGreaterThanOrEqual(startedAt);
    await vi.waitFor(() => expect(rig.gateway.openLinks).toBe(0));
  });
});
