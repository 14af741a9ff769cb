import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { ask, type Client, next, SignalingRig, show } from '../signaling/testing/signaling-rig.ts';

const away = new AppError('media-server-unavailable', 'The media server is away.');
const join = { channel: 'math-101', sdpOffer: 'v=0' };

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open();
});
afterEach(() => rig.close());

const resume = (client: Client, resumeToken: string) =>
  ask(client, 'broadcast:resume', { channel: 'math-101', resumeToken, sdpOffer: 'v=0' });
const phase = () => rig.registry.view('math-101').broadcast?.phase;

describe('a presenter who was away', () => {
  it('resumes the same show from a new page, and viewers keep their links', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    const viewer = await rig.connect();
    await ask(viewer, 'viewer:join', join);
    const viewerLink = rig.gateway.links.at(-1);
    await ask(viewer, 'channel:follow', { channel: 'math-101' });
    const slate = next(viewer, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'interrupted');
    presenter.disconnect();
    expect((await slate).broadcast?.interruption).toMatchObject({ by: 'presenter' });

    const again = await rig.connect();
    const check = await ask(again, 'resume:check', { channel: 'math-101', resumeToken });
    expect(check).toMatchObject({ ok: true, data: { broadcast: { title: 'Sums', phase: 'interrupted' } } });
    const onAir = next(viewer, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'live');
    expect(await resume(again, resumeToken)).toMatchObject({ ok: true, data: { resumeToken, maxVideoKbps: 2500 } });
    rig.gateway.links.at(-1)?.listener.flowChanged('video', true);
    expect((await onAir).broadcast).toMatchObject({ interruption: null, viewers: 1 });
    expect(viewerLink?.closed).toBe(false);
    expect(await ask(again, 'broadcast:stop', {})).toMatchObject({ ok: true });
  });

  it('takes the show over from a page that still presents it and is notified', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    const other = await rig.connect();
    const told = next(presenter, 'link:closed');
    expect(await resume(other, resumeToken)).toMatchObject({ ok: true });
    expect((await told).error.code).toBe('taken-over');
    rig.gateway.links.at(-1)?.listener.flowChanged('audio', true);
    expect(await ask(presenter, 'broadcast:stop', {})).toMatchObject({ error: { code: 'not-joined' } });
    presenter.disconnect();
    await ask(other, 'candidate:add', { candidate: '' });
    expect(phase()).toBe('live');
    expect(rig.gateway.openLinks).toBe(1);
  });

  it('is refused without the token, and learns until when the channel is held', async () => {
    const { presenter } = await rig.goLive();
    presenter.disconnect();
    await vi.waitFor(() => expect(phase()).toBe('interrupted'));
    const other = await rig.connect();
    const refused = await resume(other, 'a token that somebody guessed');
    expect(refused).toMatchObject({
      error: { code: 'resume-refused', message: expect.stringMatching(/held .* until/) },
    });
    const taken = await ask(other, 'broadcast:start', show);
    expect(taken).toMatchObject({ error: { code: 'channel-taken', message: expect.stringMatching(/kept .* until/) } });
    expect(await resume(await rig.connect(), 'x'.repeat(20))).toMatchObject({ ok: false });
  });

  it('has nothing to resume once the show is over', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    await ask(presenter, 'broadcast:stop', {});
    expect(await resume(presenter, resumeToken)).toMatchObject({ error: { code: 'not-live' } });
    expect(await ask(presenter, 'resume:check', { channel: 'math-101', resumeToken })).toMatchObject({ ok: false });
  });

  it('is detected by media that stops, and by media that comes back', async () => {
    const { presenter } = await rig.goLive();
    const [link] = rig.gateway.links;
    link?.listener.flowChanged('audio', true);
    link?.listener.flowChanged('video', false);
    expect(phase()).toBe('live');
    const slate = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'interrupted');
    link?.listener.flowChanged('audio', false);
    await slate;
    link?.listener.flowChanged('video', true);
    expect(phase()).toBe('live');
    expect(link?.closed).toBe(false);
  });

  it('leaves nothing behind when leaving again while resuming', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    presenter.disconnect();
    await vi.waitFor(() => expect(phase()).toBe('interrupted'));
    let open = () => {};
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    rig.gateway.hold = () => opened;
    const again = await rig.connect();
    const resuming = resume(again, resumeToken).catch(() => {});
    await ask(again, 'lobby:follow', {});
    again.disconnect();
    await vi.waitFor(() => expect(rig.signaling.counts.peers).toBe(0));
    open();
    await resuming;
    await vi.waitFor(() => expect(rig.gateway.openLinks).toBe(0));
    await vi.waitFor(() => expect(phase()).toBeUndefined(), 2_000);
  });
});

