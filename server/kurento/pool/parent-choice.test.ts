import { describe, expect, it } from 'vitest';
import { chooseParent, type ParentChoice } from './parent-choice.ts';

const site = (depth: number, children: number, isDraining = false): ParentChoice => ({ depth, children, isDraining });
const limits = { height: 0, edgesPerSite: 2 };

describe('the parent of an edge', () => {
  it('is the origin while that has room', () => {
    const origin = site(0, 1);
    expect(chooseParent([site(1, 0), origin], limits)).toBe(origin);
  });

  it('is the edge nearest to the origin that feeds the fewest others', () => {
    const fewest = site(1, 0);
    expect(chooseParent([site(0, 2), site(2, 0), site(1, 1), fewest], limits)).toBe(fewest);
  });

  it('is no edge whose media server is to become empty', () => {
    const other = site(2, 1);
    expect(chooseParent([site(0, 2), site(1, 0, true), other], limits)).toBe(other);
  });

  it('is never so far away that more than three bridges lead to the edge, or to one behind it', () => {
    expect(chooseParent([site(0, 2), site(1, 2), site(3, 0)], limits)).toBeNull();
    const near = site(1, 1);
    expect(chooseParent([site(0, 2), near, site(2, 0)], { ...limits, height: 1 })).toBe(near);
    expect(chooseParent([site(0, 2), near, site(2, 0)], { ...limits, height: 2 })).toBeNull();
  });

  it('is none if all feed as many as they may', () => {
    expect(chooseParent([site(0, 2), site(1, 2)], limits)).toBeNull();
  });
});
