import type { Arrangement } from '../../guests.ts';
import type { Rect, Size } from '../capture/picture-layout.ts';

/** Somebody in the picture. */
export type Pictured = { id: string; isScreen: boolean };

/** Where somebody is drawn. */
export type Tile = { id: string; rect: Rect };

/** An arrangement that says where everybody is. */
type DefiniteArrangement = Exclude<Arrangement, 'auto'>;

/** The distance between tiles and to the edge, as a share of the picture's height. */
const gapShare = 0.016;
/** The width of the strip, and of a small picture in the corner, as a share of the picture's width. */
const stripShare = 0.2;
const insetShare = 0.2;
const wide = 16 / 9;
/** Side by side, a picture is at most this much taller than wide. */
const tallest = 5 / 4;

/** The arrangement that suits so many people, if the presenter has not chosen one. */
export function arrangementFor(chosen: Arrangement, people: readonly Pictured[]): DefiniteArrangement {
  if (chosen !== 'auto') return chosen;
  if (people.length <= 1) return 'large';
  if (people.some(({ isScreen }) => isScreen)) return 'strip';
  return people.length === 2 ? 'side-by-side' : 'strip';
}

/**
 * The main person: the chosen one, or else the one with a screen, or else the speaker, or else the first one.
 * @param people not empty
 */
export function mainOf(people: readonly Pictured[], chosen: string | null, speaker: string | null): string | null {
  const isThere = (id: string | null) => people.some((person) => person.id === id);
  if (isThere(chosen)) return chosen;
  const screen = people.find(({ isScreen }) => isScreen)?.id;
  return screen ?? (isThere(speaker) ? speaker : null) ?? people[0]?.id ?? null;
}

/**
 * Lays people out in a picture of the size `whole`: tiles in the order in which they are drawn, none outside the picture.
 * Tiles overlap only in `inset`. In `large`, only the main person has one.
 */
export function layoutOf(
  arrangement: DefiniteArrangement,
  people: readonly Pictured[],
  main: string | null,
  whole: Size,
): Tile[] {
  const first = people.find(({ id }) => id === main) ?? people[0];
  if (first === undefined) return [];
  const others = people.filter((person) => person !== first);
  const full: Rect = { x: 0, y: 0, ...whole };
  if (others.length === 0 || arrangement === 'large') return [{ id: first.id, rect: full }];
  const gap = Math.round(whole.height * gapShare);
  switch (arrangement) {
    case 'side-by-side':
      return place(people, sideBySide(people.length, whole, gap));
    case 'grid':
      return place(people, grid(people.length, whole, gap));
    case 'inset':
      return [{ id: first.id, rect: full }, ...place(others, corner(others.length, whole, gap))];
    case 'strip':
      return strip(first, others, whole, gap);
  }
}

function place(people: readonly Pictured[], rects: readonly Rect[]): Tile[] {
  return people.flatMap(({ id }, index) => {
    const rect = rects[index];
    return rect === undefined ? [] : [{ id, rect: rounded(rect) }];
  });
}

function sideBySide(count: number, whole: Size, gap: number): Rect[] {
  const width = (whole.width - gap * (count + 1)) / count;
  const height = Math.min(whole.height - 2 * gap, width * tallest);
  return row(count, { width, height }, gap, { x: gap, y: (whole.height - height) / 2 });
}

/** Tiles of 16:9 in as many columns as make them largest; the last row is centred. */
function grid(count: number, whole: Size, gap: number): Rect[] {
  const options = Array.from({ length: count }, (_, index) => {
    const columns = index + 1;
    const rows = Math.ceil(count / columns);
    const width = Math.min(
      (whole.width - gap * (columns + 1)) / columns,
      ((whole.height - gap * (rows + 1)) / rows) * wide,
    );
    return { columns, rows, width, height: width / wide };
  });
  const best = options.reduce((one, other) => (other.width > one.width + 0.5 ? other : one));
  const { columns, rows, width, height } = best;
  const top = (whole.height - rows * height - (rows - 1) * gap) / 2;
  return Array.from({ length: rows }, (_, index) => {
    const inRow = Math.min(columns, count - index * columns);
    const x = (whole.width - inRow * width - (inRow - 1) * gap) / 2;
    return row(inRow, { width, height }, gap, { x, y: top + index * (height + gap) });
  }).flat();
}

/** Small pictures at the bottom, from the right corner on. */
function corner(count: number, whole: Size, gap: number): Rect[] {
  const width = Math.min(whole.width * insetShare, (whole.width - gap * (count + 1)) / count);
  const size = { width, height: width / wide };
  const x = whole.width - count * (width + gap);
  return row(count, size, gap, { x, y: whole.height - size.height - gap });
}

/** The main picture at the left, the others in one column at the right, or in two if they are many. */
function strip(first: Pictured, others: readonly Pictured[], whole: Size, gap: number): Tile[] {
  const column = Math.round(whole.width * stripShare);
  const mainWidth = whole.width - column - 3 * gap;
  const height = Math.min((whole.height - gap * (others.length + 1)) / others.length, column / wide);
  const width = Math.min(column, height * wide);
  const all = others.length * height + (others.length - 1) * gap;
  const x = mainWidth + 2 * gap + (column - width) / 2;
  const mainHeight = Math.min(whole.height - 2 * gap, first.isScreen ? whole.height : mainWidth / (4 / 3));
  const rects = others.map((_, index) => {
    return { x, y: (whole.height - all) / 2 + index * (height + gap), width, height };
  });
  const main = { x: gap, y: (whole.height - mainHeight) / 2, width: mainWidth, height: mainHeight };
  return [{ id: first.id, rect: rounded(main) }, ...place(others, rects)];
}

function row(count: number, size: Size, gap: number, from: { x: number; y: number }): Rect[] {
  return Array.from({ length: count }, (_, index) => ({ x: from.x + index * (size.width + gap), y: from.y, ...size }));
}

function rounded({ x, y, width, height }: Rect): Rect {
  return { x: Math.round(x), y: Math.round(y), width: Math.floor(width), height: Math.floor(height) };
}
