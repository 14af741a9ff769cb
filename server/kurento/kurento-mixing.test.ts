import type { MediaElement, PassThrough } from 'kurento-client';
import { describe, expect, it } from 'vitest';
import type { MixedContribution } from '../broadcast/media-gateway.ts';
import { KurentoMixing } from './kurento-mixing.ts';
import type { KurentoObject } from './kurento-object.ts';

const guest: MixedContribution = { name: 'guest', isMuted: false };

/** A stage of one tier: a pass-through, the links and mixers that feed it, and what can fail. */
function openStage(room = Number.POSITIVE_INFINITY) {
  const element = (name: string) => ({ name }) as unknown as KurentoObject<MediaElement>;
  const passThrough = element('pass-through') as KurentoObject<PassThrough>;
  /** What feeds the pass-through, and which mixers are open. */
  const stage = { source: null as unknown, open: new Set<unknown>(), mixersMade: 0, mixed: [] as string[], moves: 0 };
  const faults = { contribution: false, feed: false };
  const held: { opening: Promise<void> | null } = { opening: null };
  const mixing = new KurentoMixing({
    openMixer: async () => {
      if (stage.open.size >= room) throw new Error('There is no room for another mixer.');
      stage.mixersMade += 1;
      const mixer = {
        presenterPort: element(`port ${stage.mixersMade}`) as never,
        mix: async (contributions: readonly MixedContribution[], sourceOf: (name: string) => Promise<unknown>) => {
          for (const { name } of contributions) await sourceOf(name);
          stage.mixed = contributions.map(({ name }) => name);
        },
        feed: async () => {
          stage.source = mixer;
          if (faults.feed) throw new Error('The mixer could not be connected.');
        },
        close: async () => {
          stage.open.delete(mixer);
        },
      };
      stage.open.add(mixer);
      await held.opening;
      return mixer;
    },
    passThroughOf: () => passThrough,
    contributionOf: async () => {
      if (faults.contribution) throw new Error('The contribution could not be connected.');
      return passThrough;
    },
  });
  const openLink = () => {
    const link = {
      sink: mixing.portOf('high') ?? passThrough,
      feed: async (sink: KurentoObject<MediaElement>) => {
        if (sink !== link.sink) stage.moves += 1;
        link.sink = sink;
        if (sink === passThrough) stage.source = link;
      },
    };
    if (link.sink === passThrough) stage.source = link;
    return link;
  };
  return { mixing, stage, faults, held, passThrough, openLink };
}

describe('KurentoMixing', () => {
  it('after a failure the presenter is seen, nothing stays open, and the next attempt is seen', async () => {
    for (const fault of ['contribution', 'feed'] as const) {
      const { mixing, stage, faults, openLink } = openStage();
      const link = openLink();
      await mixing.feeds('high', { link, maxVideoKbps: 1_000 });
      faults[fault] = true;
      await expect(mixing.mix([guest])).rejects.toThrow('could not be connected');
      expect(stage.source).toBe(link);
      expect(stage.open.size).toBe(0);
      faults[fault] = false;
      await mixing.mix([guest]);
      expect([...stage.open]).toEqual([stage.source]);
      expect(stage.mixed).toEqual(['guest']);
    }
  });

  it('no viewer is moved, and nothing stays open, unless there is room for the mixes of all tiers', async () => {
    const { mixing, stage, openLink } = openStage(1);
    await mixing.feeds('high', { link: openLink(), maxVideoKbps: 1_000 });
    await mixing.feeds('low', { link: openLink(), maxVideoKbps: 200 });
    const { source } = stage;
    await expect(mixing.mix([guest])).rejects.toThrow('no room');
    expect(stage).toMatchObject({ source, moves: 0, mixersMade: 1, mixed: [] });
    expect(stage.open.size).toBe(0);
  });

  it('a link that was opened while the mix began is mixed', async () => {
    const { mixing, stage, held, openLink } = openStage();
    await mixing.feeds('high', { link: openLink(), maxVideoKbps: 1_000 });
    let open = () => {};
    held.opening = new Promise((resolve) => {
      open = resolve;
    });
    const begun = mixing.mix([guest]);
    await expect.poll(() => stage.open.size).toBe(1);
    const next = openLink();
    open();
    await begun;
    // The media server answered the link's request last.
    stage.source = next;
    await mixing.feeds('high', { link: next, maxVideoKbps: 1_000 });
    expect(stage.open.has(stage.source)).toBe(true);
    expect(next.sink).toBe(mixing.portOf('high'));
  });

  it('a link that was opened for a mix which has ended is seen', async () => {
    const { mixing, stage, passThrough, openLink } = openStage();
    await mixing.feeds('high', { link: openLink(), maxVideoKbps: 1_000 });
    await mixing.mix([guest]);
    const next = openLink();
    await mixing.mix([]);
    await mixing.feeds('high', { link: next, maxVideoKbps: 1_000 });
    expect(stage.source).toBe(next);
    expect(next.sink).toBe(passThrough);
    expect(stage.open.size).toBe(0);
  });
});
