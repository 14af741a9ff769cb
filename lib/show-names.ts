import { cleanText } from './clean-text.ts';

/*
 * The rules for names, for forms in which people type them. The schemas of the contract use the same figures. They are
 * in a file of their own so that a page that checks two fields need not load the validation library.
 */

/** The number of characters that a channel's name may have. */
export const channelLength = { min: 3, max: 40 } as const;

/** Lower-case letters and digits, with single hyphens between them. */
export const channelPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** The most characters that a show's title may have. */
export const maxTitleLength = 80;

/** True if `text` can be the name of a channel. */
export function isChannelName(text: string): boolean {
  return text.length >= channelLength.min && text.length <= channelLength.max && channelPattern.test(text);
}

/** True if `text` can be the title of a show; white space at its ends does not count, nor what does not show. */
export function isTitle(text: string): boolean {
  const { length } = cleanText(text);
  return length > 0 && length <= maxTitleLength;
}
