import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import type { Recording } from '../../recording.ts';
import { PastShows } from './past-shows.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const recording = (id: string, changes: Partial<Recording> = {}): Recording => ({
  id,
  channel: 'math-101',
  title: id,
  startedAt: 1,
  durationMs: 1_000,
  sizeBytes: 1,
  codecs: [],
  contentType: 'video/webm',
  state: 'ready',
  failure: null,
  visibility: 'public',
  isKept: false,
  deletedAt: null,
  ...changes,
});

function setUp(list: Recording[] | AppError) {
  const server = { list, asked: 0 };
  const past = new PastShows('math-101', async () => {
    server.asked += 1;
    if (server.list instanceof AppError) throw server.list;
    return server.list;
  });
  past.open();
  const follow = async (moment: 'on' | 'off' | 'closed') => {
    past.follow(moment);
    await vi.advanceTimersByTimeAsync(0);
  };
  return { past, server, follow, shown: () => past.state.get().map(({ id }) => id) };
}

it('are the finished recordings of the channel', async () => {
  const others = [recording('b', { channel: 'physics' }), recording('c', { state: 'failed' })];
  const { follow, shown } = setUp([recording('a'), ...others, recording('d', { state: 'recording' })]);
  await follow('off');
  expect(shown()).toEqual(['a']);
});

it('are not read again when a show begins, nor while it grows, and include it soon after its end', async () => {
  const { follow, server, shown } = setUp([recording('a')]);
  await follow('off');
  await follow('on');
  server.list = [recording('b', { state: 'recording' }), recording('a')];
  await vi.advanceTimersByTimeAsync(600_000);
  expect(server.asked).toBe(1);
  await follow('off');
  expect(shown()).toEqual(['a']);
  server.list = [recording('b'), recording('a')];
  await vi.advanceTimersByTimeAsync(4_000);
  expect(shown()).toEqual(['b', 'a']);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(server.asked).toBe(3);
});

it('are none where the list is not for everyone, and the server is not asked over and over', async () => {
  const { follow, server, shown } = setUp(new AppError('presenters-only', 'For presenters.'));
  await follow('off');
  await vi.advanceTimersByTimeAsync(600_000);
  expect(shown()).toEqual([]);
  expect(server.asked).toBe(1);
});

it('are read again once the viewer was let in', async () => {
  const { follow, server, shown } = setUp([]);
  await follow('closed');
  server.list = [recording('a')];
  await follow('off');
  expect(shown()).toEqual(['a']);
});
