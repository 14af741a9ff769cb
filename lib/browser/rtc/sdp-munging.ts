/**
 * Adds parameters to the format of `payloadType` in a section of SDP (`a=fmtp`, https://www.rfc-editor.org/rfc/rfc8866#section-6.15).
 * A parameter that has a value there keeps it.
 *
 * @param section one media description, from its `m=` line on
 * @returns the same text when all are there, or nothing maps that payload type
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
 * Adds the Opus parameters without which browsers encode and decode one channel (RFC 7587 §6.1): `stereo=1` asks the
 * other side to send two, and `sprop-stereo=1` says that two may come. No browser has an API for either.
 *
 * In the local description they make the decoder play two channels; in the remote one they make the encoder send two.
 * @returns the same text when it has no Opus, or says already what it wants
 */
export function offerStereo(sdp: string): string {
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => {
      const payloadTypes = [...section.matchAll(/^a=rtpmap:(\d+) opus\/48000\/2\r?$/gim)].map(([, type = '']) => type);
      return payloadTypes.reduce((text, payloadType) => addFormatParameters(text, payloadType, stereo), section);
    })
    .join('');
}

/** The feedback that a receiver could give, and that browsers do not offer by themselves, by kind of media. */
const feedback: Readonly<Record<string, readonly string[]>> = { audio: ['nack', 'rrtr'], video: ['rrtr'] };

/**
 * An offer by which what is only received can be repaired in time.
 *
 * - `rrtr`, receiver reference time reports: browsers ask again for a lost packet after a round trip, and one that
 *   sends nothing does not know how long that is and takes it for 100 ms. After two or three losses the picture stands
 *   still. With these reports it learns it: https://www.rfc-editor.org/rfc/rfc3611#section-4.4
 * - `nack` for sound, too: https://www.rfc-editor.org/rfc/rfc4585#section-4.2
 *
 * A server that knows neither leaves them out of its answer, and nothing changes.
 * @returns the same text when nothing in it is only received
 */
export function offerFeedback(sdp: string): string {
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => {
      const kinds = /^m=(\w+) \d+ \S+ ([\d ]+)/.exec(section);
      if (kinds === null || !/^a=recvonly\r?$/m.test(section)) return section;
      const [, kind = '', payloadTypes = ''] = kinds;
      const lines = payloadTypes
        .split(' ')
        .filter((payloadType) => isCodec(section, payloadType))
        .flatMap((payloadType) => (feedback[kind] ?? []).map((name) => `a=rtcp-fb:${payloadType} ${name}\r\n`));
      return section + lines.join('');
    })
    .join('');
}

/** Repetitions (RTX) and corrections of others have no feedback of their own. */
function isCodec(section: string, payloadType: string): boolean {
  const name = new RegExp(`^a=rtpmap:${payloadType} ([^/]+)`, 'm').exec(section)?.[1]?.toLowerCase() ?? '';
  return !['rtx', 'red', 'ulpfec', 'flexfec-03', 'telephone-event', 'cn'].includes(name);
}

/** Tells a receiver by how much to turn the picture: https://www.rfc-editor.org/rfc/rfc7742#section-4 */
const orientation = /^a=extmap:\d+(?:\/\w+)? urn:3gpp:video-orientation\b[^\r\n]*(?:\r\n|\n|$)/gm;

/**
 * An offer after which the browser turns the pictures of a telephone itself, before they are encoded. Otherwise they
 * are sent as they lie in the sensor, with a note that says how to turn them; and recordings have no place for such
 * notes, nor does every browser heed them.
 * @returns the same text without the offer of notes
 */
export function offerWithoutRotation(sdp: string): string {
  return sdp.replace(orientation, '');
}

/**
 * Adds the bitrate at which a browser on libwebrtc (Chromium, Safari) begins to send a picture, to each of the picture's
 * codecs in an answer. Without it they begin with 300 kbit/s, and with the small picture that goes with it; others
 * ignore it. It has no standard; libwebrtc reads it as `x-google-start-bitrate`, in kbit/s.
 *
 * @param sdp the answer, as it is given to `setRemoteDescription`
 * @param kbps where to begin, in kbit/s; it is rounded
 * @returns the same text when it takes no picture
 */
export function startAt(sdp: string, kbps: number): string {
  const start = { 'x-google-start-bitrate': Math.round(kbps) };
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => {
      if (!section.startsWith('m=video')) return section;
      const codecs = [...section.matchAll(/^a=rtpmap:(\d+) (?!rtx\/|red\/|ulpfec\/|flexfec-03\/)/gim)];
      return codecs.reduce((text, [, payloadType = '']) => addFormatParameters(text, payloadType, start), section);
    })
    .join('');
}
