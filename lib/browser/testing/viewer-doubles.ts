import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Wake } from '../page/page-lifecycle.ts';
import { prepareReception } from '../rtc/viewer-link.ts';
import type { ViewerSessionParts } from '../watch/viewer-session-parts.ts';
import { FakeConnection, FakeSignaling } from './signaling-doubles.ts';

/** Around each test of a file: a time that stands still, and what of a browser a viewer session asks for. */
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
 * What a viewer session is made of, without a browser, and what it made with it: its sockets, which stand from the
 * beginning on if `socketConnected`, and its connections. `page` is the page whose lifecycle it observes.
 */
export function fakeViewerParts({ socketConnected = false } = {}) {
  const sockets: FakeSignaling[] = [];
  const connections: FakeConnection[] = [];
  const page = { visible: true, wake: (_wake: Wake): void => expect.unreachable('nobody observes the page') };
  const parts: ViewerSessionParts = {
    observePageLifecycle: (onWake) => {
      page.wake = onWake;
      return { close: () => undefined };
    },
    isPageVisible: () => page.visible,
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
