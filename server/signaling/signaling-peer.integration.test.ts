import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { ask, SignalingRig, show } from './testing/signaling-rig.ts';

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
