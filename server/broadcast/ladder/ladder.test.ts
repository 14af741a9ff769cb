import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { OnDemandStream, Selection, SentPicture, Sound } from '../../../lib/tiers.ts';
import { openLogger } from '../../logger.ts';
import type { ViewerFeedback, ViewerLink } from '../media-gateway.ts';
import { Ladder } from './ladder.ts';

/** A viewer whose media server reports what the test says. */
class ScriptedViewer implements ViewerLink {
  readonly sdpAnswer = '';
  readonly selections: Selection[] = [];
  readonly sounds: Sound[] = [];
  readonly told: SentPicture[] = [];
  /** What the downlink carries; it drops the rest. */
  capacityKbps = 5_000;
  kbps = 2_400;
  readonly probes: number[] = [];
  isCarried = true;
  #sentBytes = 0;
  #sentPackets = 0;
  #lostPackets = 0;

  async addCandidate(): Promise<void> {}
  async close(): Promise<void> {}

  async select(selection: Selection, sound: Sound): Promise<void> {
    this.selections.push(selection);
    this.sounds.push(sound);
    this.kbps = { high: 2_400, middle: 700, low: 200, sound: 0 }[selection];
  }

  async probe(kbps: number): Promise<boolean> {
    this.probes.push(kbps);
    return this.isCarried;
  }

  async feedback(): Promise<ViewerFeedback> {
    this.#sentBytes += (this.kbps * 1_000) / 8;
    const { capacityKbps } = this;
    const kbps = Math.max(this.kbps, this.probes.at(-1) ?? 0);
    this.#sentPackets += kbps;
    this.#lostPackets += Math.max(0, kbps - capacityKbps);
    return {
      sentBytes: this.#sentBytes,
      sentPackets: this.#sentPackets,
      lostPackets: this.#lostPackets,
      estimateKbps: Math.min(capacityKbps * 0.9, kbps * 1.5),
      roundTripMs: kbps > capacityKbps ? 100 : 30,
      nackCount: 0,
    };
  }
}

const [narrow, wide] = [400, 5_000];

let ladder: Ladder;
let wanted: (readonly OnDemandStream[])[];
let narrowed: number[];

beforeEach(() => {
  vi.useFakeTimers();
  wanted = [];
  narrowed = [];
  ladder = new Ladder({
    logger: openLogger('silent'),
    wanted: (tiers) => wanted.push(tiers),
    narrowed: () => narrowed.push(ladder.narrow),
    now: Date.now,
  });
});
afterEach(() => {
  ladder.close();
  vi.useRealTimers();
});

function join(id: string): ScriptedViewer {
  const viewer = new ScriptedViewer();
  ladder.add(id, viewer, (sent) => viewer.told.push(sent));
  return viewer;
}

const pass = (seconds: number) => vi.advanceTimersByTimeAsync(seconds * 1_000);

it('asks for no lower tier while every downlink carries the high one', async () => {
  join('a');
  ladder.streamChanged('low', false);
  await pass(60);
  expect(wanted).toEqual([]);
});

it('asks for a lower tier when a downlink is narrow, moves that viewer once it flows, and nobody else', async () => {
  const [near, far] = [join('near'), join('far')];
  ladder.streamChanged('low', false);
  await pass(5);
  far.capacityKbps = narrow;
  await pass(2);
  expect(wanted).toEqual([['low']]);
  // Whatever is sent until then would only delay the smaller picture.
  expect(far.selections).toEqual(['sound']);
  expect(far.told.at(-1)).toMatchObject({ selection: 'high', cause: null });
  ladder.streamChanged('low', true);
  expect(far.selections).toEqual(['sound', 'low']);
  expect(far.told.at(-1)).toMatchObject({ selection: 'low', cause: 'loss' });
  expect(near.selections).toEqual([]);
  await pass(1);
  expect(narrowed).toEqual([1]);
  ladder.remove('far');
  expect(narrowed).toEqual([1, 0]);
});

it('moves the viewer back when the downlink is wide again, and wants the tier no longer', async () => {
  const viewer = join('a');
  ladder.streamChanged('low', true);
  viewer.capacityKbps = narrow;
  await pass(3);
  expect(viewer.selections).toEqual(['low']);
  viewer.capacityKbps = wide;
  await pass(25);
  expect(viewer.selections).toEqual(['low', 'high']);
  await pass(10);
  expect(wanted).toEqual([['low'], []]);
});

it('sends what a viewer chose, whatever the downlink, and on the choice of “auto” what suits it', async () => {
  const viewer = join('a');
  ladder.streamChanged('low', true);
  ladder.choose('a', 'low', 'high');
  await pass(60);
  expect(viewer.selections).toEqual(['low']);
  expect(viewer.told.at(-1)).toMatchObject({ selection: 'low', cause: null });
  ladder.choose('a', 'sound', 'high');
  ladder.choose('a', 'auto', 'high');
  expect(viewer.selections).toEqual(['low', 'sound', 'high']);
});

it('sends the large picture again if the smaller one does not come', async () => {
  const viewer = join('a');
  ladder.streamChanged('low', false);
  await pass(2);
  viewer.capacityKbps = narrow;
  await pass(6);
  expect(viewer.selections).toEqual(['sound', 'high']);
});

