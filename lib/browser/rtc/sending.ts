import { preferVp8On } from './peer-connection.ts';
import { enoughKbps, sizeOf } from './quality.ts';
import { opusKbpsFor } from './sound-mode.ts';

/*
 * Separate from the code that viewers need as well, because a module is loaded whole, whatever they use of it.
 */

/** Sends every track of `stream`, VP8 first. */
export function addTracks(connection: RTCPeerConnection, stream: MediaStream): void {
  for (const track of stream.getTracks()) {
    const transceiver = connection.addTransceiver(track, { direction: 'sendonly', streams: [stream] });
    if (track.kind === 'video') preferVp8On(transceiver, 'send');
  }
}

/**
 * Adapts the encoders of `senders` to their tracks. `maxVideoKbps` is the maximum bitrate of the picture, which keeps
 * its size if `keepsSize`. Has no effect on a sender without a track, or one that the browser does not let us adapt.
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

/** Limits `sender` to the bitrate that suits its sound. */
async function limitSound(sender: RTCRtpSender): Promise<void> {
  if (sender.track === null) return;
  await adaptEncodings(sender, { maxBitrate: opusKbpsFor(sender.track) * 1_000 });
}

/** Changes every encoding of `sender`. Rejects if the browser does not allow it. */
export async function adaptEncodings(sender: RTCRtpSender, change: Partial<RTCRtpEncodingParameters>): Promise<void> {
  const parameters = sender.getParameters();
  const encodings = parameters.encodings.map((encoding) => ({ ...encoding, ...change }));
  await sender.setParameters({ ...parameters, encodings });
}

/**
 * Limits `sender` to `maxKbps`, and to less where the picture does not need as much. If less bandwidth is available, a
 * camera's picture becomes smaller and stays smooth. A picture that must be legible keeps its size and drops frames,
 * and so does any picture if `keepsSize`.
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
 * Replaces the tracks of `senders` with the tracks of `stream` of the same kinds, without a negotiation. False if
 * `stream` has other kinds of tracks than the senders: then nothing is changed.
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
