import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CheckPurpose } from '../gates/key-guard.ts';
import type { Visitor } from '../gates/rate-limits.ts';
import { openLogger } from '../logger.ts';
import { PresenterKey } from '../storage/presenter-key.ts';
import { Access } from './access.ts';
import { openChannelLocks } from './channel-locks.ts';
import { PresenterKeys } from './presenter-keys.ts';
import { openSessionTokens } from './session-tokens.ts';
import { openLinkKey, SignedLinks } from './signed-links.ts';
import { createTestAccess, linkSecret } from './testing/test-access.ts';

const owner = 'the key of the owner';
const visitor = { address: '192.0.2.1' };
const soon = () => Math.floor(Date.now() / 1_000) + 60;
const secret = new TextEncoder().encode(linkSecret);
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-access-'));
});
afterEach(() => rm(folder, { recursive: true }));

const claims = (changes: Record<string, unknown> = {}): JWTPayload => ({
  ...{ aud: 'rostrum', exp: soon(), role: 'presenter', channel: 'math-101' },
  ...changes,
});
const sign = (payload: JWTPayload, key: Parameters<SignJWT['sign']>[0] = secret, alg = 'HS256') =>
  new SignJWT(payload).setProtectedHeader({ alg }).sign(key);
const refusal = (code: string) => expect.objectContaining({ code });

describe('presenter keys', () => {
  const open = () => createTestAccess(owner, { keysFolder: join(folder, 'keys') });

  it('admit to their channels only, and the owner key to all', async () => {
    const access = open();
    const { text, key } = await access.keys.make('Anna', ['math-101']);
    await expect(access.requirePresenter(text, 'math-101', visitor)).resolves.toMatchObject({ keyId: key.id });
    await expect(access.requirePresenter(text, 'art-101', visitor)).rejects.toEqual(refusal('wrong-channel'));
    await expect(access.requirePresenter(owner, 'art-101', visitor)).resolves.toMatchObject({ keyId: null });
    await expect(access.requireOwner(text, visitor)).rejects.toEqual(refusal('owner-only'));
    await expect(access.requireOwner(owner, visitor)).resolves.toBeUndefined();
  });

  it('are stored as hashes that only their owner can read', async () => {
    const { text, key } = await open().keys.make('Anna', 'all');
    const path = join(folder, 'keys', `${key.id}.json`);
    const stored = await readFile(path, 'utf8');
    // A secret may contain underscores itself.
    expect(stored).not.toContain(text.split('_').slice(2).join('_'));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(join(folder, 'keys'))).toEqual([`${key.id}.json`]);
  });

  it('are void at once when another process revokes them', async () => {
    const access = open();
    const { text, key } = await access.keys.make('Anna', 'all');
    const session = await access.resume(await access.openSession(text, visitor, { principals: [], grants: [] }));
    expect(access.allows(session, { to: 'present', channel: 'math-101' })).toBe(true);
    await new PresenterKeys(join(folder, 'keys')).revoke(key.id);
    await expect(access.identify(text, visitor)).rejects.toEqual(refusal('wrong-key'));
    expect(access.allows(await access.renew(session), { to: 'present', channel: 'math-101' })).toBe(false);
  });

  it('are not found by a changed text, another id, or a path', async () => {
    const access = open();
    const [{ text, key }, other] = [await access.keys.make('Anna', 'all'), await access.keys.make('Ben', 'all')];
    const lastChanged = text.slice(0, -1) + (text.endsWith('A') ? 'B' : 'A');
    const swapped = text.replace(key.id, other.key.id);
    for (const wrong of [
      lastChanged,
      swapped,
      text.toUpperCase(),
      `${text} `,
      `rk_../../x_${text.slice(16)}`,
      '',
      'rk_',
    ]) {
      await expect(access.identify(wrong, visitor), wrong).rejects.toEqual(refusal('wrong-key'));
    }
    await expect(access.keys.revoke('../keys')).rejects.toEqual(refusal('bad-request'));
  });

  it('a file that was damaged or renamed is no key', async () => {
    const access = open();
    const { text, key } = await access.keys.make('Anna', 'all');
    const path = join(folder, 'keys', `${key.id}.json`);
    const stored = await readFile(path, 'utf8');
    await writeFile(join(folder, 'keys', `${'0'.repeat(12)}.json`), stored);
    await writeFile(path, stored.slice(0, 40));
    await expect(access.identify(text, visitor)).rejects.toEqual(refusal('wrong-key'));
    expect(await access.keys.list()).toEqual([]);
  });

  it('are followed: whoever listens gets the ids that are left', async () => {
    const keys = new PresenterKeys(join(folder, 'keys'));
    const made = await keys.make('Anna', 'all');
    const heard: string[][] = [];
    const stop = keys.follow((ids) => void heard.push([...ids]), openLogger('silent'));
    await vi.waitFor(() => expect(heard.at(-1)).toEqual([made.key.id]));
    await new PresenterKeys(join(folder, 'keys')).revoke(made.key.id);
    await vi.waitFor(() => expect(heard.at(-1)).toEqual([]));
    stop();
  });
});

