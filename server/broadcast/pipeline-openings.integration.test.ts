import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { ask, type Client, SignalingRig, show } from '../signaling/testing/signaling-rig.ts';

/* Pipelines that cannot be opened immediately, and peers that come and go meanwhile. */

const away = new AppError('media-server-unavailable', 'The media server is away.');
const join = { channel: 'math-101', sdpOffer: 'v=0' };
/** Long enough that no show ends and no request times out during a test, however busy the machine is. */
const patientTimes = { presenterGraceMs: 30_000, mediaGraceMs: 30_000, mediaServerTimeoutMs: 30_000 };

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open(undefined, patientTimes);
});
afterEach(() => rig.close());

const resume = (client: Client, resumeToken: string) =>
  ask(client, 'broadcast:resume', { channel: 'math-101', resumeToken, sdpOffer: 'v=0' });
const phase = () => rig.registry.view('math-101').broadcast?.phase;

/** A hold that makes the first opening fail, and lets every later one pass. */
function failOnce(): () => Promise<void> {
  let failures = 0;
  return async () => {
    failures += 1;
    if (failures === 1) throw new AppError('media-server-unavailable', 'The media server does not answer.');
  };
}

describe('a media server that goes away', () => {
  it('whose next pipeline cannot be opened at first is asked again, for waiting and for later viewers', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    const viewer = await rig.connect();
    const late = await rig.connect();
    rig.registry.mediaServerLost(away);
    rig.gateway.hold = failOnce();
    rig.registry.mediaServerRegained();
    const answers = [resume(presenter, resumeToken), ask(viewer, 'viewer:join', join)];
    expect(await Promise.all(answers)).toMatchObject([{ ok: true }, { ok: true }]);
    expect(await ask(late, 'viewer:join', join)).toMatchObject({ ok: true });
    rig.gateway.links.find(({ role, closed }) => role === 'presenter' && !closed)?.listener.flowChanged('video', true);
    expect(rig.registry.view('math-101').broadcast).toMatchObject({ phase: 'live', viewers: 2 });
    expect([rig.gateway.openPipelines, rig.gateway.openLinks]).toEqual([1, 3]);
  });

  it('whose next pipeline could not be opened while no one asked for it has one for a viewer who comes later', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    rig.registry.mediaServerLost(away);
    const failing = failOnce();
    let failed = () => {};
    const hasFailed = new Promise<void>((resolve) => {
      failed = resolve;
    });
    rig.gateway.hold = () => failing().finally(failed);
    rig.registry.mediaServerRegained();
    await hasFailed;
    expect(await resume(presenter, resumeToken)).toMatchObject({ ok: true });
  });

  it('admits once a viewer who leaves and returns while there is no pipeline', async () => {
    await rig.goLive();
    const viewer = await rig.connect();
    rig.registry.mediaServerLost(away);
    const first = ask(viewer, 'viewer:join', join);
    await ask(viewer, 'viewer:leave', {});
    const second = ask(viewer, 'viewer:join', join);
    await ask(viewer, 'lobby:follow', {});
    rig.registry.mediaServerRegained();
    expect(await first).toMatchObject({ ok: false });
    expect(await second).toMatchObject({ ok: true });
    expect(rig.gateway.links.filter(({ role }) => role === 'viewer')).toHaveLength(1);
  });

  it('gives the show to the last of several presenters who resume it while there is no pipeline', async () => {
    const { presenter, resumeToken } = await rig.goLive();
    const other = await rig.connect();
    rig.registry.mediaServerLost(away);
    const first = resume(presenter, resumeToken);
    await ask(presenter, 'lobby:follow', {});
    const second = resume(other, resumeToken);
    await ask(other, 'lobby:follow', {});
    rig.registry.mediaServerRegained();
    expect(await first).toMatchObject({ error: { code: 'taken-over' } });
    expect(await second).toMatchObject({ ok: true });
    expect(rig.gateway.openLinks).toBe(1);
    rig.gateway.links.at(-1)?.listener.flowChanged('video', true);
    expect(phase()).toBe('live');
  });
});

it('a show whose first pipeline cannot be opened at first still goes live', async () => {
  rig.gateway.hold = failOnce();
  await rig.goLive();
  expect([rig.gateway.openPipelines, rig.gateway.openLinks]).toEqual([1, 1]);
});

it('a show whose pipeline cannot be opened at all fails with an error, and frees its channel', async () => {
  const hasty = await SignalingRig.open(undefined, { mediaServerTimeoutMs: 600 });
  try {
    hasty.gateway.hold = () => Promise.reject(away);
    const presenter = await hasty.connect();
    const refused = await ask(presenter, 'broadcast:start', show);
    expect(refused).toMatchObject({ error: { code: 'media-server-unavailable' } });
    expect(hasty.registry.count).toBe(0);
    hasty.gateway.hold = async () => {};
    expect(await ask(presenter, 'broadcast:start', show)).toMatchObject({ ok: true });
  } finally {
    await hasty.close();
  }
});

describe('a server that was killed', () => {
  it('opens the pipelines of the shows that it restores, even if that fails at first', async () => {
    const { resumeToken } = await rig.goLive();
    const next = await SignalingRig.open(undefined, patientTimes);
    try {
      next.gateway.hold = failOnce();
      next.registry.restore(rig.save());
      const reply = await resume(await next.connect(), resumeToken);
      expect(reply).toMatchObject({ ok: true });
    } finally {
      await next.close();
    }
  });
});
