import { defaultQuality, type Quality } from '../rtc/quality.ts';
import type { SoundMode } from '../rtc/sound-mode.ts';
import type { MediaChoice } from './local-media.ts';
import { type Corner, corners } from './picture-layout.ts';

/** The sources of the picture: a camera, a screen (or a window, or a tab), or a screen with the camera in a corner. */
export const sources = ['camera', 'screen', 'both'] as const;
/** A source from {@link sources}. */
export type Source = (typeof sources)[number];

/** All choices that determine what is sent. */
export type MediaPlan = MediaChoice & { source: Source; corner: Corner; quality: Quality; sound: SoundMode };

/** A change to a plan; fields that are left out stay as they are. */
export type MediaRequest = Partial<MediaPlan>;

/** The plan of a presenter who has not chosen anything yet. */
export const defaultPlan: MediaPlan = {
  camera: 'any',
  microphone: 'any',
  source: 'camera',
  corner: 'bottom-right',
  quality: defaultQuality,
  sound: 'speech',
};

/** A stored corner; the default if `value` is none. */
export function cornerFrom(value: unknown): Corner {
  return corners.find((corner) => corner === value) ?? defaultPlan.corner;
}

/** A stored source; the default if `value` is none. */
export function sourceFrom(value: unknown): Source {
  return sources.find((source) => source === value) ?? defaultPlan.source;
}
