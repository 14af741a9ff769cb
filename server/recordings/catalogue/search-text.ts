/**
 * A text as searches compare it: without case, accents and differences that only computers see. Marks that make another
 * letter of one, as the vowels of Indic scripts do, stay. Hangul is taken apart, so that an unfinished syllable finds
 * those that begin with it.
 */
export function foldText(text: string): string {
  const folded = text.normalize('NFKD').toUpperCase().toLowerCase().normalize('NFKD');
  return folded.replaceAll(/(?=\p{Mark})\p{Diacritic}/gu, '');
}

/** The words of a search, folded. A text matches if it contains all of them. */
export function wordsOf(search: string): string[] {
  return foldText(search)
    .split(/\s+/)
    .filter((word) => word !== '');
}
