import { describe, expect, it } from 'vitest';
import { Store } from '../page/store.ts';
import { ThumbnailSender } from './thumbnail-sender.ts';

const [camera, screen] = [{ id: 'camera' }, { id: 'screen' }] as MediaStreamTrack[];
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A sender whose pictures are one byte each, and what it has asked the server for. */
function setUp({ serverAllows = true } = {}) {
  const asked: string[] = [];
  const show = { track: camera as MediaStreamTrack | null | undefined, serverAllows, isDown: false, tick: () => {} };
  let taken = Promise.resolve(new Uint8Array(1));
  const allowed = new Store(true);
  const sender = new ThumbnailSender({
    allowed,
    shown: () => show.track ?? null,
    take: async (track) => {
      asked.push(`take ${track.id}`);
      return await taken;
    },
    send: async () => {
      if (show.isDown) throw new Error('away');
      asked.push('send');
      return { allowed: show.serverAllows };
    },
    allow: async (isAllowed) => {
      if (show.isDown) throw new Error('away');
      asked.push(isAllowed ? 'allow' : 'forbid');
    },
    startTimer: (_, onTick) => {
      show.tick = onTick;
      return { close: () => void asked.push('stop') };
    },
  });
  const next = async (act: () => void) => {
    asked.length = 0;
    act();
    await settle();
    return [...asked];
  };
  const takes = (picture: Promise<Uint8Array<ArrayBuffer>>) => {
    taken = picture;
  };
  return { sender, allowed, show, next, takes };
}

describe('previews', () => {
  it('are sent when the show is live, then regularly, and no longer when it is not', async () => {
    const { sender, show, next } = setUp();
    expect(await next(() => sender.keep(true))).toEqual(['take camera', 'send']);
    expect(await next(() => sender.keep(true))).toEqual([]);
    expect(await next(() => show.tick())).toEqual(['take camera', 'send']);
    expect(await next(() => sender.keep(false))).toEqual(['stop']);
  });

  it('follow the source at once, and stop while there is no picture', async () => {
    const { sender, show, next } = setUp();
    await next(() => sender.keep(true));
    show.track = screen;
    expect(await next(() => sender.keep(true))).toEqual(['take screen', 'send']);
    show.track = null;
    expect(await next(() => sender.keep(true))).toEqual([]);
    expect(await next(() => show.tick())).toEqual([]);
    show.track = camera;
    expect(await next(() => sender.keep(true))).toEqual(['take camera', 'send']);
  });

  it('are dropped if the camera is turned off while they are made', async () => {
    const { sender, show, next, takes } = setUp();
    let finish = (_: Uint8Array<ArrayBuffer>) => {};
    takes(
      new Promise((resolve) => {
        finish = resolve;
      }),
    );
    await next(() => sender.keep(true));
    show.track = null;
    expect(await next(() => finish(new Uint8Array(1)))).toEqual([]);
  });

  it('are forbidden at once, and when the connection is back', async () => {
    const { sender, allowed, show, next } = setUp();
    await next(() => sender.keep(true));
    show.isDown = true;
    expect(await next(() => allowed.set(false))).toEqual([]);
    show.isDown = false;
    expect(await next(() => show.tick())).toEqual(['forbid']);
    expect(await next(() => show.tick())).toEqual([]);
    await next(() => sender.keep(false));
    expect(await next(() => sender.keep(true))).toEqual(['forbid']);
    expect(await next(() => allowed.set(true))).toEqual(['allow', 'take camera', 'send']);
  });

  it('that were forbidden before the show are forbidden when it begins', async () => {
    const { sender, allowed, next } = setUp();
    allowed.set(false);
    expect(await next(() => sender.keep(true))).toEqual(['forbid']);
  });

  it('that another device has forbidden stay so until this presenter allows them', async () => {
    const { sender, allowed, show, next } = setUp({ serverAllows: false });
    expect(await next(() => sender.keep(true))).toEqual(['take camera', 'send']);
    expect(allowed.get()).toBe(false);
    expect(await next(() => show.tick())).toEqual([]);
    show.serverAllows = true;
    expect(await next(() => allowed.set(true))).toEqual(['allow', 'take camera', 'send']);
    expect(allowed.get()).toBe(true);
  });
});
