import { describe, expect, it } from 'vitest';
import { countUntil, inOrder, reactionsUntil } from './recorded-conversation.ts';

describe('a recorded conversation at a moment', () => {
  const items = inOrder([{ ms: 3_000 }, { ms: 0 }, { ms: 3_000 }, { ms: 9_000 }]);

  it('has what was written until then, forwards and backwards', () => {
    expect([-1, 0, 2_999, 3_000, 8_999, 9_000, 1e9].map((ms) => countUntil(items, ms))).toEqual([0, 1, 1, 3, 3, 4, 4]);
    expect(countUntil([], 5)).toBe(0);
  });

  it('has the reactions until then', () => {
    const reactions = [
      { ms: 100, counts: { '👏': 2 } },
      { ms: 200, counts: { '👏': 1, '🎉': 4 } },
    ];
    expect(reactionsUntil(reactions, 99)).toEqual({});
    expect(reactionsUntil(reactions, 150)).toEqual({ '👏': 2 });
    expect(reactionsUntil(reactions, 200)).toEqual({ '👏': 3, '🎉': 4 });
  });
});
