import { addFormatParameters } from './format-parameters.ts';

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
