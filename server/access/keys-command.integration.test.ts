import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runKeysCommand } from './keys-command.ts';
import { PresenterKeys } from './presenter-keys.ts';

let folder: string;
let keys: PresenterKeys;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-keys-'));
  keys = new PresenterKeys(folder);
});
afterEach(() => rm(folder, { recursive: true }));

const run = (...words: string[]) =>
  runKeysCommand(words, { keys, publicUrl: 'https://live.example', where: 'a folder' });

it('makes a key, lists it without its text, and revokes it by name or id', async () => {
  const made = await run('make', 'Anna B.', '--channel', 'math-101', '-c', 'art-101');
  const text = /rk_\w+/.exec(made)?.[0] ?? '';
  expect(made).toContain('https://live.example/present#key=rk_');
  expect(await keys.find(/rk_[\w-]+/.exec(made)?.[0] ?? '')).toMatchObject({ channels: ['math-101', 'art-101'] });
  const list = await run('list');
  expect(list).toMatch(/^[0-9a-f]{12} {2}\d{4}-\d\d-\d\d {2}Anna B\., for math-101, art-101$/);
  expect(list).not.toContain(text);
  expect(await run('revoke', 'Anna B.')).toContain('revoked');
  expect(await run('list')).toContain('no presenter keys');
  await run('make', 'Ben');
  const [ben] = await keys.list();
  expect(ben?.channels).toBe('all');
  await run('revoke', ben?.id ?? '');
  expect(await keys.list()).toEqual([]);
});

it('says what would be right', async () => {
  await expect(run('make')).rejects.toThrow(/give the key a name.*Usage/s);
  await expect(run('make', 'Anna', 'B.')).rejects.toThrow(/quotation marks/);
  await expect(run('make', 'Anna', '--channel', 'Math 101')).rejects.toThrow(/“Math 101” is not a channel name/);
  await expect(run('make', 'Anna', '--chanel', 'x')).rejects.toThrow(/--chanel.*Usage/s);
  await expect(run('revoke')).rejects.toThrow(/Which key/);
  await expect(run('revoke', 'nobody')).rejects.toThrow(/no key with the id or name “nobody”/);
  await expect(run('delete')).rejects.toThrow(/no command “delete”/);
  await run('make', 'Anna');
  await run('make', 'Anna');
  await expect(run('revoke', 'Anna')).rejects.toThrow(/Several keys/);
  expect(await run()).toMatch(/^Usage.*in a folder\./s);
});
