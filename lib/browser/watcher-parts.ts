import { isPageVisible, type PageWatch, type Wake, watchPage } from './page-watch.ts';
import { createPeerConnection } from './peer-connection.ts';
import { backoffMs } from './retry.ts';
import { type Signaling, SignalingClient } from './signaling-client.ts';
import { prepareReception, type Reception } from './viewer-link.ts';

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
