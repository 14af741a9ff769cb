/** Speech is filtered and mono; music is stereo and left as the microphone hears it. */
export const soundModes = ['speech', 'music'] as const;

/** A mode out of {@link soundModes}. */
export type SoundMode = (typeof soundModes)[number];

/**
 * The Opus bitrate of each mode, in kbit/s (RFC 7587 §3.1.1). 48 is ample for one voice in full band; 128 is where
 * listeners stop telling stereo music from its source.
 */
const opusKbps: Readonly<Record<SoundMode, number>> = { speech: 48, music: 128 };

/** The processing and the channels of a microphone. All of them are preferences: a mono microphone stays mono. */
export function microphoneConstraints(mode: SoundMode): MediaTrackConstraints {
  const processed = mode === 'speech';
  return {
    echoCancellation: processed,
    noiseSuppression: processed,
    autoGainControl: processed,
    channelCount: { ideal: processed ? 1 : 2 },
  };
}

/**
 * Switches a running microphone to `mode`.
 * @returns false when the browser cannot do so without opening the device again, as Chromium cannot
 */
export async function switchMicrophone(track: MediaStreamTrack, mode: SoundMode): Promise<boolean> {
  const wanted = microphoneConstraints(mode);
  try {
    await track.applyConstraints(wanted);
  } catch {
    return false;
  }
  const settings = track.getSettings();
  return (['echoCancellation', 'noiseSuppression', 'autoGainControl'] as const).every(
    (name) => settings[name] === undefined || settings[name] === wanted[name],
  );
}

/** Marks `track` so that the encoder's bitrate suits it, see {@link opusKbpsFor}. */
export function markSound(track: MediaStreamTrack, mode: SoundMode): void {
  track.contentHint = mode;
}

/** The Opus bitrate that a track is worth, in kbit/s; an unmarked track is speech. */
export function opusKbpsFor(track: MediaStreamTrack): number {
  return opusKbps[soundModeFrom(track.contentHint)];
}

/** A stored mode, or speech where there is none. */
export function soundModeFrom(value: unknown): SoundMode {
  return soundModes.find((mode) => mode === value) ?? 'speech';
}
