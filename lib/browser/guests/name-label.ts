/** The scripts that are written from right to left. */
const rightToLeft = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}]/u;

/** The direction of a name: that of its first letter (https://www.unicode.org/reports/tr9/#P2). */
export function directionOf(name: string): 'ltr' | 'rtl' {
  const first = /\p{Letter}/u.exec(name)?.[0] ?? '';
  return rightToLeft.test(first) ? 'rtl' : 'ltr';
}

/**
 * A name that is no wider than `width`: it is cut between characters as people see them, and ends with an ellipsis.
 * @param measure returns the width of a text
 */
export function fitName(name: string, width: number, measure: (text: string) => number): string {
  if (measure(name) <= width) return name;
  const characters = charactersOf(name);
  for (let count = characters.length - 1; count > 0; count -= 1) {
    const cut = `${characters.slice(0, count).join('').trimEnd()}…`;
    if (measure(cut) <= width) return cut;
  }
  return '…';
}

/** The first letters of the first and the last word, for somebody without a picture. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const [first = '', last = ''] = [words[0], words.length > 1 ? words.at(-1) : ''];
  return [first, last].map((word) => charactersOf(word)[0]?.toLocaleUpperCase() ?? '').join('');
}

/** A colour that stays the same for the same person: a hue in degrees. */
export function hueOf(id: string): number {
  let hash = 0;
  for (const character of id) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 360;
  return hash;
}

function charactersOf(text: string): string[] {
  const { Segmenter } = Intl as { Segmenter?: typeof Intl.Segmenter };
  if (Segmenter === undefined) return [...text];
  return [...new Segmenter(undefined, { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);
}
