import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mediaServerAway } from './broadcast/broadcast-errors.ts';
import { notifyEach } from './notify-each.ts';
import { ask, key, next, SignalingRig } from './signaling/testing/signaling-rig.ts';

function broken(): never {
  throw new Error('This listener is broken');
}

describe('notifyEach', () => {
  it('calls all listeners though one throws, and reports it', () => {
    const told: string[] = [];
    const failures: unknown[] = [];
    const listeners = new Set(['first', 'broken', 'last']);
    notifyEach(
      listeners,
      (name) => {
        told.push(name);
        listeners.add('newcomer');
        if (name === 'broken') broken();
      },
      (error) => failures.push(error),
    );
    expect(told).toEqual(['first', 'broken', 'last']);
    expect(failures).toEqual([expect.objectContaining({ message: 'This listener is broken' })]);
  });
});

describe('a listener that throws', () => {
  let rig: SignalingRig;
  beforeEach(async () => {
    rig = await SignalingRig.open();
  });
  afterEach(() => rig.close());

  it('does not keep changes of a broadcast from the listeners after it', async () => {
    const changes: string[] = [];
    rig.registry.onChanged(broken);
    rig.registry.onChanged(({ phase }) => changes.push(phase));
    await rig.goLive();
    expect(changes).toContain('live');
  });

  it('does not keep announced shows from the listeners after it, nor from the disk', async () => {
    const changes: string[] = [];
    rig.upcoming.onChanged(broken);
    rig.upcoming.onChanged((channel) => changes.push(channel));
    const presenter = await rig.connect();
    const plan = { key, channel: 'math-101', title: 'Sums', startsAt: Date.now() + 3_600_000 };
    expect(await ask(presenter, 'show:announce', plan)).toMatchObject({ ok: true });
    expect(changes).toEqual(['math-101']);
    expect(rig.kept).toHaveLength(1);
  });

  it('does not keep the loss of the media server from other broadcasts', async () => {
    const { presenter } = await rig.goLive();
    const other = await rig.goLive({ channel: 'physics' });
    const [first] = rig.registry.list();
    if (first === undefined) throw new Error('There must be a broadcast');
    rig.registry.get(first.channel).mediaServerLost = broken;
    const second = [presenter, other.presenter][first.channel === 'physics' ? 0 : 1];
    if (second === undefined) throw new Error('There must be another presenter');
    const closed = next(second, 'link:closed');
    rig.registry.mediaServerLost(mediaServerAway());
    expect((await closed).error.code).toBe('media-server-unavailable');
  });
});
