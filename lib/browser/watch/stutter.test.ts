import { describe, expect, it } from 'vitest';
import { linkFigures } from '../testing/link-stats.ts';
import { assessStutter, type PresenterHealth } from './stutter.ts';

/** A quiet quarter of a minute, and what came then. */
const latest = (...looks: Parameters<typeof linkFigures>[0][]) => [
  ...Array.from({ length: 15 }, () => linkFigures()),
  ...looks.map((change) => linkFigures(change)),
];
const frozen = { newFreezes: 1, framesPerSecond: 12 };

describe('because of whom it stutters', () => {
  it('is nobody while it does not, even if packets are lost', () => {
    expect(assessStutter([])).toBe('none');
    expect(assessStutter(latest())).toBe('none');
    expect(assessStutter(latest({ lossShare: 0.3 }, { roundTripMs: 900 }))).toBe('none');
    expect(assessStutter(latest(), 'poor')).toBe('none');
  });

  it('is the download when packets are lost on it, or when its times grow', () => {
    expect(assessStutter(latest({ ...frozen, lossShare: 0.05 }))).toBe('download');
    expect(assessStutter(latest({ lossShare: 0.05 }, frozen))).toBe('download');
    expect(assessStutter(latest({ ...frozen, roundTripMs: 180 }))).toBe('download');
    expect(assessStutter(latest({ ...frozen, jitterMs: 60 }))).toBe('download');
    expect(assessStutter(latest({ concealedShare: 0.2, lossShare: 0.1 }))).toBe('download');
  });

  it('is seen without counted freezes, too, which not every browser has', () => {
    expect(assessStutter(latest({ framesPerSecond: 9, freezes: null, lossShare: 0.05 }))).toBe('download');
  });

  it('is the presenter or the server otherwise, and the one that is left when the presenter is known', () => {
    const because = (health: PresenterHealth) => assessStutter(latest(frozen, frozen, frozen), health);
    expect(because('unknown')).toBe('upstream');
    expect(because('poor')).toBe('presenter');
    expect(because('good')).toBe('server');
    expect(assessStutter(latest({ concealedShare: 0.2 }))).toBe('upstream');
    expect(assessStutter(latest({ kbps: 0, framesPerSecond: 0 }))).toBe('upstream');
  });

  it('is not the download for losses that came from a presenter who is known to lose packets', () => {
    expect(assessStutter(latest({ ...frozen, lossShare: 0.05, jitterMs: 60 }), 'poor')).toBe('presenter');
    expect(assessStutter(latest({ ...frozen, lossShare: 0.05, roundTripMs: 400 }), 'poor')).toBe('download');
  });

  it('is the device when pictures came and were not shown, again and again', () => {
    expect(assessStutter(latest({ droppedShare: 0.5 }))).toBe('none');
    expect(assessStutter(latest({ droppedShare: 0.5 }, { droppedShare: 0.4 }))).toBe('device');
  });

  it('is not told of a shared screen on which nothing happens', () => {
    expect(assessStutter(latest(frozen))).toBe('none');
    const quiet = { newFreezes: 1, framesPerSecond: 1, kbps: 60 };
    expect(assessStutter(latest(quiet, quiet, quiet, quiet))).toBe('none');
    expect(assessStutter(Array.from({ length: 9 }, () => linkFigures({ framesPerSecond: 0 })))).toBe('none');
  });

  it('is forgotten after a few quiet looks', () => {
    const lossy = { ...frozen, lossShare: 0.1 };
    expect(assessStutter(latest(lossy, {}, {}))).toBe('download');
    expect(assessStutter(latest(lossy, {}, {}, {}, {}))).toBe('none');
  });

  it('can be told without times, where a browser measures none', () => {
    const unknown = { roundTripMs: null, jitterMs: null, lossShare: null };
    expect(assessStutter(latest({ ...unknown, concealedShare: 0.3 }))).toBe('upstream');
  });
});
