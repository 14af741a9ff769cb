import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bearerKey, openPresenterKey, PresenterKey } from './presenter-key.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-key-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('is generated once, readable by its owner only, and found again', async () => {
  const made = await openPresenterKey(join(folder, 'data'));
  const found = await openPresenterKey(join(folder, 'data'));
  expect(found.text).toBe(made.text);
  expect(made.text.length).toBeGreaterThanOrEqual(24);
  expect((await stat(join(folder, 'data', 'presenter-key'))).mode & 0o777).toBe(0o600);
  expect((await readFile(join(folder, 'data', 'presenter-key'), 'utf8')).trim()).toBe(made.text);
});

it('closes a key file that was left open to others', async () => {
  await writeFile(join(folder, 'presenter-key'), 'written-by-hand', { mode: 0o644 });
  expect((await openPresenterKey(folder)).text).toBe('written-by-hand');
  expect((await stat(join(folder, 'presenter-key'))).mode & 0o777).toBe(0o600);
});

it('matches itself and nothing else, and does not show in JSON', () => {
  const key = new PresenterKey('correct horse battery');
  expect(key.matches('correct horse battery')).toBe(true);
  expect(key.matches('correct horse')).toBe(false);
  expect(key.matches('')).toBe(false);
  expect(JSON.stringify({ key })).not.toContain('horse');
});

it('fails immediately if its folder cannot be made, wherever that is', async () => {
  await writeFile(join(folder, 'a-file'), '');
  await expect(openPresenterKey(join(folder, 'a-file', 'below'))).rejects.toThrow();
  if (process.platform === 'linux') await expect(openPresenterKey('/proc/none/data')).rejects.toThrow(/ENOENT/);
});

it.each([
  ['Bearer open-sesame', 'open-sesame'],
  ['bearer open-sesame', 'open-sesame'],
  ['BEARER   open sesame', 'open sesame'],
  ['Bearer', null],
  ['Bearer ', null],
  ['Beareropen-sesame', null],
  ['Basic open-sesame', null],
  [`Bearer ${'a'.repeat(4097)}`, null],
  [undefined, null],
])('is read from the header of a request: %s', (authorization, key) => {
  const request = new IncomingMessage(new Socket());
  if (authorization !== undefined) request.headers.authorization = authorization;
  expect(bearerKey(request)).toBe(key);
});