describe('signed links', () => {
  const access = createTestAccess(owner);
  const identify = (text: string) => access.identify(text, visitor);

  it('make presenters or viewers of their holders, on one or several channels', async () => {
    const link = await sign(claims({ channel: ['math-101', 'art-101'], name: 'Anna' }));
    expect((await identify(link)).principals).toEqual([
      { role: 'presenter', name: 'Anna', channels: ['math-101', 'art-101'], keyId: null },
    ]);
    const viewer = await identify(await sign(claims({ role: 'viewer' })));
    expect(viewer.principals).toEqual([{ role: 'viewer', channels: ['math-101'] }]);
  });

  it('of viewers do not publish, manage, or open other channels', async () => {
    const link = await sign(claims({ role: 'viewer' }));
    await expect(access.requirePresenter(link, 'math-101', visitor)).rejects.toEqual(refusal('wrong-link'));
    await expect(access.requireOwner(link, visitor)).rejects.toEqual(refusal('owner-only'));
    const invited = createTestAccess(owner, { policy: { watch: 'invited' } });
    await expect(invited.requireViewer(link, 'math-101', visitor)).resolves.toBeTruthy();
    await expect(invited.requireViewer(link, 'art-101', visitor)).rejects.toEqual(refusal('invitation-required'));
    await expect(invited.requireViewer(undefined, 'math-101', visitor)).rejects.toEqual(refusal('invitation-required'));
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['has expired', { exp: soon() - 120 }, 'link-expired'],
    ['never expires', { exp: undefined }, 'wrong-link'],
    ['expires too late', { exp: soon() + 8 * 86_400 }, 'wrong-link'],
    ['is not valid yet', { nbf: soon() + 600 }, 'wrong-link'],
    ['is for another application', { aud: 'other' }, 'wrong-link'],
    ['is for no application', { aud: undefined }, 'wrong-link'],
    ['is for no channel', { channel: undefined }, 'wrong-link'],
    ['is for an impossible channel', { channel: '../math' }, 'wrong-link'],
    ['is for no channels', { channel: [] }, 'wrong-link'],
    ['makes an owner', { role: 'owner' }, 'wrong-link'],
    ['has no role', { role: undefined }, 'wrong-link'],
  ])('a link that %s is refused', async (_name, changes, code) => {
    await expect(identify(await sign(claims(changes)))).rejects.toEqual(refusal(code));
  });

  it('a clock that is half a minute off does no harm', async () => {
    await expect(identify(await sign(claims({ exp: soon() - 75 })))).resolves.toBeTruthy();
  });

  it('with a foreign signature, another algorithm or none, or changed claims are refused', async () => {
    const right = await sign(claims());
    const [head = '', body = '', signature = ''] = right.split('.');
    const changed = Buffer.from(JSON.stringify(claims({ channel: 'art-101' }))).toString('base64url');
    const wrong = {
      foreign: await sign(claims(), new TextEncoder().encode('another secret of 32 bytes or more')),
      none: new UnsecuredJWT(claims()).encode(),
      'none with our signature': `${Buffer.from('{"alg":"none"}').toString('base64url')}.${body}.${signature}`,
      HS512: await sign(claims(), secret, 'HS512'),
      'changed claims': `${head}.${changed}.${signature}`,
      unsigned: `${head}.${body}.`,
    };
    for (const [name, text] of Object.entries(wrong)) {
      await expect(identify(text), name).rejects.toEqual(refusal('wrong-link'));
    }
  });

  it('are not accepted where the owner has set no key', async () => {
    const links = new SignedLinks(null);
    await expect(links.check(await sign(claims()))).rejects.toEqual(refusal('wrong-link'));
  });

  it.each([
    ['RS256', () => generateKeyPairSync('rsa', { modulusLength: 2_048 })],
    ['ES256', () => generateKeyPairSync('ec', { namedCurve: 'P-256' })],
    ['EdDSA', () => generateKeyPairSync('ed25519')],
  ])('are checked with a public key for %s, which is no shared secret', async (alg, generate) => {
    const { publicKey, privateKey } = generate();
    const pem = String(publicKey.export({ type: 'spki', format: 'pem' }));
    const [pemFile, jwkFile] = [join(folder, 'key.pem'), join(folder, 'key.json')];
    await writeFile(pemFile, pem);
    await writeFile(jwkFile, JSON.stringify(publicKey.export({ format: 'jwk' })));
    for (const publicKeyFile of [pemFile, jwkFile]) {
      const links = new SignedLinks(await openLinkKey({ secret: null, publicKeyFile }));
      await expect(links.check(await sign(claims(), privateKey, alg))).resolves.toMatchObject({ role: 'presenter' });
      // Anyone who knows the public key could make such links, if the header chose the algorithm.
      for (const known of [pem, pem.trim(), JSON.stringify(publicKey.export({ format: 'jwk' }))]) {
        const forged = await sign(claims(), new TextEncoder().encode(known));
        await expect(links.check(forged)).rejects.toEqual(refusal('wrong-link'));
      }
    }
  });

  it('a file without a usable key is named with the reason', async () => {
    const file = join(folder, 'key.pem');
    await expect(openLinkKey({ secret: null, publicKeyFile: file })).rejects.toThrow(/no usable public key.*ENOENT/s);
    await writeFile(file, JSON.stringify({ kty: 'oct', k: 'c2VjcmV0' }));
    await expect(openLinkKey({ secret: null, publicKeyFile: file })).rejects.toThrow(/no usable public key/);
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'secp256k1' });
    await writeFile(file, publicKey.export({ type: 'spki', format: 'pem' }));
    await expect(openLinkKey({ secret: null, publicKeyFile: file })).rejects.toThrow(/not supported/);
  });
});

