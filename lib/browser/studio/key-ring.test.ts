import { expect, test } from 'vitest';
import { AppError } from '../../errors.ts';
import { settle } from '../testing/signaling-doubles.ts';
import { KeyRing } from './key-ring.ts';

const anna = { id: 'a', name: 'Anna', channels: 'all', createdAt: 1 } as const;
const ben = { id: 'b', name: 'Ben', channels: ['math-101'], createdAt: 2 } as const;

/** A key ring whose server answers with `answers`, by request; a missing answer is a refusal. */
function ringWith(answers: Record<string, unknown>) {
  const asked: [string, unknown][] = [];
  const ring = new KeyRing('owner key', (async (name: string, body: unknown) => {
    asked.push([name, body]);
    if (!(name in answers)) throw new AppError('owner-only', 'No.');
    return answers[name];
  }) as never);
  return { ring, asked };
}

test('lists the keys, adds a new one with its text, and drops a revoked one', async () => {
  const { ring, asked } = ringWith({
    'keys:list': { keys: [anna] },
    'keys:make': { key: ben, text: 'rk_secret' },
    'keys:revoke': {},
  });
  ring.open();
  await settle();
  expect(ring.state.get()).toEqual({ keys: [anna], made: null, work: 'none' });
  await ring.make('Ben', ['math-101']);
  expect(ring.state.get()).toMatchObject({ keys: [anna, ben], made: { text: 'rk_secret' } });
  await ring.revoke('a');
  expect(ring.state.get()).toMatchObject({ keys: [ben], made: { text: 'rk_secret' } });
  await ring.revoke('b');
  expect(ring.state.get()).toMatchObject({ keys: [], made: null });
  expect(asked.every(([, body]) => (body as { key: string }).key === 'owner key')).toBe(true);
});

test('forgets the text of a key on demand', async () => {
  const { ring } = ringWith({ 'keys:list': { keys: [] }, 'keys:make': { key: ben, text: 'rk_secret' } });
  ring.open();
  await ring.make('Ben', ['math-101']);
  ring.forgetText();
  expect(JSON.stringify(ring.state.get())).not.toContain('rk_secret');
});

test('shows why something failed, and keeps what it knows', async () => {
  const { ring } = ringWith({ 'keys:list': { keys: [anna] } });
  ring.open();
  await settle();
  await ring.revoke('a');
  expect(ring.state.get()).toMatchObject({ keys: [anna], work: { error: { code: 'owner-only' } } });
});
