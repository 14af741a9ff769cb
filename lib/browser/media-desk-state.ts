import type { ErrorBody } from '../errors.ts';
import type { MediaPlan, Source } from './media-plan.ts';
import type { PictureSize } from './quality.ts';

/** Something that happened to what is sent, and that the presenter has to know. */
export type MediaNotice =
  /** A device was unplugged. `instead` is the one that is used now, if there is one. */
  | { type: 'gone'; kind: 'camera' | 'microphone'; name: string; instead: string | null }
  /** The browser's own button ended the sharing. */
  | { type: 'screen-ended' }
  | { type: 'screen-failed' }
  | { type: 'device-failed'; error: ErrorBody };

/** What a desk tells of itself. */
export type MediaDeskState = {
  /** What is sent; before anything is, what is wanted. */
  plan: MediaPlan;
  /** The picture's size, where it is known. */
  size: PictureSize | null;
  /** The microphone alone, for its meter; `null` while there is none. */
  microphone: MediaStream | null;
  notice: MediaNotice | null;
  /** A screen was shown last time. Sharing it again takes a click, because the browser asks which one. */
  suggested: Exclude<Source, 'camera'> | null;
};
