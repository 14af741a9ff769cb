import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, type Client, next, SignalingRig, show } from '../signaling/testing/signaling-rig.ts';

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open();
});
afterEach(() => rig.close());

const picture = () => rig.registry.view('math-101').broadcast?.picture;

async function joinShow(): Promise<Client> {
  const viewer = await rig.connect();
  await ask(viewer, 'channel:follow', { channel: 'math-101' });
  await ask(viewer, 'viewer:join', { channel: 'math-101', sdpOffer: 'v=0' });
  return viewer;
}

/** The listener of the most recent link. */
const lastLink = () => rig.gateway.links.at(-1)?.listener ?? expect.unreachable('no link was opened');

describe('the picture of a show', () => {
  it('is reported to viewers when it stops and when it moves again, while the sound keeps the show on', async () => {
    await rig.goLive();
    const presenting = lastLink();
    presenting.flowChanged('audio', true);
    const viewer = await joinShow();
    expect(picture()).toBe('flowing');
    const still = next(viewer, 'broadcast:changed', ({ broadcast }) => broadcast?.picture === 'still');
    presenting.flowChanged('video', false);
    expect((await still).broadcast?.phase).toBe('live');
    const moving = next(viewer, 'broadcast:changed', ({ broadcast }) => broadcast?.picture === 'flowing');
    presenting.flowChanged('video', true);
    expect((await moving).broadcast?.phase).toBe('live');
  });

  it('is none when the presenter sends sound only, until they come back with one', async () => {
    rig.gateway.codecs = { audio: 'opus' };
    const { resumeToken } = await rig.goLive();
    expect(picture()).toBe('none');
    rig.gateway.codecs = { audio: 'opus', video: 'VP8' };
    const resume = { channel: 'math-101', resumeToken, sdpOffer: 'v=0' };
    await ask(await rig.connect(), 'broadcast:resume', resume);
    lastLink().flowChanged('video', true);
    expect(picture()).toBe('flowing');
  });
});

describe('a viewer without a common codec', () => {
  it('for the picture keeps the link for the sound, and is notified', async () => {
    await rig.goLive();
    const viewer = await joinShow();
    const narrowed = next(viewer, 'link:narrowed');
    lastLink().unplayable('video');
    expect(await narrowed).toEqual({ unplayable: ['video'] });
    expect(rig.gateway.openLinks).toBe(2);
  });

  it.each([
    ['both kinds', { audio: 'opus', video: 'VP8' }, ['video', 'audio']],
    ['the only kind that is sent', { video: 'VP8' }, ['video']],
  ] as const)(
    'for %s is notified once that another browser is needed, and holds no link',
    async (_, codecs, missing) => {
      rig.gateway.codecs = codecs;
      await rig.goLive();
      const viewer = await joinShow();
      const closed = next(viewer, 'link:closed');
      const watching = lastLink();
      for (const kind of missing) watching.unplayable(kind);
      expect((await closed).error).toMatchObject({ code: 'no-common-codec' });
      expect(rig.gateway.openLinks).toBe(1);
    },
  );
});

describe('a presenter whose picture the media server does not take', () => {
  it('is notified, and presents the sound', async () => {
    const presenter = await rig.connect();
    const told = next(presenter, 'link:narrowed');
    rig.gateway.codecs = { audio: 'opus' };
    rig.gateway.refusedKinds = ['video'];
    await ask(presenter, 'broadcast:start', show);
    expect(await told).toEqual({ unplayable: ['video'] });
    expect(picture()).toBe('none');
  });
});
