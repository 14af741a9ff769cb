import { preferVp8On } from './peer-connection.ts';
import { enoughKbps, sizeOf } from './quality.ts';
import { opusKbpsFor } from './sound-mode.ts';

/*
 * Apart from what viewers need as well: a module of theirs is loaded whole, whatever they use of it.
 */

/** Sends every track of `stream`, VP8 first. */
export function addTracks(connection: RTCPeerConnection, stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    const transceiver = connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
    if (track.kind === 'video') preferVp8On(transceiver, 'send');
  }
}

/**
 * Adapts the encoders of `senders` to their tracks; `maxVideoKbps` is the most that is to be sent of the picture, which
 * keeps its size if `keepsSize`. Without effect on a sender that has no track, or that the browser does not let us
 * adapt.
 */
export async function adaptSenders(
  senders: readonly RTCRtpSender[],
  maxVideoKbps: number,
  keepsSize = false,
): Promise<void> {
  for (const sender of senders) {
    const adapting = sender.track?.kind === 'video' ? limitVideo(sender, maxVideoKbps, keepsSize) : limitSound(sender);
    await adapting.catch(() => undefined);
  }
}

/** Gives `sender` the bitrate that its sound is worth. */
async function limitSound(sender: RTCRtpSender): Promise<void> {
  if (sender.track === null) return;
  const maxBitrate = opusKbpsFor(sender.track) * 1_000;
  const parameters = sender.getParameters();
  const encodings = parameters.encodings.map((encoding) => ({ ...encoding, maxBitrate }));
  await sender.setParameters({ ...parameters, encodings });
}

/**
 * Limits what `sender` sends to `maxKbps`, and to less where the picture is not worth as much. Where there is less to
 * be had, a camera's picture becomes smaller and stays smooth; what is to be read keeps its size and moves less, and so
 * does everything if `keepsSize`.
 */
export async function limitVideo(sender: RTCRtpSender, maxKbps: number, keepsSize = false): Promise<void> {
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
    degradationPreference: legible || keepsSize ? 'maintain-resolution' : 'maintain-framerate',
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
