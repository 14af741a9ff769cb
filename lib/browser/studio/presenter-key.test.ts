import { expect, test } from 'vitest';
import { fakeStorage } from '../testing/signaling-doubles.ts';
import { type KeyStorage, keyFromHash, PresenterKeyStore } from './presenter-key.ts';

const link = 'eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoicHJlc2VudGVyIn0.c2lnbmVk';

function browserAt(hash: string, kept: Record<string, string> = {}) {
  const addresses: string[] = [];
  const values = new Map(Object.entries(kept));
  const browser: KeyStorage = {
    location: { hash, pathname: '/present', search: '?lang=en' },
    history: {
      state: null,
      replaceState: (_state, _title, address) => {
        addresses.push(String(address));
      },
    },
    storage: {
      getItem: (name) => values.get(name) ?? null,
      setItem: (name, value) => void values.set(name, value),
      removeItem: (name) => void values.delete(name),
    },
    tab: fakeStorage(),
  };
  return { browser, addresses, values };
}

test.each([
  ['#key=abc', 'abc'],
  ['#key=a%2Bb', 'a+b'],
  ['#key=', null],
  ['#token=eyJ.a.b', 'eyJ.a.b'],
  ['#other=1', null],
  ['', null],
])('the hash %s holds the key %s', (hash, key) => {
  expect(keyFromHash(hash)).toBe(key);
});

test('a key in the address is stored and immediately removed from the address', () => {
  const { browser, addresses, values } = browserAt('#key=abc');
  const keys = new PresenterKeyStore(browser);
  keys.load();
  expect(keys.key.get()).toBe('abc');
  expect(addresses).toEqual(['/present?lang=en']);
  expect([...values.values()]).toEqual(['abc']);
});

test('a wrong key in the address does not erase the right one that was stored', () => {
  const { browser, values } = browserAt('#key=wrong', { 'rostrum.presenter-key': 'right' });
  const keys = new PresenterKeyStore(browser);
  keys.load();
  expect(keys.key.get()).toBe('wrong');
  keys.forget();
  expect(keys.key.get()).toBeNull();
  expect([...values.values()]).toEqual(['right']);
});

test('a signed link is for this tab, leaves the stored key alone, and is forgotten when it is refused', () => {
  const { browser, addresses, values } = browserAt(`#token=${link}`, { 'rostrum.presenter-key': 'own' });
  const keys = new PresenterKeyStore(browser);
  keys.load();
  expect(keys.key.get()).toBe(link);
  expect(addresses).toEqual(['/present?lang=en']);
  expect([...values.values()]).toEqual(['own']);
  const reloaded = new PresenterKeyStore({ ...browser, location: { ...browser.location, hash: '' } });
  reloaded.load();
  expect(reloaded.key.get()).toBe(link);
  reloaded.forget();
  reloaded.load();
  expect(reloaded.key.get()).toBe('own');
});

test('without a key in the address the stored one is used, and the address stays as it is', () => {
  const { browser, addresses } = browserAt('', { 'rostrum.presenter-key': 'kept' });
  const keys = new PresenterKeyStore(browser);
  keys.load();
  expect(keys.key.get()).toBe('kept');
  expect(addresses).toEqual([]);
});

test('in a browser that refuses to store anything, the key lasts as long as the page is open', () => {
  const { browser } = browserAt('#key=abc');
  const refuse = () => {
    throw new Error('storage is forbidden');
  };
  const keys = new PresenterKeyStore({ ...browser, storage: { getItem: refuse, setItem: refuse, removeItem: refuse } });
  keys.load();
  expect(keys.key.get()).toBe('abc');
});
