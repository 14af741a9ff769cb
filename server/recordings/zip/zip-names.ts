import type { Recording } from '../../../lib/recording.ts';
import { fileNameOf } from '../content-disposition.ts';

/**
 * The names of recordings in a ZIP: their titles as people wrote them, as far as file systems allow. Names that differ
 * in nothing but case or composition, which many file systems take for the same, are numbered: `Open day (2).webm`.
 */
export function zipNames(recordings: readonly Pick<Recording, 'title' | 'channel' | 'contentType'>[]): string[] {
  const taken = new Set<string>();
  return recordings.map((recording) => {
    for (let number = 1; ; number += 1) {
      const name = fileNameOf(recording, number === 1 ? '' : ` (${number})`);
      const same = name.normalize('NFKC').toLowerCase();
      if (taken.has(same)) continue;
      taken.add(same);
      return name;
    }
  });
}
