import { expect, test } from 'vitest';
import { AppError } from '../../errors.ts';
import { FakeSignaling, settle } from '../testing/signaling-doubles.ts';
import { UpcomingDesk } from './upcoming-desk.ts';

const upcoming = { channel: 'math-101', title: 'Math 101', startsAt: 1_000 };
const plan = { key: 'key', channel: 'math-101', title: 'Math 101', startsAt: 1_000 };

async function openDesk() {
  const line = new FakeSignaling();
  const desk = new UpcomingDesk(() => line);
  desk.open();
  line.connect();
  line.last('lobby:follow').answer({ broadcasts: [], upcoming: [] });
  await settle();
  return { desk, line };
}

test('what is announced is known, also when others announce it', async () => {
  const { desk, line } = await openDesk();
  expect(desk.state.get().shows).toEqual([]);
  line.announce('lobby:changed', { broadcasts: [], upcoming: [upcoming] });
  expect(desk.state.get().shows).toMatchObject([upcoming]);
  line.announce('lobby:changed', { broadcasts: [], upcoming: [] });
  expect(desk.state.get().shows).toEqual([]);
});

test('what is asked is under way, and then done or refused', async () => {
  const { desk, line } = await openDesk();
  const announcing = desk.announce(plan);
  expect(desk.state.get().work).toBe('busy');
  await settle();
  line.last('show:announce').answer({ upcoming });
  await announcing;
  expect(desk.state.get().work).toBe('announced');

  const withdrawing = desk.withdraw({ key: 'key', channel: 'math-101' });
  await settle();
  line.last('show:withdraw').refuse(new AppError('wrong-key', 'Not this one.'));
  await withdrawing;
  expect(desk.state.get().work).toMatchObject({ error: { code: 'wrong-key' } });
});

test('a second click while the first is under way asks nothing', async () => {
  const { desk, line } = await openDesk();
  void desk.announce(plan);
  void desk.announce(plan);
  await settle();
  expect(line.count('show:announce')).toBe(1);
});
