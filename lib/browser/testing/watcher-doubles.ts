import { afterEach, beforeEach, expect, vi } from 'vitest';
import type { Wake } from '../page/page-watch.ts';
import { prepareReception } from '../rtc/viewer-link.ts';
import type { WatcherParts } from '../watch/watcher-parts.ts';
import { FakeConnection, FakeSignaling } from './signaling-doubles.ts';

/** Around each test of a file: a time that stands still, and what of a browser a watcher asks for. */
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
 * What a watcher is made of, without a browser, and what it made with it: its lines, which stand from the beginning on
 * if `lineStands`, and its connections. `page` is the page that it watches.
 */
export function fakeWatcherParts({ lineStands = false } = {}) {
  const lines: FakeSignaling[] = [];
  const connections: FakeConnection[] = [];
  const page = { visible: true, wake: (_wake: Wake): void => expect.unreachable('nobody watches the page') };
  const parts: WatcherParts = {
    watchPage: (onWake) => {
      page.wake = onWake;
      return { close: () => undefined };
    },
    isPageVisible: () => page.visible,
    backoffMs: () => 100,
    connectSignaling: () => {
      const line = new FakeSignaling();
      line.connected = lineStands;
      lines.push(line);
      return line;
    },
    createReception: () => {
      const connection = new FakeConnection();
      connections.push(connection);
      return prepareReception(connection.asConnection);
    },
  };
  return { parts, lines, connections, page };
}