it('begins with what the downlink carried over the link before', async () => {
  const viewer = join('a');
  ladder.streamChanged('low', true);
  ladder.choose('a', 'auto', 'high', 'low');
  expect(viewer.selections).toEqual(['low']);
  expect(viewer.told.at(-1)).toMatchObject({ selection: 'low', cause: 'delay' });
});

it('probes the downlink before it sends more, and ends that when the viewer chooses', async () => {
  const viewer = join('a');
  ladder.streamChanged('low', true);
  ladder.choose('a', 'auto', 'high', 'low');
  await pass(12);
  const probes = viewer.probes.filter((kbps) => kbps > 0);
  expect(probes.length).toBeGreaterThan(1);
  expect(probes).toEqual(probes.toSorted((one, other) => one - other));
  ladder.choose('a', 'low', 'high');
  expect(viewer.probes.at(-1)).toBe(0);
});

it('sends no more while the media server says that a probe was too much', async () => {
  const viewer = join('a');
  viewer.isCarried = false;
  ladder.streamChanged('low', true);
  ladder.choose('a', 'auto', 'high', 'low');
  await pass(120);
  expect(viewer.selections).toEqual(['low']);
});

it('sends no more than a small page can show', async () => {
  const viewer = join('a');
  ladder.streamChanged('low', true);
  ladder.choose('a', 'auto', 'low');
  expect(viewer.selections).toEqual(['low']);
  await pass(60);
  ladder.choose('a', 'auto', 'high');
  expect(viewer.selections).toEqual(['low', 'high']);
});

it('notices that a downlink has become narrow while a small page was sent little', async () => {
  const viewer = join('a');
  ladder.streamChanged('middle', true);
  ladder.streamChanged('low', true);
  ladder.choose('a', 'auto', 'middle');
  await pass(5);
  viewer.capacityKbps = narrow;
  await pass(3);
  ladder.choose('a', 'auto', 'high');
  expect(viewer.selections).toEqual(['middle', 'low']);
});

it('sends the high tier when the presenter no longer sends the lower one', async () => {
  const viewer = join('a');
  ladder.streamChanged('low', true);
  viewer.capacityKbps = narrow;
  await pass(3);
  ladder.presenterGone();
  expect(viewer.selections).toEqual(['low', 'high']);
  ladder.streamChanged('low', true);
  await pass(3);
  expect(viewer.selections).toEqual(['low', 'high', 'low']);
});

it('leaves the sound alone where not even the lowest tier gets through', async () => {
  const viewer = join('a');
  ladder.streamChanged('low', true);
  viewer.capacityKbps = 60;
  await pass(6);
  expect(viewer.selections).toEqual(['low', 'sound']);
  expect(viewer.told.at(-1)).toMatchObject({ selection: 'sound', cause: 'loss' });
});

it('sends the light sound where no picture gets through, once it flows, and the full one with the picture', async () => {
  const viewer = join('a');
  ladder.streamChanged('low', true);
  ladder.streamChanged('light-sound', false);
  viewer.capacityKbps = 60;
  await pass(6);
  expect(viewer.selections).toEqual(['low', 'sound']);
  expect(wanted.at(-1)).toEqual(['low', 'light-sound']);
  ladder.streamChanged('light-sound', true);
  ladder.streamChanged('light-sound', true);
  expect(viewer.sounds).toEqual(['full', 'full', 'light']);
  await pass(5);
  expect(wanted.at(-1)).toEqual(['light-sound']);
  viewer.capacityKbps = wide;
  await pass(20);
  expect(viewer.selections.slice(2, 4)).toEqual(['sound', 'low']);
  expect(viewer.sounds.at(-1)).toBe('full');
});

it('sends the full sound to a viewer who wants no picture', async () => {
  const viewer = join('a');
  ladder.streamChanged('light-sound', true);
  ladder.choose('a', 'sound', 'high');
  await pass(10);
  expect(viewer.sounds).toEqual(['full']);
  expect(wanted).toEqual([]);
});

it('sends the full sound again when the light one ends', async () => {
  const viewer = join('a');
  ladder.streamChanged('light-sound', true);
  viewer.capacityKbps = 60;
  await pass(6);
  expect([viewer.selections.at(-1), viewer.sounds.at(-1)]).toEqual(['sound', 'light']);
  ladder.streamChanged('light-sound', null);
  expect([viewer.selections.at(-1), viewer.sounds.at(-1)]).toEqual(['sound', 'full']);
});

it('says what there is to choose from, with sizes, once and after every change', async () => {
  const viewer = join('a');
  ladder.streamChanged('low', false);
  ladder.streamChanged('low', false);
  ladder.measured({ high: 720, middle: null, low: 180 });
  ladder.presenterGone();
  const sent = { selection: 'high', cause: null } as const;
  expect(viewer.told).toEqual([
    { ...sent, offered: [{ tier: 'high', size: null }] },
    {
      ...sent,
      offered: [
        { tier: 'high', size: null },
        { tier: 'low', size: null },
      ],
    },
    {
      ...sent,
      offered: [
        { tier: 'high', size: 720 },
        { tier: 'low', size: 180 },
      ],
    },
    { ...sent, offered: [{ tier: 'high', size: 720 }] },
  ]);
});
