/*
 * What is kept of a line that somebody typed: a message, a name, a title.
 */

/**
 * Characters that could disturb other text, or that show nothing and that no script needs: embeddings, overrides and
 * isolates of the direction of writing (UAX #9), soft hyphens, invisible operators, byte order marks and annotations.
 */
const unwanted = /[\u{ad}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{feff}\u{fff9}-\u{fffb}]+/gu;

/** What takes the place of a space: all white space, controls, the empty braille pattern and two fillers of Hangul. */
const blank = /[\s\p{Cc}\u{2800}\u{3164}\u{ffa0}]+/gu;

/**
 * Whether a text has a character that shows. Joiners, direction marks, variation selectors, fillers and the like do not,
 * though emoji and many scripts need them between others (Default_Ignorable_Code_Point in UAX #44). A character that is
 * newer than this program's Unicode may be an emoji, and counts.
 */
const visible = /[^\s\p{Cc}\p{Default_Ignorable_Code_Point}\u{2800}\u{1d159}]/u;

/**
 * A text in one line, without white space at its ends and without characters that could disturb other text. One in which
 * nothing shows is empty.
 */
export function cleanText(text: string): string {
  const clean = text.normalize('NFC').replaceAll(unwanted, '').replaceAll(blank, ' ').trim();
  return visible.test(clean) ? clean : '';
}
