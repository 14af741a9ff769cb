import { expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import { KeyGuard } from './key-guard.ts';

function setUp() {
  const clock = { now: 1_000_000 };
  const guard = new KeyGuard({ now: () => clock.now });
  let compared = 0;
  const guess = (address: string, isRight = false, session?: string) => {
    try {
      const visitor = session === undefined ? { address } : { address, session };
      const attempt = guard.begin(visitor);
      compared += 1;
      if (isRight) attempt.succeeded();
      return isRight;
    } catch (error) {
      return error instanceof AppError ? error.code : error;
    }
  };
  return { clock, guard, guess, compared: () => compared };
}

it('compares few of 10,000 guesses in an hour, with pauses that grow to a minute', () => {
  const { clock, guess, compared } = setUp();
  for (let index = 0; index < 10_000; index++) {
    guess('203.0.113.7');
    clock.now += 360;
  }
  expect(compared()).toBeGreaterThan(10);
  expect(compared()).toBeLessThan(80);
});

it('lets ten wrong keys pass without a pause, and says how long the pause is', () => {
  const { clock, guard, guess } = setUp();
  for (let index = 0; index < 10; index++) expect(guess('a')).toBe(false);
  expect(guess('a')).toBe(false);
  expect(() => guard.begin({ address: 'a' })).toThrow('again in 1 s');
  clock.now += 1_000;
  expect(guess('a')).toBe(false);
  expect(() => guard.begin({ address: 'a' })).toThrow('again in 2 s');
});

it('does not make other addresses wait, nor a socket that was right before', () => {
  const { guess } = setUp();
  expect(guess('a', true, 'presenter')).toBe(true);
  for (let index = 0; index < 50; index++) guess('a');
  expect(guess('a', true)).toBe('too-many-requests');
  expect(guess('a', true, 'newcomer')).toBe('too-many-requests');
  expect(guess('a', true, 'presenter')).toBe(true);
  expect(guess('b', true)).toBe(true);
});

it('limits a socket that was right before, too', () => {
  const { guess, compared } = setUp();
  guess('a', true, 'presenter');
  for (let index = 0; index < 1_000; index++) guess('a', false, 'presenter');
  expect(compared()).toBeLessThan(15);
});

it('does not forget failures because of a success, but after a quarter of an hour', () => {
  const { clock, guess } = setUp();
  for (let index = 0; index < 10; index++) {
    expect(guess('a')).toBe(false);
    expect(guess('a', true)).toBe(true);
  }
  expect(guess('a')).toBe(false);
  expect(guess('a', true)).toBe('too-many-requests');
  clock.now += 15 * 60_000;
  for (let index = 0; index < 10; index++) expect(guess('a')).toBe(false);
  expect(guess('a', true)).toBe(true);
});

it('counts attempts that are still being checked, so that many at once gain nothing', () => {
  const { guard, guess } = setUp();
  const attempts = Array.from({ length: 11 }, () => guard.begin({ address: 'a' }));
  expect(() => guard.begin({ address: 'a' })).toThrow(AppError);
  for (const attempt of attempts) attempt.succeeded();
  expect(guess('a')).toBe(false);
});
