/** Tells a receiver by how much to turn the picture: https://www.rfc-editor.org/rfc/rfc7742#section-4 */
const orientation = /^a=extmap:\d+(?:\/\w+)? urn:3gpp:video-orientation\b[^\r\n]*(?:\r\n|\n|$)/gm;

/**
 * An offer after which the browser turns the pictures of a telephone itself, before they are encoded. Otherwise they
 * are sent as they lie in the sensor, with a note that says how to turn them; and recordings have no place for such
 * notes, nor does every browser heed them.
 * @returns the same text without the offer of notes
 */
export function uprightOffer(sdp: string): string {
  return sdp.replace(orientation, '');
}
