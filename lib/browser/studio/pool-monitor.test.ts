import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PoolMonitor } from './pool-monitor.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const member = (id: string, drain = 'none') => ({ id, drain });

/** A server that answers with what the test says. */
function setUp() {
  const asked: string[] = [];
  const answers: { status: number; body: unknown }[] = [];
  let answer = { status: 200, body: { members: [member('a')] } as unknown };
  const monitor = new PoolMonitor('the key', async (path, init) => {
    asked.push(`${init.method} ${path} ${new Headers(init.headers).get('authorization')}`);
    const { status, body } = answers.shift() ?? answer;
    return new Response(JSON.stringify(body), { status });
  });
  const say = (status: number, body: unknown) => {
    answer = { status, body };
  };
  monitor.open();
  return {
    monitor,
    asked,
    say,
    settle: () => vi.advanceTimersByTimeAsync(0),
    later: () => vi.advanceTimersByTimeAsync(2_000),
  };
}

it('shows the media servers, and looks again every two seconds until it is closed', async () => {
  const { monitor, asked, say, settle, later } = setUp();
  await settle();
  expect(monitor.state.get().members).toEqual([member('a')]);
  say(200, { members: [member('a'), member('b')] });
  await later();
  expect(monitor.state.get().members).toEqual([member('a'), member('b')]);
  monitor.close();
  await later();
  expect(asked).toEqual(['GET /api/pool Bearer the key', 'GET /api/pool Bearer the key']);
});

it('drains a media server, and shows at once what the server answers', async () => {
  const { monitor, asked, say, settle } = setUp();
  await settle();
  say(200, { members: [member('a', 'draining')] });
  const changing = monitor.change('a', 'drain');
  expect(monitor.state.get().changing).toBe('a');
  await changing;
  expect(asked.at(-1)).toBe('POST /api/pool/a/drain Bearer the key');
  expect(monitor.state.get()).toMatchObject({ changing: null, members: [member('a', 'draining')] });
});

it('keeps what it knows after a failure, tells of that, and goes on', async () => {
  const { monitor, say, settle, later } = setUp();
  await settle();
  say(409, { error: { code: 'last-media-server', message: 'No other one.' } });
  await monitor.change('a', 'drain');
  expect(monitor.state.get()).toMatchObject({ members: [member('a')], problem: { code: 'last-media-server' } });
  say(200, { members: [member('a')] });
  await later();
  expect(monitor.state.get().problem).toBeNull();
});

it('knows that there is only one media server', async () => {
  const { monitor, say, settle, later } = setUp();
  say(404, { error: { code: 'no-pool', message: '' } });
  await settle();
  await later();
  expect(monitor.state.get()).toMatchObject({ isSingle: true, members: null, problem: null });
});
