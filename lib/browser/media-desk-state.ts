import type { ErrorBody } from '../errors.ts';
import type { DeviceKind, InputChoice } from './local-media.ts';
import type { MediaPlan, Source } from './media-plan.ts';
import type { PictureSize } from './quality.ts';

/** Something that happened to what is sent, and that the presenter has to know. */
export type MediaNotice =
  /** A device was unplugged. `instead` is the one that is used now, if there is one. */
  | { type: 'gone'; kind: DeviceKind; name: string; instead: string | null }
  /** The browser's own button ended the sharing. */
  | { type: 'screen-ended' }
  | { type: 'screen-failed' }
  /** Another device was chosen and cannot be had; the one before goes on. */
  | { type: 'device-failed'; error: ErrorBody }
  /** These are wanted, and the show goes on without them. */
  | { type: 'without'; devices: readonly MissingDevice[] };

/**
 * A device that is wanted and cannot be had. `lost` when there was one until another one was tried, which cannot be
 * had again.
 */
export type MissingDevice = {
  kind: DeviceKind;
  wanted: InputChoice;
  error: ErrorBody;
  standing: 'never had' | 'lost';
};

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
