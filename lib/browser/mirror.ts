/** Cameras that do not look at their owner, by what they are called. */
const looksAway = /\b(back|rear|environment|capture|hdmi|virtual|obs)\b|후면/i;

/** True when `track` shows a screen, with the camera or without it. Its hint tells encoders the same. */
export function showsScreen(track: MediaStreamTrack | undefined): boolean {
  return track?.contentHint === 'detail';
}

/** True for a camera that faces the presenter, who expects a mirror; never for a screen, whose letters would be turned. */
export function isMirrored(track: MediaStreamTrack): boolean {
  if (showsScreen(track)) return false;
  const { facingMode } = track.getSettings();
  if (facingMode !== undefined && facingMode !== '') return facingMode === 'user';
  return !looksAway.test(track.label);
}