describe('passcodes', () => {
  it('admit whoever enters them, until they change, and leave no passcode on the disk', async () => {
    const logger = openLogger('silent');
    const open = async () =>
      new Access({
        ownerKey: new PresenterKey(owner),
        keys: new PresenterKeys(folder),
        links: new SignedLinks(null),
        tokens: await openSessionTokens(folder),
        locks: await openChannelLocks(folder, logger),
        policy: { watch: 'public', recordings: 'public' },
      });
    const access = await open();
    await access.locks.set('math-101', 'two words', null);
    await expect(access.requireViewer(undefined, 'math-101', visitor)).rejects.toEqual(refusal('passcode-required'));
    await expect(access.requireViewer(undefined, 'art-101', visitor)).resolves.toBeTruthy();
    await expect(access.enter('math-101', 'two Words', visitor)).rejects.toEqual(refusal('wrong-passcode'));
    await expect(access.enter('art-101', 'two words', visitor)).rejects.toEqual(refusal('wrong-passcode'));
    const ticket = await access.enter('math-101', 'two words', visitor);
    await expect(access.requireViewer(ticket, 'math-101', visitor)).resolves.toBeTruthy();
    await expect(access.requirePresenter(ticket, 'math-101', visitor)).rejects.toEqual(refusal('wrong-link'));
    // A later server knows the ticket and the passcode.
    const later = await open();
    await expect(later.requireViewer(ticket, 'math-101', visitor)).resolves.toBeTruthy();
    await later.locks.set('math-101', 'other words', null);
    await expect(later.requireViewer(ticket, 'math-101', visitor)).rejects.toEqual(refusal('passcode-required'));
    const stored = await Promise.all((await readdir(folder)).map((file) => readFile(join(folder, file), 'utf8')));
    for (const text of stored) expect(text).not.toMatch(/two words|other words/);
    await later.locks.set('math-101', null, null);
    await expect(later.requireViewer(undefined, 'math-101', visitor)).resolves.toBeTruthy();
  });

  it('a file of passcodes that cannot be read opens no channel', async () => {
    await writeFile(join(folder, 'passcodes.json'), '{"version":1,"lo');
    await expect(openChannelLocks(folder, openLogger('silent'))).rejects.toThrow(/cannot be read/);
  });

  it('a show of which any part was locked counts as locked', async () => {
    const { locks } = createTestAccess(owner);
    const hourAgo = Date.now() - 3_600_000;
    await locks.set('math-101', 'two words', hourAgo);
    expect(locks.wasLocked('math-101', hourAgo)).toBe(true);
    await locks.set('math-101', null, hourAgo);
    expect(locks.wasLocked('math-101', hourAgo)).toBe(true);
    expect(locks.wasLocked('math-101', hourAgo - 120_000)).toBe(false);
    expect(locks.wasLocked('math-101', Date.now() + 1_000)).toBe(false);
    expect(locks.wasLocked('art-101', hourAgo)).toBe(false);
  });
});

