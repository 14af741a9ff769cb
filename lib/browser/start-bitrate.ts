import { addFormatParameters } from './format-parameters.ts';

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
