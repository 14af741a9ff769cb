import { expect, test } from 'vitest';
import { ServerClock } from './server-clock.ts';

const noon = Date.UTC(2026, 10, 27, 12);

/** A device whose clock is wrong by `wrongMs`, and a server; both count from the same moment. */
function setUp(wrongMs = 0) {
  const time = { steadyMs: 5_000, timeOfDayMs: noon + wrongMs, serverMs: noon };
  const clock = new ServerClock({ steadyMs: () => time.steadyMs, timeOfDayMs: () => time.timeOfDayMs });
  const pass = (ms: number) => {
    time.steadyMs += ms;
    time.timeOfDayMs += ms;
    time.serverMs += ms;
  };
  /** The device sleeps: its steady clock stops. */
  const sleep = (ms: number) => {
    time.timeOfDayMs += ms;
    time.serverMs += ms;
  };
  /** Asks the server, which takes `workMs` to reply; the request takes `thereMs` and the reply `backMs`. */
  const ask = (thereMs: number, backMs: number, workMs = 0) => {
    const sentAt = time.steadyMs;
    pass(thereMs);
    const receivedAt = time.serverMs;
    pass(workMs);
    const repliedAt = time.serverMs;
    pass(backMs);
    clock.update({ sentAt, answeredAt: time.steadyMs }, { receivedAt, repliedAt });
  };
  const wrongBy = () => (clock.now() ?? Number.NaN) - time.serverMs;
  return { clock, time, pass, sleep, ask, wrongBy };
}

const hours = (count: number) => count * 3_600_000;

test('nothing is known before the server has answered', () => {
  expect(setUp().clock.now()).toBeNull();
  expect(setUp().clock.isDue()).toBe(true);
});

test.each([
  ['two hours behind', -hours(2)],
  ['three days ahead', hours(72)],
])('a device whose clock is %s shows the time of the server', (_, wrongMs) => {
  const { ask, pass, wrongBy } = setUp(wrongMs);
  ask(40, 40);
  expect(wrongBy()).toBe(0);
  pass(hours(5));
  expect(wrongBy()).toBe(0);
});

test('it is wrong by at most half of the round trip, and the time that the server takes does not count', () => {
  const { ask, wrongBy } = setUp();
  ask(100, 20, 3_000);
  expect(Math.abs(wrongBy())).toBeLessThanOrEqual(60);
});

test('a better exchange refines it, and a worse one is ignored', () => {
  const { ask, pass, wrongBy } = setUp();
  ask(900, 100);
  expect(wrongBy()).toBe(400);
  pass(1_000);
  ask(10, 10);
  expect(wrongBy()).toBe(0);
  pass(1_000);
  ask(30, 2_000);
  expect(wrongBy()).toBe(0);
});

test('setting the device’s clock during the show changes nothing, and is a reason to ask again', () => {
  const { clock, time, ask, wrongBy } = setUp();
  ask(20, 20);
  expect(clock.isDue()).toBe(false);
  time.timeOfDayMs += hours(3);
  expect(wrongBy()).toBe(0);
  expect(clock.isDue()).toBe(true);
  ask(20, 20);
  expect(wrongBy()).toBe(0);
  expect(clock.isDue()).toBe(false);
});

test('after a sleep, in which the steady clock stopped, the next reply corrects it, however slow it is', () => {
  const { clock, sleep, ask, wrongBy } = setUp();
  ask(5, 5);
  sleep(hours(1));
  expect(clock.isDue()).toBe(true);
  ask(400, 400);
  expect(wrongBy()).toBe(0);
  expect(clock.isDue()).toBe(false);
});

test('an old exchange is replaced by a new one that is not much worse, because clocks drift', () => {
  const { clock, time, pass, ask, wrongBy } = setUp();
  ask(5, 5);
  pass(hours(1));
  expect(clock.isDue()).toBe(true);
  time.serverMs += 250;
  ask(20, 20);
  expect(wrongBy()).toBe(0);
});
