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
