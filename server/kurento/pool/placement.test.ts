import { describe, expect, it } from 'vitest';
import { choosePlace, type Place } from './placement.ts';

const budget = { origin: 100, edge: 100 };
const place = (role: Place['role'], viewers: number, share = 0.2) => ({ role, viewers, share, isSpared: share > 0.9 });

describe('the place of a viewer', () => {
  it('is the origin while it has room', () => {
    const origin = place('origin', 99, 0.8);
    expect(choosePlace([place('edge', 0, 0), place('none', 0, 0), origin], budget)).toBe(origin);
  });

  it('is the emptiest edge when the origin is full, before another edge is opened', () => {
    const [origin, full, busy, edge] = [
      place('origin', 100),
      place('edge', 100, 0.1),
      place('edge', 7, 0.5),
      place('edge', 50),
    ];
    expect(choosePlace([origin, full, busy, edge, place('none', 0, 0)], budget)).toBe(edge);
  });

  it('is the emptiest other media server when all that carry the show are full or busy', () => {
    const emptiest = place('none', 0, 0.1);
    const carrying = [place('origin', 20, 0.95), place('edge', 100)];
    expect(choosePlace([...carrying, place('none', 0, 0.3), emptiest], budget)).toBe(emptiest);
  });

  it('is the one with the fewest viewers when all are full', () => {
    const fewest = place('edge', 110, 0.95);
    expect(choosePlace([place('origin', 150, 0.95), fewest], budget)).toBe(fewest);
  });

  it('is never an origin that is to have no viewers, unless there is nothing else', () => {
    const [origin, edge] = [place('origin', 0, 0), place('edge', 500, 2)];
    expect(choosePlace([origin, edge], { origin: 0, edge: 100 })).toBe(edge);
    expect(choosePlace([origin], { origin: 0, edge: 100 })).toBe(origin);
  });

  it('is nowhere if there is no media server', () => {
    expect(choosePlace([], budget)).toBeNull();
  });
});
