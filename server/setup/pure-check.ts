import { createHook } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { afterAll, expect, vi } from 'vitest';

/** How Node names what a pure test does not open: https://nodejs.org/api/async_hooks.html#type */
const foreign: ReadonlySet<string> = new Set(['PROCESSWRAP', 'TCPSERVERWRAP', 'TCPWRAP', 'UDPWRAP', 'WORKER']);
/** It opens sockets without Node, and ends the process when a second thread loads it. */
const nativePeers = /node_datachannel\.node$/;

const opened = new Set<string>();
const watch = createHook({
  init: (_, type) => {
    if (foreign.has(type)) opened.add(type);
  },
}).enable();

// A test that starts nothing takes milliseconds and can run in a thread. One that does not keep to it is moved.
afterAll(() => {
  watch.disable();
  // The next file is run in the same thread.
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  const native = Object.keys(createRequire(import.meta.url).cache).filter((path) => nativePeers.test(path));
  const words = 'a test that opens sockets, starts processes or loads node-datachannel is called *.integration.test.ts';
  expect([...opened, ...native], words).toEqual([]);
});
