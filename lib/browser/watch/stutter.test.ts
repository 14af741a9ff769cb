import { describe, expect, it } from 'vitest';
import { linkFigures } from '../testing/link-stats.ts';
import { assessStutter, type PresenterHealth } from './stutter.ts';

/** Fifteen seconds without trouble, followed by `looks`. */
const latest = (...looks: Parameters<typeof linkFigures>[0][]) => [
  ...Array.from({ length: 15 }, () => linkFigures()),
  ...looks.map((change) => linkFigures(change)),
];
const frozen = { newFreezes: 1, framesPerSecond: 12 };

describe('the cause of stutter', () => {
  it('is none while nothing stutters, even if packets are lost', () => {
    expect(assessStutter([])).toBe('none');
    expect(assessStutter(latest())).toBe('none');
    expect(assessStutter(latest({ lossShare: 0.3 }, { roundTripMs: 900 }))).toBe('none');
    expect(assessStutter(latest(), 'poor')).toBe('none');
  });

  it('is the download if packets are lost on it, or if its round trip or jitter grows', () => {
    expect(assessStutter(latest({ ...frozen, lossShare: 0.05 }))).toBe('download');
    expect(assessStutter(latest({ lossShare: 0.05 }, frozen))).toBe('download');
    expect(assessStutter(latest({ ...frozen, roundTripMs: 180 }))).toBe('download');
    expect(assessStutter(latest({ ...frozen, jitterMs: 60 }))).toBe('download');
    expect(assessStutter(latest({ concealedShare: 0.2, lossShare: 0.1 }))).toBe('download');
  });

  it('is also found without a count of freezes, which not every browser has', () => {
    expect(assessStutter(latest({ framesPerSecond: 9, freezes: null, lossShare: 0.05 }))).toBe('download');
  });

  it('is otherwise the presenter or the server, and a single one of them if the presenter’s health is known', () => {
    const because = (health: PresenterHealth) => assessStutter(latest(frozen, frozen, frozen), health);
    expect(because('unknown')).toBe('upstream');
    expect(because('poor')).toBe('presenter');
    expect(because('good')).toBe('server');
    expect(assessStutter(latest({ concealedShare: 0.2 }))).toBe('upstream');
    expect(assessStutter(latest({ kbps: 0, framesPerSecond: 0 }))).toBe('upstream');
  });

  it('is not the download if the presenter is known to lose packets', () => {
    expect(assessStutter(latest({ ...frozen, lossShare: 0.05, jitterMs: 60 }), 'poor')).toBe('presenter');
    expect(assessStutter(latest({ ...frozen, lossShare: 0.05, roundTripMs: 400 }), 'poor')).toBe('download');
  });

  it('is the device if frames repeatedly arrive and are not shown', () => {
    expect(assessStutter(latest({ droppedShare: 0.5 }))).toBe('none');
    expect(assessStutter(latest({ droppedShare: 0.5 }, { droppedShare: 0.4 }))).toBe('device');
  });

  it('is none for a shared screen that does not change', () => {
    expect(assessStutter(latest(frozen))).toBe('none');
    const quiet = { newFreezes: 1, framesPerSecond: 1, kbps: 60 };
    expect(assessStutter(latest(quiet, quiet, quiet, quiet))).toBe('none');
    expect(assessStutter(Array.from({ length: 9 }, () => linkFigures({ framesPerSecond: 0 })))).toBe('none');
  });

  it('is forgotten after a few samples without trouble', () => {
    const lossy = { ...frozen, lossShare: 0.1 };
    expect(assessStutter(latest(lossy, {}, {}))).toBe('download');
    expect(assessStutter(latest(lossy, {}, {}, {}, {}))).toBe('none');
  });

  it('is found without round trip and jitter, if a browser does not measure them', () => {
    const unknown = { roundTripMs: null, jitterMs: null, lossShare: null };
    expect(assessStutter(latest({ ...unknown, concealedShare: 0.3 }))).toBe('upstream');
  });
});
