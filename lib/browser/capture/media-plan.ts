import { defaultQuality, type Quality } from '../rtc/quality.ts';
import type { SoundMode } from '../rtc/sound-mode.ts';
import type { MediaChoice } from './local-media.ts';
import { type Corner, corners } from './picture-layout.ts';

/** Where the picture comes from: a camera, a screen (or a window, or a tab), or a screen with the camera in a corner. */
export const sources = ['camera', 'screen', 'both'] as const;
/** A source out of {@link sources}. */
export type Source = (typeof sources)[number];

/** Everything that decides what is sent. */
export type MediaPlan = MediaChoice & { source: Source; corner: Corner; quality: Quality; sound: SoundMode };

/** What is to be different; what it leaves out stays as it is. */
export type MediaRequest = Partial<MediaPlan>;

/** What is sent by somebody who has not chosen anything yet. */
export const defaultPlan: MediaPlan = {
  camera: 'any',
  microphone: 'any',
  source: 'camera',
  corner: 'bottom-right',
  quality: defaultQuality,
  sound: 'speech',
};

/** What was kept of a corner, where it still is one. */
export function cornerFrom(value: unknown): Corner {
  return corners.find((corner) => corner === value) ?? defaultPlan.corner;
}

/** What was kept of a source, where it still is one. */
export function sourceFrom(value: unknown): Source {
  return sources.find((source) => source === value) ?? defaultPlan.source;
}
