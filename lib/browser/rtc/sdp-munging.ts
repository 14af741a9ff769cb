/**
 * Changes the sections of SDP one by one.
 * @param change is called with the lines of the session, and with those of each media description, from its `m=` line on
 */
export function mapSections(sdp: string, change: (section: string) => string): string {
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => change(section))
    .join('');
}

/**
 * Adds parameters to the format of `payloadType` in a section of SDP (`a=fmtp`,
 * https://www.rfc-editor.org/rfc/rfc8866#section-6.15). A parameter that is present keeps its value.
 *
 * @param section one media description, starting at its `m=` line
 * @returns the same text if all parameters are present, or if nothing maps that payload type
 */
function addFormatParameters(
  section: string,
  payloadType: string,
  parameters: Readonly<Record<string, string | number>>,
): string {
  const [line, value] = new RegExp(`^a=fmtp:${payloadType} ([^\\r\\n]*)`, 'm').exec(section) ?? [];
  const present = (value ?? '').split(';').map((parameter) => parameter.split('=')[0]?.trim());
  const added = Object.entries(parameters)
    .filter(([name]) => !present.includes(name))
    .map(([name, wanted]) => `${name}=${wanted}`)
    .join(';');
  if (added === '') return section;
  if (line !== undefined) return section.replace(line, `${line};${added}`);
  const map = new RegExp(`^a=rtpmap:${payloadType} [^\\r\\n]*(\\r?\\n)`, 'm');
  return section.replace(map, (rtpmap, end: string) => `${rtpmap}a=fmtp:${payloadType} ${added}${end}`);
}

const stereo = { stereo: 1, 'sprop-stereo': 1 };

/**
 * Adds the Opus parameters without which browsers encode and decode only one channel (RFC 7587 §6.1): `stereo=1` asks
 * the other side to send two, and `sprop-stereo=1` announces that two may be sent. No browser has an API for either.
 *
 * In the local description they make the decoder play two channels; in the remote one they make the encoder send two.
 * @returns the same text if it has no Opus, or if it already sets these parameters
 */
export function offerStereo(sdp: string): string {
  return mapSections(sdp, (section) => {
    const payloadTypes = [...section.matchAll(/^a=rtpmap:(\d+) opus\/48000\/2\r?$/gim)].map(([, type = '']) => type);
    return payloadTypes.reduce((text, payloadType) => addFormatParameters(text, payloadType, stereo), section);
  });
}

/** The feedback that a receiver could send, and that browsers do not offer on their own, by kind of media. */
const feedback: Readonly<Record<string, readonly string[]>> = { audio: ['nack', 'rrtr'], video: ['rrtr'] };

/**
 * An offer with which lost packets of received media can be retransmitted in time. It changes only what is received and
 * not sent.
 *
 * - `rrtr`, receiver reference time reports: browsers repeat a retransmission request after one round trip. A browser
 *   that sends nothing does not know the round trip and assumes 100 ms, so after two or three losses the picture
 *   freezes. With these reports it learns the round trip: https://www.rfc-editor.org/rfc/rfc3611#section-4.4
 * - `nack` for sound, too: https://www.rfc-editor.org/rfc/rfc4585#section-4.2
 *
 * A server that supports neither omits them from its answer, and nothing changes.
 * @returns the same text if it has no receive-only section
 */
export function offerFeedback(sdp: string): string {
  return mapSections(sdp, (section) => {
    const kinds = /^m=(\w+) \d+ \S+ ([\d ]+)/.exec(section);
    if (kinds === null || !/^a=recvonly\r?$/m.test(section)) return section;
    const [, kind = '', payloadTypes = ''] = kinds;
    const lines = payloadTypes
      .split(' ')
      .filter((payloadType) => isCodec(section, payloadType))
      .flatMap((payloadType) => (feedback[kind] ?? []).map((name) => `a=rtcp-fb:${payloadType} ${name}\r\n`));
    return section + lines.join('');
  });
}

/** Retransmissions (RTX) and error correction for other codecs have no feedback of their own. */
function isCodec(section: string, payloadType: string): boolean {
  const name = new RegExp(`^a=rtpmap:${payloadType} ([^/]+)`, 'm').exec(section)?.[1]?.toLowerCase() ?? '';
  return !['rtx', 'red', 'ulpfec', 'flexfec-03', 'telephone-event', 'cn'].includes(name);
}

/** Tells a receiver by how much to rotate the picture: https://www.rfc-editor.org/rfc/rfc7742#section-4 */
const orientation = /^a=extmap:\d+(?:\/\w+)? urn:3gpp:video-orientation\b[^\r\n]*(?:\r\n|\n|$)/gm;

/**
 * An offer that makes the browser rotate a phone's pictures itself, before they are encoded. Otherwise they are sent as
 * the sensor captures them, with a header extension that says how to rotate them. Recordings have no place for this
 * extension, and not every browser honours it.
 * @returns the same text without the header extension
 */
export function offerWithoutRotation(sdp: string): string {
  return sdp.replace(orientation, '');
}

/**
 * Adds the bitrate at which a browser based on libwebrtc (Chromium, Safari) starts to send video to each video codec in
 * an answer. Without it these browsers start at 300 kbit/s, with a correspondingly small picture; others ignore it.
 * There is no standard for it; libwebrtc reads it as `x-google-start-bitrate`, in kbit/s.
 *
 * @param sdp the answer, as it is passed to `setRemoteDescription`
 * @param kbps the initial bitrate, in kbit/s; it is rounded
 * @returns the same text if it has no video
 */
export function startAt(sdp: string, kbps: number): string {
  const start = { 'x-google-start-bitrate': Math.round(kbps) };
  return mapSections(sdp, (section) => {
    if (!section.startsWith('m=video')) return section;
    const codecs = [...section.matchAll(/^a=rtpmap:(\d+) (?!rtx\/|red\/|ulpfec\/|flexfec-03\/)/gim)];
    return codecs.reduce((text, [, payloadType = '']) => addFormatParameters(text, payloadType, start), section);
  });
}
