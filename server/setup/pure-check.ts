import { createHook } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { afterAll, expect } from 'vitest';

/** How Node names what a pure test must not open: https://nodejs.org/api/async_hooks.html#type */
const foreign = new Set(['PROCESSWRAP', 'TCPSERVERWRAP', 'TCPWRAP', 'UDPWRAP', 'WORKER']);

const opened = new Set<string>();
createHook({
  init: (_, type) => {
    if (foreign.has(type)) opened.add(type);
  },
}).enable();

// A test that starts nothing can run in a thread, and takes milliseconds. One that does not keep to it is moved.
afterAll(() => {
  const native = Object.keys(createRequire(import.meta.url).cache).filter((path) => path.endsWith('.node'));
  const found = [...opened, ...native.map((path) => path.replace(/.*node_modules\//, ''))];
  expect(
    found,
    'A test that opens sockets, starts processes or loads native code is called *.integration.test.ts',
  ).toEqual([]);
});
