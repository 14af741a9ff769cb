import { isPageVisible, type PageWatch, type Wake, watchPage } from '../page/page-watch.ts';
import { createPeerConnection } from '../rtc/peer-connection.ts';
import { prepareReception, type Reception } from '../rtc/viewer-link.ts';
import { backoffMs } from '../signaling/retry.ts';
import { type Signaling, SignalingClient } from '../signaling/signaling-client.ts';

/** What a watcher is made of; tests give their own. */
export type WatcherParts = {
  connectSignaling: () => Signaling;
  createReception: () => Reception;
  backoffMs: (attempt: number) => number;
  watchPage: (onWake: (wake: Wake) => void) => PageWatch;
  isPageVisible: () => boolean;
};

/** The parts of a real browser. */
export const browserParts: WatcherParts = {
  connectSignaling: () => new SignalingClient(),
  createReception: () => prepareReception(createPeerConnection()),
  backoffMs,
  watchPage,
  isPageVisible,
};
