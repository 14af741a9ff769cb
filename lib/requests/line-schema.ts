import { z } from 'zod';
import { cleanText } from '../clean-text.ts';

/** What a line that somebody types must be like. */
type LineRules = {
  /** The largest length; counted by `count`, if that is given, else in code units. */
  max: number;
  count?: (text: string) => number;
  /** The largest length as it is typed, in code units. */
  maxTyped: number;
  /** What is wrong with a line in which nothing shows, and with one that is too long, as sentences. */
  empty: string;
  tooLong: string;
};

/** A message, a name or a title as {@link cleanText} leaves it. */
export function lineSchema({ max, count = ({ length }) => length, maxTyped, empty, tooLong }: LineRules) {
  return z
    .string()
    .max(maxTyped, tooLong)
    .transform(cleanText)
    .refine((text) => text !== '', empty)
    .refine((text) => count(text) <= max, tooLong);
}