it('every check of a credential passes the gate, which learns of those that succeeded', async () => {
  const seen: string[] = [];
  const begin = (purpose: CheckPurpose, { address }: Visitor) => {
    seen.push(`${purpose} ${address}`);
    return { succeeded: () => void seen.push('succeeded') };
  };
  const access = createTestAccess(owner, { gate: { begin } });
  await access.locks.set('math-101', 'two words', null);
  await access.identify(owner, visitor);
  await access.identify('a wrong key', visitor).catch(() => undefined);
  await access.identify(await sign(claims({ aud: 'x' })), visitor).catch(() => undefined);
  const ticket = await access.enter('math-101', 'two words', visitor);
  await access.enter('math-101', 'wrong', visitor).catch(() => undefined);
  await access.requireViewer(ticket, 'math-101', visitor);
  expect(seen).toEqual([
    'key-check 192.0.2.1',
    'succeeded',
    'key-check 192.0.2.1',
    'link-check 192.0.2.1',
    'passcode-check 192.0.2.1',
    'succeeded',
    'passcode-check 192.0.2.1',
  ]);
});

it('a session is void with another owner key or another secret, and keeps what was shown before', async () => {
  const access = createTestAccess(owner);
  const none = { principals: [], grants: [] };
  const viewing = await access.resume(await access.openSession(await sign(claims({ role: 'viewer' })), visitor, none));
  const token = await access.openSession(owner, visitor, viewing);
  expect((await access.resume(token)).principals.map(({ role }) => role)).toEqual(['viewer', 'owner']);
  expect((await createTestAccess(owner).resume(token)).principals).toEqual([{ role: 'anyone' }]);
  for (const forged of [`${token}x`, token.slice(0, -8), 'rs_', 'rs_a.b.c', await sign(claims()), '']) {
    expect((await access.resume(forged)).principals).toEqual([{ role: 'anyone' }]);
  }
});
