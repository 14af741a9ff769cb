import { beforeEach, expect, test, vi } from 'vitest';
import { openLogger } from '../logger.ts';
import { FormerPipelines } from './former-pipelines.ts';

const goOnMs = 30_000;
const show = { id: 'b1', channel: 'math' };

beforeEach(() => {
  vi.useFakeTimers();
  return () => void vi.useRealTimers();
});

function setUp() {
  const released: string[] = [];
  const former = new FormerPipelines({
    find: async (broadcastId) => ({
      count: 1,
      release: async () => released.push(broadcastId),
    }),
    logger: openLogger('silent'),
  });
  return { former, released };
}

test('what a lost web server has left is released at once', async () => {
  const { former, released } = setUp();
  await former.release({ ...show, isFlowing: false });
  expect(released).toEqual(['b1']);
});

test('links of a web server that stopped in order go on for half a minute', async () => {
  const { former, released } = setUp();
  await former.release({ ...show, isFlowing: true });
  await vi.advanceTimersByTimeAsync(goOnMs - 1);
  expect(released).toEqual([]);
  await vi.advanceTimersByTimeAsync(1);
  expect(released).toEqual(['b1']);
  former.releaseNow('math');
  expect(released).toEqual(['b1']);
});

test('they end with their show', async () => {
  const { former, released } = setUp();
  await former.release({ ...show, isFlowing: true });
  former.releaseNow('music');
  expect(released).toEqual([]);
  former.releaseNow('math');
  expect(released).toEqual(['b1']);
  await vi.advanceTimersByTimeAsync(2 * goOnMs);
  expect(released).toEqual(['b1']);
});

test('they are left to whoever has the channel next', async () => {
  const { former, released } = setUp();
  await former.release({ ...show, isFlowing: true });
  await former.release({ id: 'b2', channel: 'music', isFlowing: true });
  former.forget('math');
  former.close();
  await vi.advanceTimersByTimeAsync(2 * goOnMs);
  expect(released).toEqual([]);
});
