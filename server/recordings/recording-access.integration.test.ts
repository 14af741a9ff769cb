import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { recordingPaths, sessionPath } from '../../lib/recording.ts';
import type { Access } from '../access/access.ts';
import { createTestAccess, linkSecret } from '../access/testing/test-access.ts';
import { createSessionRoute } from '../http/session-route.ts';
import { RecordingLibrary } from './recording-library.ts';
import { captureLogs, writeWebm } from './testing/recording-rig.ts';
import { testRoutes } from './testing/test-routes.ts';

const owner = 'the key of the owner';
let folder: string;
let library: RecordingLibrary;
let access: Access;
let server: Server | undefined;
let id: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recording-access-'));
  const { logger } = captureLogs();
  library = await RecordingLibrary.open({ folder: join(folder, 'recordings'), logger });
  const codecs = { audio: 'opus', video: 'VP8' } as const;
  const made = await library.create({ channel: 'math-101', title: 'Sums', startedAt: Date.now(), codecs });
  await writeWebm(fileURLToPath(made.uri), 1, 'whole');
  await library.finish(made.id);
  id = made.id;
});
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve));
  await library.close();
  await rm(folder, { recursive: true, force: true });
});

/** Serves the recordings; returns a browser that keeps the session cookie. */
async function serve(policy: Parameters<typeof createTestAccess>[1] = {}) {
  access = createTestAccess(owner, { keysFolder: join(folder, 'keys'), ...policy });
  const { logger } = captureLogs();
  const routes = [testRoutes({ library, access, logger, folder }), createSessionRoute(access, logger)];
  const opened = createServer((request, response) => {
    if (!routes.some((route) => route(request, response))) response.writeHead(418).end();
  });
  server = opened;
  await new Promise<void>((resolve) => void opened.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(opened.address() as AddressInfo).port}`;
  let cookie = '';
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(origin + path, { ...init, headers: { ...(cookie && { cookie }), ...init.headers } });
  return {
    ask,
    async enter(credential: string, headers: Record<string, string> = {}) {
      const authorization = `Bearer ${credential}`;
      const response = await ask(sessionPath, { method: 'POST', headers: { authorization, ...headers } });
      const set = response.headers.get('set-cookie');
      if (set !== null) cookie = set.split(';')[0] ?? '';
      return { status: response.status, set };
    },
  };
}

const link = (claims: Record<string, unknown>) =>
  new SignJWT({ aud: 'rostrum', channel: 'math-101', ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(linkSecret));
const codeOf = async (response: Response) => ((await response.json()) as { error: { code: string } }).error.code;
const everyWay = () => [recordingPaths.one(id), recordingPaths.media(id), recordingPaths.download(id)];

describe('recordings for presenters', () => {
  test('are listed, shown, played and downloaded by presenters of the channel only', async () => {
    const { ask, enter } = await serve({ policy: { recordings: 'presenters' } });
    for (const path of [recordingPaths.list, ...everyWay(), recordingPaths.one('2026-11-22-math-101-abcdefgh')]) {
      for (const init of [{}, { headers: { range: 'bytes=0-9' } }]) {
        const response = await ask(path, init);
        expect(response.status, path).toBe(401);
        expect(response.headers.get('www-authenticate')).toBe('Bearer');
        expect(await codeOf(response)).toBe('presenters-only');
      }
      const head = await ask(path, { method: 'HEAD' });
      expect([head.status, head.headers.get('etag'), head.headers.get('accept-ranges')]).toEqual([401, null, null]);
    }
    const { text } = await access.keys.make('Carl', ['art-101']);
    await enter(text);
    expect(await (await ask(recordingPaths.list)).json()).toMatchObject({ recordings: [], total: 0, channels: [] });
    for (const path of everyWay()) expect(await codeOf(await ask(path))).toBe('wrong-channel');
    const anna = await access.keys.make('Anna', ['math-101']);
    await enter(anna.text);
    expect(await (await ask(recordingPaths.list)).json()).toMatchObject({ recordings: [{ id }] });
    for (const path of everyWay()) expect((await ask(path)).status).toBe(200);
    const part = await ask(recordingPaths.media(id), { headers: { range: 'bytes=0-9' } });
    expect([part.status, (await part.arrayBuffer()).byteLength]).toEqual([206, 10]);
    // The cookie of a key that was revoked is worth nothing.
    await access.keys.revoke(anna.key.id);
    for (const path of everyWay()) expect((await ask(path)).status).toBe(403);
  });

  test.each([
    '/api/recordings/../recordings/{id}/media',
    '/api/recordings/%2e%2e/recordings/{id}/media',
    '/api/recordings//{id}/media',
    '/api/recordings/{id}/media/',
    '/api/recordings/{id}/media/../media',
    '/api/recordings/{id}%2fmedia',
    '/api/recordings/{id}/MEDIA',
    '/api/recordings/{id}/media?key=x',
    '/api/recordings/{id};/media',
  ])('are not reached by %s', async (path) => {
    const { ask } = await serve({ policy: { recordings: 'presenters' } });
    expect([401, 404]).toContain((await ask(path.replace('{id}', id))).status);
  });
});

test('recordings by link are listed for presenters only, and played by everyone who has the link', async () => {
  const { ask, enter } = await serve({ policy: { recordings: 'link' } });
  expect(await codeOf(await ask(recordingPaths.list))).toBe('presenters-only');
  for (const path of everyWay()) expect((await ask(path)).status).toBe(200);
  await enter(owner);
  expect(await (await ask(recordingPaths.list)).json()).toMatchObject({ recordings: [{ id }] });
});

describe('recordings of locked shows', () => {
  test('are hidden from the public list, and need the passcode, also later', async () => {
    const { ask, enter } = await serve();
    await access.locks.set('math-101', 'two words', Date.now());
    expect(await (await ask(recordingPaths.list)).json()).toMatchObject({ recordings: [], total: 0, channels: [] });
    for (const path of everyWay()) expect(await codeOf(await ask(path))).toBe('passcode-required');
    await enter(await access.enter('math-101', 'two words', { address: '' }));
    expect(await (await ask(recordingPaths.list)).json()).toMatchObject({ recordings: [{ id }] });
    for (const path of everyWay()) expect((await ask(path)).status).toBe(200);
    // Without the passcode, the channel is open again, but what was recorded behind it is not.
    await access.locks.set('math-101', null, null);
    for (const path of everyWay()) expect(await codeOf(await ask(path))).toBe('presenters-only');
    await enter(owner);
    for (const path of everyWay()) expect((await ask(path)).status).toBe(200);
  });

  test('are shown to holders of a signed link for the channel, and not for another', async () => {
    const { ask } = await serve({ policy: { watch: 'invited' } });
    const by = async (claims: Record<string, unknown>) => ({ authorization: `Bearer ${await link(claims)}` });
    expect((await ask(recordingPaths.media(id), { headers: await by({ role: 'viewer' }) })).status).toBe(200);
    const other = await ask(recordingPaths.media(id), { headers: await by({ role: 'viewer', channel: 'art-101' }) });
    expect(await codeOf(other)).toBe('invitation-required');
  });
});

describe('deleting', () => {
  test('needs the header with a key for the channel: a cookie or the link of a viewer is not enough', async () => {
    const { ask, enter } = await serve();
    await enter(owner);
    const remove = (credential?: string) =>
      ask(recordingPaths.one(id), {
        method: 'DELETE',
        ...(credential !== undefined && { headers: { authorization: `Bearer ${credential}` } }),
      });
    expect((await remove()).status).toBe(401);
    expect((await remove(await link({ role: 'viewer' }))).status).toBe(401);
    const { text } = await access.keys.make('Carl', ['art-101']);
    expect((await remove(text)).status).toBe(403);
    expect((await remove((await access.keys.make('Anna', ['math-101'])).text)).status).toBe(204);
  });
});

describe('a session', () => {
  test('is a cookie that scripts cannot read, other sites do not send, and plain HTTP does not carry from HTTPS', async () => {
    const { enter, ask } = await serve();
    const { set } = await enter(owner);
    expect(set).toMatch(/^rostrum-session=rs_[\w.-]+; Path=\/api; Max-Age=2592000; HttpOnly; SameSite=Strict$/);
    expect(set).not.toContain(owner);
    expect((await enter(owner, { origin: 'https://live.example' })).set).toMatch(/; SameSite=Strict; Secure$/);
    expect((await ask(sessionPath, { method: 'DELETE' })).headers.get('set-cookie')).toContain('Max-Age=0');
    const wrong = await enter('guess');
    expect(wrong).toEqual({ status: 401, set: null });
    expect((await ask(sessionPath)).status).toBe(405);
  });
});
