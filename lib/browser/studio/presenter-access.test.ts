import { expect, test } from 'vitest';
import { AppError, type ErrorCode } from '../../errors.ts';
import { fakeStorage, settle } from '../testing/signaling-doubles.ts';
import { PresenterAccess } from './presenter-access.ts';
import { PresenterKeyStore } from './presenter-key.ts';

const storageKey = 'rostrum.presenter-key';

/** The access in a browser with a stored key, to a server that refuses with `code`, or accepts if there is none. */
function setUp(code: () => ErrorCode | null) {
  const storage = fakeStorage();
  storage.setItem(storageKey, 'kept');
  const keys = new PresenterKeyStore({
    storage,
    tab: fakeStorage(),
    location: { hash: '', pathname: '/present', search: '' },
    history: { state: null, replaceState: () => undefined },
  });
  const access = new PresenterAccess(keys, async () => {
    const refused = code();
    if (refused !== null) throw new AppError(refused, 'No.');
    return { role: 'owner' } as const;
  });
  return { access, kept: () => storage.getItem(storageKey) };
}

test.each<ErrorCode>(['connection-lost', 'internal', 'shutting-down', 'media-server-unavailable', 'test-busy'])(
  'the key is kept, and offered again on demand, when the check fails with %s',
  async (code) => {
    let answer: ErrorCode | null = code;
    const { access, kept } = setUp(() => answer);
    access.open();
    await settle();
    expect(access.state.get()).toMatchObject({ phase: 'unchecked', key: 'kept', error: { code } });
    expect(kept()).toBe('kept');
    answer = null;
    access.offer('kept');
    await settle();
    expect(access.state.get()).toEqual({ phase: 'granted', key: 'kept', rights: { role: 'owner' } });
  },
);

test.each<ErrorCode>(['wrong-key', 'link-expired', 'wrong-link'])(
  'a key that the server refuses with %s is forgotten, and another one is asked for',
  async (code) => {
    const { access, kept } = setUp(() => code);
    access.open();
    await settle();
    expect(access.state.get()).toMatchObject({ phase: 'asking', error: { code } });
    expect(kept()).toBeNull();
  },
);

test('a typed text that cannot be a key does not erase the stored one', async () => {
  const { access, kept } = setUp(() => 'bad-request');
  access.offer('x'.repeat(300));
  await settle();
  expect(access.state.get()).toMatchObject({ phase: 'asking', error: { code: 'bad-request' } });
  expect(kept()).toBe('kept');
});
