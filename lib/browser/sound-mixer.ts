/** Several sounds as one track. */
export type MixedSound = { track: MediaStreamTrack; close: () => void };

/** Mixes `tracks` in stereo, so that the microphone and the sound of what is shared are both heard. */
export function mixSound(tracks: readonly MediaStreamTrack[]): MixedSound | null {
  const context = new AudioContext();
  const output = new MediaStreamAudioDestinationNode(context, { channelCount: 2 });
  for (const track of tracks) context.createMediaStreamSource(new MediaStream([track])).connect(output);
  // Who shares a screen has clicked on it, so that the browser lets it sound.
  context.resume().catch(() => undefined);
  const [track] = output.stream.getAudioTracks();
  if (track === undefined) return null;
  return {
    track,
    close: () => {
      track.stop();
      context.close().catch(() => undefined);
    },
  };
}
