/*
 * What names may be, for whoever types them; the schemas of the contract are made of the same figures. It stands apart
 * from them because a page that checks two fields need not load what checks schemas.
 */

/** How many characters a channel's name may have. */
export const channelLength = { min: 3, max: 40 } as const;

/** Lower-case letters and digits, with single hyphens between them. */
export const channelPattern = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/** How many characters a show's title may have. */
export const maxTitleLength = 80;

/** True for what can be the name of a channel. */
export function isChannelName(text: string): boolean {
  return text.length >= channelLength.min && text.length <= channelLength.max && channelPattern.test(text);
}

/** True for what can be the title of a show; white space at its ends does not count. */
export function isTitle(text: string): boolean {
  const { length } = text.trim();
  return length > 0 && length <= maxTitleLength;
}
