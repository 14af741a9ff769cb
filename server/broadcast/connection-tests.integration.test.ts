import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { ask, next, SignalingRig, show } from '../signaling/testing/signaling-rig.ts';

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open();
});
afterEach(() => rig.close());

const offer = { sdpOffer: 'v=0' };
const nothingIsLeft = () =>
  vi.waitFor(() => expect([rig.gateway.openPipelines, rig.gateway.openLinks]).toEqual([0, 0]));

describe('a connection test', () => {
  it('gets media back until it is stopped, and leaves nothing behind', async () => {
    const page = await rig.connect();
    expect(await ask(page, 'test:start', offer)).toMatchObject({
      ok: true,
      data: { sdpAnswer: 'the answer to a loop', maxVideoKbps: 2500 },
    });
    const found = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 };
    expect(await ask(page, 'candidate:add', found)).toMatchObject({ ok: true });
    expect(rig.gateway.links[0]?.candidates).toEqual([found]);
    const told = next(page, 'candidate:found');
    rig.gateway.links[0]?.listener.candidateFound(found);
    expect(await told).toEqual(found);
    expect(await ask(page, 'test:stop')).toMatchObject({ ok: true });
    await nothingIsLeft();
    expect(await ask(page, 'candidate:add', found)).toMatchObject({ ok: false, error: { code: 'not-joined' } });
    // The same page can go live afterwards.
    expect(await ask(page, 'broadcast:start', show)).toMatchObject({ ok: true });
  });

  it('runs once at a time, with nothing else meanwhile', async () => {
    const page = await rig.connect();
    await ask(page, 'test:start', offer);
    for (const [request, body] of [
      ['test:start', offer],
      ['broadcast:start', show],
    ] as const) {
      expect(await ask(page, request, body)).toMatchObject({ ok: false, error: { code: 'already-joined' } });
    }
  });

  it('is refused while many others run, and accepted when one of them ends', async () => {
    const [first, second, third] = [await rig.connect(), await rig.connect(), await rig.connect()];
    for (const page of [first, second]) expect(await ask(page, 'test:start', offer)).toMatchObject({ ok: true });
    expect(await ask(third, 'test:start', offer)).toMatchObject({ ok: false, error: { code: 'test-busy' } });
    await ask(first, 'test:stop');
    expect(await ask(third, 'test:start', offer)).toMatchObject({ ok: true });
  });

  it('ends automatically when it takes too long', async () => {
    const page = await rig.connect();
    await ask(page, 'test:start', offer);
    expect((await next(page, 'link:closed')).error).toMatchObject({ code: 'not-joined' });
    await nothingIsLeft();
    expect(await ask(page, 'test:start', offer)).toMatchObject({ ok: true });
  });

  it('reports that the media server broke it', async () => {
    const page = await rig.connect();
    await ask(page, 'test:start', offer);
    const told = next(page, 'link:closed');
    rig.gateway.links[0]?.listener.failed(new AppError('media-failed', 'It broke.'));
    expect((await told).error).toEqual({ code: 'media-failed', message: 'It broke.' });
    await nothingIsLeft();
  });

  it('goes on when an earlier one, already stopped, fails to open', async () => {
    const page = await rig.connect();
    let fail = (_error: AppError) => {};
    rig.gateway.hold = () => {
      rig.gateway.hold = async () => {};
      return new Promise<void>((_resolve, reject) => {
        fail = reject;
      });
    };
    const first = ask(page, 'test:start', offer);
    await ask(page, 'test:stop');
    expect(await ask(page, 'test:start', offer)).toMatchObject({ ok: true });
    fail(new AppError('media-failed', 'It broke.'));
    expect(await first).toMatchObject({ ok: false });
    expect(await ask(page, 'candidate:add', { candidate: '' })).toMatchObject({ ok: true });
    expect(rig.gateway.openLinks).toBe(1);
  });

  it('that is abandoned while it opens leaves nothing behind', async () => {
    const page = await rig.connect();
    let open = () => {};
    const held = new Promise<void>((resolve) => {
      open = resolve;
    });
    rig.gateway.hold = () => held;
    const reply = ask(page, 'test:start', offer);
    await vi.waitFor(async () => expect(await ask(page, 'test:start', offer)).toMatchObject({ ok: false }));
    const stopped = ask(page, 'test:stop');
    await stopped;
    rig.gateway.hold = async () => {};
    open();
    expect(await reply).toMatchObject({ ok: false });
    await nothingIsLeft();
  });
});
