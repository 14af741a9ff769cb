import { describe, expect, it } from 'vitest';
import { arrangements } from '../../guests.ts';
import { arrangementFor, layoutOf, mainOf, type Pictured } from './program-layout.ts';

const whole = { width: 1280, height: 720 };
const peopleOf = (count: number): Pictured[] =>
  Array.from({ length: count }, (_, index) => ({ id: `p${index}`, isScreen: false }));
const definite = arrangements.filter((arrangement) => arrangement !== 'auto');

describe.each(definite)('the arrangement %s', (arrangement) => {
  it.each([1, 2, 3, 4, 5, 6, 7])('places %i people inside the picture', (count) => {
    const people = peopleOf(count);
    const tiles = layoutOf(arrangement, people, 'p0', whole);
    expect(new Set(tiles.map(({ id }) => id))).toEqual(
      new Set(arrangement === 'large' ? ['p0'] : people.map(({ id }) => id)),
    );
    for (const { rect } of tiles) {
      expect(rect.x).toBeGreaterThanOrEqual(0);
      expect(rect.y).toBeGreaterThanOrEqual(0);
      expect(rect.x + rect.width).toBeLessThanOrEqual(whole.width);
      expect(rect.y + rect.height).toBeLessThanOrEqual(whole.height);
      expect(Math.min(rect.width, rect.height)).toBeGreaterThan(60);
    }
    const apart = arrangement === 'inset' ? tiles.slice(1) : tiles;
    for (const [index, one] of apart.entries()) {
      for (const other of apart.slice(index + 1)) {
        const across = one.rect.x + one.rect.width <= other.rect.x || other.rect.x + other.rect.width <= one.rect.x;
        const above = one.rect.y + one.rect.height <= other.rect.y || other.rect.y + other.rect.height <= one.rect.y;
        expect(across || above).toBe(true);
      }
    }
  });

  it('gives the main person most room, if anybody', () => {
    const tiles = layoutOf(arrangement, peopleOf(4), 'p2', whole);
    const area = ({ rect }: (typeof tiles)[number]) => rect.width * rect.height;
    const largest = tiles.reduce((one, other) => (area(other) > area(one) ? other : one));
    if (['large', 'inset', 'strip'].includes(arrangement)) expect(largest.id).toBe('p2');
    else expect(new Set(tiles.map(area)).size).toBe(1);
  });
});

it('a screen in a strip keeps the whole height', () => {
  const people: Pictured[] = [{ id: 'presenter', isScreen: true }, ...peopleOf(3)];
  const [screen] = layoutOf('strip', people, 'presenter', whole);
  expect(screen?.rect.height).toBeGreaterThan(680);
  expect(screen?.rect.width).toBeGreaterThan(whole.width * 0.75);
});

it('nobody has no tiles', () => {
  expect(layoutOf('grid', [], null, whole)).toEqual([]);
});

it('chooses the arrangement by the number of people and by what is shown', () => {
  expect(arrangementFor('auto', peopleOf(1))).toBe('large');
  expect(arrangementFor('auto', peopleOf(2))).toBe('side-by-side');
  expect(arrangementFor('auto', peopleOf(4))).toBe('strip');
  expect(arrangementFor('auto', [{ id: 'presenter', isScreen: true }, ...peopleOf(1)])).toBe('strip');
  expect(arrangementFor('grid', peopleOf(2))).toBe('grid');
});

it('the main person is the chosen one, or who shows a screen, or who speaks, or the first', () => {
  const people = peopleOf(3);
  expect(mainOf(people, 'p1', 'p2')).toBe('p1');
  expect(mainOf(people, 'gone', 'p2')).toBe('p2');
  expect(mainOf(people, null, 'gone')).toBe('p0');
  expect(mainOf([{ id: 'presenter', isScreen: true }, ...people], null, 'p2')).toBe('presenter');
  expect(mainOf([], null, null)).toBeNull();
});
