/** The units of sizes as `Intl.NumberFormat` names them. */
export type SizeUnit = 'byte' | 'kilobyte' | 'megabyte' | 'gigabyte' | 'terabyte';

/** A size as file managers show it: a number, its unit, and how many decimals it deserves. */
export type FileSize = { value: number; unit: SizeUnit; decimals: 0 | 1 };

const units: readonly SizeUnit[] = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

/** Chooses the unit for a size in bytes, in powers of 1000, so that one to three digits stand before the point. */
export function fileSize(bytes: number): FileSize {
  let value = Math.max(0, bytes);
  let unit: SizeUnit = 'byte';
  for (const larger of units.slice(1)) {
    if (value < 999.5) break;
    value /= 1_000;
    unit = larger;
  }
  return { value, unit, decimals: unit === 'byte' || value >= 99.5 ? 0 : 1 };
}
