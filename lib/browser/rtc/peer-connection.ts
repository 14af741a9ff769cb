/** True if this browser supports WebRTC. */
export function speaksWebRtc(): boolean {
  return typeof RTCPeerConnection === 'function';
}

/** Creates a connection with the settings that publisher and viewer session share. */
export function createPeerConnection(): RTCPeerConnection {
  // The server carries all media over one transport (RFC 8843), so there is no need to gather candidates for more.
  return new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
}

/**
 * `codecs` with VP8 first and otherwise in their order. Every browser supports VP8, and the server forwards it
 * unchanged; the codecs after it remain as a fallback.
 */
export function preferVp8<Codec extends { mimeType: string }>(codecs: readonly Codec[]): Codec[] {
  const isVp8 = (codec: Codec) => codec.mimeType.toLowerCase() === 'video/vp8';
  return [...codecs.filter(isVp8), ...codecs.filter((codec) => !isVp8(codec))];
}

/** Makes VP8 the first choice of a video transceiver, where the browser allows that. */
export function preferVp8On(transceiver: RTCRtpTransceiver, direction: 'send' | 'receive'): void {
  const side = direction === 'send' ? globalThis.RTCRtpSender : globalThis.RTCRtpReceiver;
  const codecs = side?.getCapabilities?.('video')?.codecs;
  if (codecs === undefined || typeof transceiver.setCodecPreferences !== 'function') return;
  try {
    transceiver.setCodecPreferences(preferVp8(codecs));
  } catch {
    // Some versions of Safari refuse their own list; their default order works as well.
  }
}
