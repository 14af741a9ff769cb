import { preferVp8On } from './peer-connection.ts';
import { enoughKbps, sizeOf } from './quality.ts';

/*
 * Apart from what viewers need as well: a module of theirs is loaded whole, whatever they use of it.
 */

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

/**
 * Lets `senders` send the tracks of `stream` in place of those of the same kind, without a negotiation. False when
 * there are others than they were made for: then they are left as they are.
 */
export async function replaceTracks(senders: readonly RTCRtpSender[], stream: MediaStream): Promise<boolean> {
  const tracks = stream.getTracks();
  const pairs = tracks.map((track) => ({ track, sender: senders.find((one) => one.track?.kind === track.kind) }));
  if (tracks.length !== senders.length) return false;
  for (const { track, sender } of pairs) {
    if (sender === undefined) return false;
    await sender.replaceTrack(track);
  }
  return true;
}
