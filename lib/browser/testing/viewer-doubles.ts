import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Wake } from '../page/page-lifecycle.ts';
import { ViewerCredentials } from '../page/stored-credentials.ts';
import { prepareReception } from '../rtc/reception.ts';
import type { ViewerSessionParts } from '../watch/viewer-session-parts.ts';
import { FakeConnection, FakeSignaling, fakeStorage } from './signaling-doubles.ts';

/** Sets up, around each test of a file, fake timers and the parts of a browser that a viewer session needs. */
export function fakeTheBrowser(): void {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] });
    vi.stubGlobal('RTCPeerConnection', class {});
    vi.stubGlobal('MediaStream', class {});
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}

/**
 * The parts of a viewer session without a browser, and the objects made with them: the sockets, which are connected
 * from the start if `socketConnected`, and the connections. `page` is the page whose lifecycle the session observes.
 */
export function fakeViewerParts({ socketConnected = false } = {}) {
  const sockets: FakeSignaling[] = [];
  const connections: FakeConnection[] = [];
  const page = { visible: true, wake: (_wake: Wake): void => expect.unreachable('the page is not observed') };
  const parts: ViewerSessionParts = {
    observePageLifecycle: (onWake) => {
      page.wake = onWake;
      return { close: () => undefined };
    },
    isPageVisible: () => page.visible,
    credentials: new ViewerCredentials(fakeStorage, fakeStorage),
    backoffMs: () => 100,
    connectSignaling: () => {
      const socket = new FakeSignaling();
      socket.connected = socketConnected;
      sockets.push(socket);
      return socket;
    },
    createReception: () => {
      const connection = new FakeConnection();
      connections.push(connection);
      return prepareReception(connection.asConnection);
    },
  };
  return { parts, sockets, connections, page };
}