describe('without a grace period', () => {
  let strict: SignalingRig;
  beforeEach(async () => {
    strict = await SignalingRig.open(undefined, { presenterGraceMs: 0 });
  });
  afterEach(() => strict.close());
  const view = () => strict.registry.view('math-101').broadcast;

  it('a show survives a silence of a presenter who is still connected', async () => {
    await strict.goLive();
    const [link] = strict.gateway.links;
    link?.listener.flowChanged('video', false);
    expect(view()?.phase).toBe('interrupted');
    link?.listener.flowChanged('video', true);
    expect(view()?.phase).toBe('live');
  });

  it('a silence that lasts ends the show', async () => {
    const { presenter } = await strict.goLive();
    const over = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'ended');
    strict.gateway.links[0]?.listener.flowChanged('video', false);
    expect((await over).broadcast?.endReason).toBe('presenter-gone');
  });

  it('a presenter whose link broke can open another one', async () => {
    const { presenter, resumeToken } = await strict.goLive();
    const closed = next(presenter, 'link:closed');
    strict.gateway.links[0]?.listener.failed(new AppError('media-interrupted', 'The network has changed.'));
    await closed;
    expect(await resume(presenter, resumeToken)).toMatchObject({ ok: true });
    strict.gateway.links.at(-1)?.listener.flowChanged('video', true);
    expect(view()?.phase).toBe('live');
  });

  it('a show survives its media server', async () => {
    const { presenter, resumeToken } = await strict.goLive();
    strict.registry.mediaServerLost(away);
    expect(view()?.phase).toBe('interrupted');
    strict.registry.mediaServerRegained();
    expect(await resume(presenter, resumeToken)).toMatchObject({ ok: true });
  });

  it.each(['sends', 'is silent'] as const)('a show ends immediately when a presenter who %s leaves', async (how) => {
    const { presenter } = await strict.goLive();
    const viewer = await strict.connect();
    await ask(viewer, 'channel:follow', { channel: 'math-101' });
    if (how === 'is silent') strict.gateway.links[0]?.listener.flowChanged('video', false);
    const over = next(viewer, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'ended');
    presenter.disconnect();
    expect((await over).broadcast?.endReason).toBe('presenter-gone');
  });
});

