import type { Rectangle } from './picture-scaler.ts';

/** An even number that is not greater: colours have half the resolution. */
function even(number: number): number {
  return Math.floor(number / 2) * 2;
}

/**
 * The places of `count` pictures in a composite, row by row, as in Kurento: as many columns as the root of their number,
 * and as few rows as needed.
 * @see https://doc-kurento.readthedocs.io/en/latest/features/kurento_modules.html
 */
export function gridCells(count: number, width: number, height: number): Rectangle[] {
  const columns = Math.ceil(Math.sqrt(count));
  const rows = Math.ceil(count / columns);
  const cell = { width: even(width / columns), height: even(height / rows) };
  return Array.from({ length: count }, (_, index) => ({
    left: (index % columns) * cell.width,
    top: Math.floor(index / columns) * cell.height,
    ...cell,
  }));
}

/** The largest part of a cell that has the shape of a picture; what is left over of the cell stays black. */
export function fitInto(cell: Rectangle, width: number, height: number): Rectangle {
  const scale = Math.min(cell.width / width, cell.height / height);
  const [fitWidth, fitHeight] = [Math.max(2, even(width * scale)), Math.max(2, even(height * scale))];
  return {
    left: cell.left + even((cell.width - fitWidth) / 2),
    top: cell.top + even((cell.height - fitHeight) / 2),
    width: fitWidth,
    height: fitHeight,
  };
}
