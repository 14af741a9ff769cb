/** A time in WebVTT, `hh:mm:ss.ttt`: https://www.w3.org/TR/webvtt1/#webvtt-timestamp */
export function vttTime(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  const [hours, minutes, seconds] = [whole / 3_600_000, (whole / 60_000) % 60, (whole / 1_000) % 60].map(Math.floor);
  const two = (value = 0) => String(value).padStart(2, '0');
  return `${two(hours)}:${two(minutes)}:${two(seconds)}.${String(whole % 1_000).padStart(3, '0')}`;
}

/** A text as that of a cue, in one line: a cue ends at an empty line, and `-->` in it would look like a time. */
export function vttText(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
