/*
 * The preview pictures of shows on the front page. These figures and addresses are in a file of their own so that pages
 * need not load the validation library.
 */

/** The limits of a preview picture: its bytes, and the longer of its sides in pixels. */
export const thumbnailLimits = { bytes: 20_000, side: 320 } as const;

/** How often a presenter's browser sends a new preview picture, in milliseconds. */
export const thumbnailEveryMs = 10_000;

/**
 * `GET`, `HEAD`: the newest preview picture of the broadcast on `channel`, a JPEG. A new `version` makes browsers fetch
 * it again.
 */
export function thumbnailPath(channel: string, version: number): string {
  return `/api/broadcasts/${channel}/thumbnail?v=${version}`;
}
