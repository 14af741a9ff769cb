import { createHook } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { afterAll, expect, vi } from 'vitest';

/** Resource types that a pure test must not create: https://nodejs.org/api/async_hooks.html#type */
const foreign: ReadonlySet<string> = new Set(['PROCESSWRAP', 'TCPSERVERWRAP', 'TCPWRAP', 'UDPWRAP', 'WORKER']);
/** Opens sockets that Node cannot see, and crashes the process when a second thread loads it. */
const nodeDataChannel = /node_datachannel\.node$/;

const opened = new Set<string>();
const watch = createHook({
  init: (_, type) => {
    if (foreign.has(type)) opened.add(type);
  },
}).enable();

// Pure tests take milliseconds and share threads. A test that opens more than that belongs with the integration tests.
afterAll(() => {
  watch.disable();
  // The next test file runs in the same thread.
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  const loaded = Object.keys(createRequire(import.meta.url).cache).filter((path) => nodeDataChannel.test(path));
  const rule =
    'a test that opens sockets, starts processes or loads node-datachannel must be named *.integration.test.ts';
  expect([...opened, ...loaded], rule).toEqual([]);
});
