import { describe, expect, it } from 'vitest';
import { fitInto, gridCells } from './grid.ts';

describe('the grid of a composite', () => {
  it('R186: has as many columns as the root of the number of pictures, and as few rows as needed', () => {
    expect(gridCells(1, 800, 600)).toEqual([{ left: 0, top: 0, width: 800, height: 600 }]);
    expect(gridCells(2, 800, 600).map(({ left, top }) => [left, top])).toEqual([
      [0, 0],
      [400, 0],
    ]);
    expect(gridCells(2, 800, 600)[0]).toMatchObject({ width: 400, height: 600 });
    expect(gridCells(3, 800, 600)[2]).toEqual({ left: 0, top: 300, width: 400, height: 300 });
    expect(gridCells(5, 800, 600)[4]).toEqual({ left: 266, top: 300, width: 266, height: 300 });
    expect(gridCells(0, 800, 600)).toEqual([]);
  });

  it('R186: keeps the shape of a picture, with black beside it', () => {
    const cell = { left: 400, top: 0, width: 400, height: 300 };
    expect(fitInto(cell, 1280, 720)).toEqual({ left: 400, top: 38, width: 400, height: 224 });
    expect(fitInto(cell, 300, 600)).toEqual({ left: 524, top: 0, width: 150, height: 300 });
    expect(fitInto(cell, 4, 10_000)).toMatchObject({ width: 2, height: 300 });
  });
});