describe('a media server that goes away', () => {
  it('closes every link, and the show continues on the next one', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    const viewer = await rig.connect();
    await ask(viewer, 'viewer:join', join);
    const told = [next(presenter, 'link:closed'), next(viewer, 'link:closed')];
    rig.registry.mediaServerLost(away);
    for (const { error } of await Promise.all(told)) expect(error.code).toBe('media-server-unavailable');
    expect(rig.registry.view('math-101').broadcast?.interruption?.by).toBe('media-server');

    // Both ask at the same time and wait for the media server, and so do their candidates.
    const answers = [
      resume(presenter, resumeToken),
      ask(viewer, 'viewer:join', join),
      ask(viewer, 'candidate:add', { candidate: 'early' }),
    ];
    await ask(viewer, 'lobby:follow', {});
    rig.registry.mediaServerRegained();
    expect(await Promise.all(answers)).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
    expect(rig.gateway.links.at(-1)?.candidates.map(({ candidate }) => candidate)).toEqual(['early']);
    const back = rig.gateway.links.filter(({ closed }) => !closed);
    expect(back.map(({ role }) => role).toSorted((a, b) => a.localeCompare(b))).toEqual(['presenter', 'viewer']);
    back.find(({ role }) => role === 'presenter')?.listener.flowChanged('video', true);
    expect(phase()).toBe('live');
    expect(rig.gateway.openPipelines).toBe(1);
  });

  it('prevents other shows from starting meanwhile', async () => {
    const other = await rig.connect();
    rig.registry.mediaServerLost(away);
    expect(await ask(other, 'broadcast:start', show)).toMatchObject({ error: { code: 'media-server-unavailable' } });
    rig.registry.mediaServerRegained();
    expect(await ask(other, 'broadcast:start', show)).toMatchObject({ ok: true });
  });

  it('again and again is reported as recurring to those who wait for it', async () => {
    await rig.goLive();
    const told = () => rig.registry.view('math-101').broadcast?.interruption?.recurring;
    for (const isRecurring of [false, false, true]) {
      rig.registry.mediaServerLost(away);
      expect(told()).toBe(isRecurring);
      rig.registry.mediaServerRegained();
    }
  });

  it('and never responds in between is reported as recurring by its supervisor', async () => {
    const { presenter } = await rig.goLive();
    rig.registry.mediaServerLost(away);
    const trouble = next(
      presenter,
      'broadcast:changed',
      ({ broadcast }) => broadcast?.interruption?.recurring === true,
    );
    rig.registry.mediaServerLoops();
    expect((await trouble).broadcast?.phase).toBe('interrupted');
  });

  it('and stays away ends the show, which those who wait for it see', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    rig.registry.mediaServerLost(away);
    const over = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'ended');
    expect(await resume(presenter, resumeToken)).toMatchObject({ ok: false });
    expect((await over).broadcast?.endReason).toBe('media-failed');
  });

  it('makes the recording continue in a further part', async () => {
    const { presenter, resumeToken } = await rig.goLive({ record: true });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(1));
    rig.gateway.recorders[0]?.recording();
    rig.registry.mediaServerLost(away);
    rig.registry.mediaServerRegained();
    await resume(presenter, resumeToken);
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(2));
    expect(rig.finished).toEqual(['part of a-recording']);
    const recording = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.recording === 'recording');
    rig.gateway.recorders[1]?.recording();
    await recording;
    await ask(presenter, 'broadcast:stop', {});
    await vi.waitFor(() => expect(rig.finished.at(-1)).toBe('finished a-recording'));
    expect(rig.gateway.openRecorders).toBe(0);
  });
});

describe('a recording', () => {
  it('continues in a new part when the presenter comes back with another codec, and only then', async () => {
    const { resumeToken } = await rig.goLive({ record: true });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(1));
    const same = await rig.connect();
    expect(await resume(same, resumeToken)).toMatchObject({ ok: true });
    rig.gateway.codecs = { audio: 'opus', video: 'H264' };
    const other = await rig.connect();
    expect(await resume(other, resumeToken)).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(rig.gateway.recorders).toHaveLength(2));
    expect(rig.gateway.openRecorders).toBe(1);
    expect(rig.gateway.recorded).toEqual([
      { audio: 'opus', video: 'VP8' },
      { audio: 'opus', video: 'H264' },
    ]);
    expect(rig.finished).toEqual(['part of a-recording']);
    rig.gateway.recorders[1]?.recording();
    await vi.waitFor(() => expect(rig.registry.view('math-101').broadcast?.recording).toBe('recording'));
  });
});

describe('a server that was killed', () => {
  it('restores what was on air, for a presenter who has the token', async () => {
    const { resumeToken } = await rig.goLive({ record: true });
    const saved = rig.save();
    const next = await SignalingRig.open();
    try {
      next.registry.restore(saved);
      expect(next.registry.view('math-101').broadcast).toMatchObject({ phase: 'interrupted', title: 'Sums' });
      const again = await next.connect();
      const reply = await ask(again, 'broadcast:resume', { channel: 'math-101', resumeToken, sdpOffer: 'v=0' });
      expect(reply).toMatchObject({ ok: true });
      next.gateway.links.at(-1)?.listener.flowChanged('video', true);
      expect(next.registry.view('math-101').broadcast?.phase).toBe('live');
      await vi.waitFor(() => expect(next.gateway.openRecorders).toBe(1));
    } finally {
      await next.close();
    }
  });

  it('saves nothing of a show that is still starting, or is over', async () => {
    const presenter = await rig.connect();
    await ask(presenter, 'broadcast:start', show);
    expect(rig.save()).toEqual([]);
    await ask(presenter, 'broadcast:stop', {});
    expect(rig.save()).toEqual([]);
  });
});

it('a registry that closes while shows are waiting ends them', async () => {
  const { presenter } = await rig.goLive();
  presenter.disconnect();
  await vi.waitFor(() => expect(phase()).toBe('interrupted'));
  await rig.registry.close();
  expect(rig.registry.count).toBe(0);
  expect(rig.gateway.openPipelines).toBe(0);
});
