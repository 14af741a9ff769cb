import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { broadcastView, FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { Lobby } from './lobby.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const lines: FakeSignaling[] = [];
  const lobby = new Lobby(() => {
    const line = new FakeSignaling();
    lines.push(line);
    return line;
  });
  lobby.open();
  const line = () => lines.at(-1) ?? expect.unreachable('no line was opened');
  return { lobby, lines, line };
}

test('its socket goes on with whoever leaves for a channel, and the lobby hears no more of it', async () => {
  const { lobby, lines, line } = setUp();
  line().connect();
  line()
    .last('lobby:follow')
    .answer({ broadcasts: [broadcastView()], upcoming: [] });
  await settle();
  expect(lobby.handOver()).toBe(line());
  line().announce('lobby:changed', { broadcasts: [], upcoming: [] });
  line().connect();
  lobby.close();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(lines.map(({ closed }) => closed)).toEqual([false]);
  expect(line().count('lobby:follow')).toBe(1);
  expect(lobby.state.get().broadcasts).toHaveLength(1);
});

test('a lobby that stays open after all opens another socket', async () => {
  const { lobby, lines, line } = setUp();
  line().connect();
  lobby.handOver();
  expect(lobby.handOver()).toBeNull();
  await vi.advanceTimersByTimeAsync(10_000);
  line().connect();
  expect(lines).toHaveLength(2);
  expect(line().count('lobby:follow')).toBe(1);
});

test('a socket that does not stand is not handed over', () => {
  const { lobby, line } = setUp();
  expect(lobby.handOver()).toBeNull();
  lobby.close();
  expect(line().closed).toBe(true);
});
