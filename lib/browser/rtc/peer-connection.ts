/** True when this browser can send and receive at all. */
export function speaksWebRtc(): boolean {
  return typeof RTCPeerConnection === 'function';
}

/** A new connection with the settings that publisher and viewer session share. */
export function createPeerConnection(): RTCPeerConnection {
  // The server offers everything on one transport (RFC 8843), so there is no need to look for more.
  return new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
}

/**
 * `codecs` with VP8 first and otherwise in their order. Every browser speaks VP8 and the server forwards it as it
 * is; what comes after it remains as a way out.
 */
export function preferVp8<Codec extends { mimeType: string }>(codecs: readonly Codec[]): Codec[] {
  const isVp8 = (codec: Codec) => codec.mimeType.toLowerCase() === 'video/vp8';
  return [...codecs.filter(isVp8), ...codecs.filter((codec) => !isVp8(codec))];
}

/** Makes VP8 the first choice of a video transceiver, where the browser lets us. */
export function preferVp8On(transceiver: RTCRtpTransceiver, direction: 'send' | 'receive'): void {
  const side = direction === 'send' ? globalThis.RTCRtpSender : globalThis.RTCRtpReceiver;
  const codecs = side?.getCapabilities?.('video')?.codecs;
  if (codecs === undefined || typeof transceiver.setCodecPreferences !== 'function') return;
  try {
    transceiver.setCodecPreferences(preferVp8(codecs));
  } catch {
    // Some versions of Safari refuse their own list; their usual order works as well.
  }
}
