import { expect, it } from 'vitest';
import { ClosedError, Closer } from './closer.ts';

it('closes what it owns once, newest first, however often it is asked', async () => {
  const closed: string[] = [];
  const closer = new Closer();
  await closer.own({ close: () => void closed.push('first') });
  closer.add(() => void closed.push('second'));
  await Promise.all([closer.close(), closer.close()]);
  expect(closed).toEqual(['second', 'first']);
});

it('closes a resource that finishes opening too late, and rejects for its opener', async () => {
  let closed = 0;
  let opened = (_: { close(): void }) => {};
  const opening = new Promise<{ close(): void }>((resolve) => {
    opened = resolve;
  });
  const closer = new Closer();
  const owned = closer.own(opening);
  await closer.close();
  opened({ close: () => void closed++ });
  await expect(owned).rejects.toBeInstanceOf(ClosedError);
  expect(closed).toBe(1);
});

it('goes on closing when one of them fails, and then throws the first failure', async () => {
  const closed: string[] = [];
  const closer = new Closer();
  closer.add(() => void closed.push('last of all'));
  closer.add(() => {
    throw new Error('stuck');
  });
  await expect(closer.close()).rejects.toThrow('stuck');
  expect(closed).toEqual(['last of all']);
});

it('names what it is closing', async () => {
  class Slow {
    finish = () => {};
    close(): Promise<void> {
      return new Promise((resolve) => {
        this.finish = resolve;
      });
    }
  }
  const closer = new Closer();
  const slow = new Slow();
  closer.add(() => slow.close());
  expect(closer.current).toBeNull();
  const closing = closer.close();
  expect(closer.current).toContain('slow.close()');
  slow.finish();
  await closing;
  expect(closer.current).toBeNull();
});
