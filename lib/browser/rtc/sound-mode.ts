/** The sound modes: speech is processed and mono; music is stereo and unprocessed. */
export const soundModes = ['speech', 'music'] as const;

/** A mode from {@link soundModes}. */
export type SoundMode = (typeof soundModes)[number];

/**
 * The Opus bitrate of each mode, in kbit/s (RFC 7587 §3.1.1). 48 is ample for one full-band voice; at 128, listeners
 * can no longer tell stereo music from its source.
 */
const opusKbps: Readonly<Record<SoundMode, number>> = { speech: 48, music: 128 };
/** The same for the light sound: a voice remains clear, in wide band, and music bearable. */
const lightOpusKbps: Readonly<Record<SoundMode, number>> = { speech: 20, music: 32 };

/** The processing and channels of a microphone. All of them are preferences: a mono microphone stays mono. */
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
 * @returns false if the browser cannot do so without opening the device again; Chromium cannot
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

/** Marks `track` with its mode, so that the encoder's bitrate suits it; see {@link opusKbpsFor}. */
export function markSound(track: MediaStreamTrack, mode: SoundMode): void {
  track.contentHint = mode;
}

/** The Opus bitrate for a track, in kbit/s; an unmarked track counts as speech. */
export function opusKbpsFor(track: MediaStreamTrack): number {
  return opusKbps[soundModeFrom(track.contentHint)];
}

/** The Opus bitrate of the light sound for a track, in kbit/s. */
export function lightOpusKbpsFor(track: MediaStreamTrack): number {
  return lightOpusKbps[soundModeFrom(track.contentHint)];
}

/** A stored mode; speech if `value` is none. */
export function soundModeFrom(value: unknown): SoundMode {
  return soundModes.find((mode) => mode === value) ?? 'speech';
}
