import { describe, expect, it } from 'vitest';
import { guestAddress, invitationFromHash } from '../../guests.ts';
import type { StoredValues } from '../page/browser-storage.ts';
import { GuestPasses } from './guest-passes.ts';

function storage(): StoredValues {
  const values = new Map<string, string>();
  return {
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  };
}

describe('the pass of a guest', () => {
  it('is found after a reload, with the invitation in the address or without', () => {
    const [tab, browser] = [storage(), storage()];
    new GuestPasses(tab, browser).keep('math-101', { invitation: 'one', pass: 'secret' });
    const after = new GuestPasses(tab, browser);
    expect(after.find('math-101', 'one')).toBe('secret');
    expect(after.find('math-101', null)).toBe('secret');
    expect(after.find('art-101', 'one')).toBeNull();
  });

  it('is found in another tab by its own invitation only', () => {
    const browser = storage();
    new GuestPasses(storage(), browser).keep('math-101', { invitation: 'one', pass: 'secret' });
    const other = new GuestPasses(storage(), browser);
    expect(other.find('math-101', 'one')).toBe('secret');
    expect(other.find('math-101', 'two')).toBeNull();
    expect(other.find('math-101', null)).toBeNull();
  });

  it('is forgotten once it is worth nothing', () => {
    const [tab, browser] = [storage(), storage()];
    const passes = new GuestPasses(tab, browser);
    passes.keep('math-101', { invitation: 'one', pass: 'secret' });
    passes.forget('math-101');
    expect(passes.find('math-101', 'one')).toBeNull();
  });

  it('is ignored where the storage holds something else', () => {
    const tab = storage();
    for (const text of ['{', '7', '{"pass":7}']) {
      tab.setItem('rostrum.guest-pass.math-101', text);
      expect(new GuestPasses(tab, storage()).find('math-101', null)).toBeNull();
    }
  });
});

it('an invitation travels in the fragment of its address', () => {
  const address = new URL(guestAddress('https://example.org', 'math-101', 'a_b-c'));
  expect([address.pathname, address.search]).toEqual(['/guest/math-101', '']);
  expect(invitationFromHash(address.hash)).toBe('a_b-c');
  expect(invitationFromHash('#else=1')).toBeNull();
});
