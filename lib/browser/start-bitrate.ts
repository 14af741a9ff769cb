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
  const parameter = `x-google-start-bitrate=${Math.round(kbps)}`;
  return sdp
    .split(/(?=^m=)/m)
    .map((section) => {
      if (!section.startsWith('m=video')) return section;
      const codecs = [...section.matchAll(/^a=rtpmap:(\d+) (?!rtx\/|red\/|ulpfec\/|flexfec-03\/)/gim)];
      return codecs.reduce((text, [, payloadType = '']) => addParameter(text, payloadType, parameter), section);
    })
    .join('');
}

function addParameter(section: string, payloadType: string, parameter: string): string {
  const format = new RegExp(`^a=fmtp:${payloadType} [^\\r\\n]*`, 'm');
  if (format.test(section)) return section.replace(format, (line) => `${line};${parameter}`);
  const map = new RegExp(`^a=rtpmap:${payloadType} [^\\r\\n]*(\\r?\\n)`, 'm');
  return section.replace(map, (line, end: string) => `${line}a=fmtp:${payloadType} ${parameter}${end}`);
}
