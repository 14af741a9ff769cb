import { enoughKbps, sizeOf } from './quality.ts';

/** True when this browser can send and receive at all. */
export function speaksWebRtc(): boolean {
  return typeof RTCPeerConnection === 'function';
}

/** A new connection with the settings that publisher and watcher share. */
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

/** Sends every track of `stream`, VP8 first; gives the sender of the video, if there is one. */
export function addTracks(connection: RTCPeerConnection, stream: MediaStream): RTCRtpSender | null {
  let videoSender: RTCRtpSender | null = null;
  for (const track of stream.getTracks()) {
    const transceiver = connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
    if (track.kind !== 'video') continue;
    preferVp8On(transceiver, 'send');
    videoSender = transceiver.sender;
  }
  return videoSender;
}

/**
 * Limits what `sender` sends to `maxKbps`, and to less where the picture is not worth as much. Where there is less to
 * be had, a camera's picture becomes coarser and stays smooth; what is to be read stays sharp and moves less.
 */
export async function limitVideo(sender: RTCRtpSender, maxKbps: number): Promise<void> {
  const parameters = sender.getParameters();
  const legible = sender.track?.contentHint === 'detail';
  const size = sender.track && sizeOf(sender.track);
  const kbps = Math.min(maxKbps, size && !legible ? enoughKbps(size) : maxKbps);
  const encodings = parameters.encodings.length > 0 ? parameters.encodings : [{}];
  await sender.setParameters({
    ...parameters,
    encodings: encodings.map((encoding) => ({
      ...encoding,
      ...(Number.isFinite(kbps) && { maxBitrate: kbps * 1_000 }),
    })),
    degradationPreference: legible ? 'maintain-resolution' : 'maintain-framerate',
  });
}
