import { isPageVisible, observePageLifecycle, type PageLifecycle, type Wake } from '../page/page-lifecycle.ts';
import { type ViewerCredentials, viewerCredentials } from '../page/stored-credentials.ts';
import { createPeerConnection } from '../rtc/peer-connection.ts';
import { prepareReception, type Reception } from '../rtc/reception.ts';
import { backoffMs } from '../signaling/retry.ts';
import { type Signaling, SignalingClient } from '../signaling/signaling-client.ts';

/** The parts of a viewer session; tests pass their own. */
export type ViewerSessionParts = {
  connectSignaling: () => Signaling;
  createReception: () => Reception;
  backoffMs: (attempt: number) => number;
  observePageLifecycle: (onWake: (wake: Wake) => void) => PageLifecycle;
  isPageVisible: () => boolean;
  credentials: Pick<ViewerCredentials, 'find' | 'keepLink'>;
};

/** The parts that a real browser uses. */
export const browserParts: ViewerSessionParts = {
  connectSignaling: () => new SignalingClient(),
  createReception: () => prepareReception(createPeerConnection()),
  backoffMs,
  observePageLifecycle,
  isPageVisible,
  credentials: viewerCredentials,
};
