import { cleanText } from '../../clean-text.ts';
import type { StoredValues } from './browser-storage.ts';

/** Where the browser's storage keeps the name that this person has in conversations. */
export const personNameKey = 'rostrum.name';

/** The name that this person has in conversations; empty if none is stored. */
export function recallPersonName(storage: StoredValues): string {
  return cleanText(storage.getItem(personNameKey) ?? '');
}
