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
      return payloadTypes.reduce(addParameters, section);
    })
    .join('');
}

function addParameters(section: string, payloadType: string): string {
  const [line, value] = new RegExp(`^a=fmtp:${payloadType} ([^\\r\\n]*)`, 'm').exec(section) ?? [];
  const present = (value ?? '').split(';').map((parameter) => parameter.split('=')[0]?.trim());
  const added = ['stereo', 'sprop-stereo'].filter((name) => !present.includes(name)).map((name) => `${name}=1`);
  if (added.length === 0) return section;
  if (line !== undefined) return section.replace(line, `${line};${added.join(';')}`);
  const map = new RegExp(`^a=rtpmap:${payloadType} [^\\r\\n]*(\\r?\\n)`, 'm');
  return section.replace(map, (rtpmap, end: string) => `${rtpmap}a=fmtp:${payloadType} ${added.join(';')}${end}`);
}
