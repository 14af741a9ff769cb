import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openChannelLocks } from '../access/channel-locks.ts';
import { runKeysCommand } from '../access/keys-command.ts';
import { PresenterKeys } from '../access/presenter-keys.ts';
import { openSharedAccess } from '../access/shared-access.ts';
import type { SavedUpcoming } from '../broadcast/upcoming-shows.ts';
import { Closer } from '../closer.ts';
import { openLogger } from '../logger.ts';
import { openCluster } from './cluster.ts';
import { runMigrateCommand } from './migrate-command.ts';
import { keyFilesIn, SharedEntries } from './shared-entries.ts';
import { RedisServer, whyNoRedis } from './testing/redis-server.ts';

const obstacle = await whyNoRedis();
const logger = openLogger('silent');
const hourMs = 3_600_000;

let closer = new Closer();
let dataDir: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'rostrum-migration-'));
});
afterEach(async () => {
  await closer.close();
  closer = new Closer();
  await rm(dataDir, { recursive: true });
});

/** What one of several web servers knows. */
async function joinAs({ url }: RedisServer) {
  const { sessionSecret, list, upcoming } = await closer.own(openCluster({ url, logger }));
  const access = await openSharedAccess({ sessionSecret, list, logger });
  return { locks: access.locks, keys: new PresenterKeys(access.keys), upcoming };
}

/** A single web server's data, and the command. */
async function single({ url }: RedisServer) {
  const keysFolder = join(dataDir, 'keys');
  const upcoming: SavedUpcoming[] = [];
  const source = { dataDir, keysFolder, upcoming: async () => upcoming };
  const open = () => closer.own(SharedEntries.open({ url, logger }));
  const move = (...words: string[]) => runMigrateCommand(words, { source, open, host: 'the test' });
  return { keys: new PresenterKeys(keysFolder), locks: await openChannelLocks(dataDir, logger), upcoming, move };
}

describe.skipIf(obstacle !== null)('what a single web server has', { timeout: 30_000 }, () => {
  it('moves to several that run already, once', async () => {
    const redis = await closer.own(RedisServer.start());
    const [before, running] = [await single(redis), await joinAs(redis)];
    const anna = await before.keys.make('Anna', ['math-101']);
    await before.locks.set('math-101', 'open sesame', null);
    before.upcoming.push({ channel: 'music-101', title: 'Songs', startsAt: Date.now() + hourMs });
    before.upcoming.push({ channel: 'art-101', title: 'Paint', startsAt: Date.now() - 24 * hourMs });
    expect(await before.move()).toBe(
      [
        `From ${dataDir} to Redis at the test:`,
        '',
        'Presenter keys',
        '  moved: Anna',
        'Passcodes',
        '  moved: math-101',
        'Announced shows',
        '  moved: “Songs” on music-101',
        '  outdated: “Paint” on art-101',
      ].join('\n'),
    );
    await expect.poll(() => running.keys.find(anna.text)).toMatchObject({ name: 'Anna', channels: ['math-101'] });
    await expect.poll(() => running.locks.check('math-101', 'open sesame')).not.toBeNull();
    await expect.poll(() => running.upcoming.items()).toMatchObject([{ title: 'Songs' }]);
    // A key that was revoked since does not come back, unless somebody wants that.
    await running.keys.revoke(anna.key.id);
    await before.keys.make('Ben', 'all');
    expect(await before.move()).toContain('moved: Ben\n  moved before: Anna\n');
    expect(await (await joinAs(redis)).keys.find(anna.text)).toBeNull();
    expect(await before.move('--force')).toMatch(/^ {2}moved: (Anna|Ben)/m);
    await expect.poll(() => running.keys.find(anna.text)).toMatchObject({ name: 'Anna' });
  });

  it('does not replace what is different there without --force, and no recording becomes public', {
    tags: ['long'],
  }, async () => {
    const redis = await closer.own(RedisServer.start());
    const [before, running] = [await single(redis), await joinAs(redis)];
    const lockedAt = Date.now() - hourMs;
    await before.locks.set('math-101', 'the old one', lockedAt);
    await before.locks.set('art-101', 'still locked', lockedAt);
    await running.locks.set('math-101', 'the new one', null);
    await running.locks.set('art-101', 'for a moment', null);
    await running.locks.set('art-101', null, null);
    for (let round = 0; round < 2; round += 1) {
      expect(await before.move()).toMatch(/ {2}different in Redis: math-101, art-101$.*“--force” replaces it/ms);
    }
    const late = await joinAs(redis);
    expect(await late.locks.check('math-101', 'the new one')).not.toBeNull();
    expect(late.locks.version('art-101')).toBeNull();
    for (const channel of ['math-101', 'art-101']) expect(late.locks.wasLocked(channel, lockedAt + 1)).toBe(true);
    await before.move('--force');
    await expect.poll(() => running.locks.check('math-101', 'the old one')).not.toBeNull();
    await expect.poll(() => running.locks.check('art-101', 'still locked')).not.toBeNull();
  });

  it('is changed in Redis by the command for keys, too', async () => {
    const redis = await closer.own(RedisServer.start());
    const running = await joinAs(redis);
    const entries = await closer.own(SharedEntries.open({ url: redis.url, logger }));
    const keys = new PresenterKeys(keyFilesIn(entries));
    const run = (...words: string[]) => runKeysCommand(words, { keys, publicUrl: null, where: 'Redis' });
    const text = /rk_[\w-]+/.exec(await run('make', 'Anna'))?.[0] ?? '';
    await expect.poll(() => running.keys.find(text)).toMatchObject({ name: 'Anna', channels: 'all' });
    const ben = await running.keys.make('Ben', ['math-101']);
    expect(await run('list')).toMatch(/Anna, for all channels\n.*Ben, for math-101/);
    await run('revoke', 'Anna');
    await run('revoke', ben.key.id);
    await expect.poll(() => running.keys.list()).toEqual([]);
    await expect(run('revoke', 'Anna')).rejects.toThrow(/no key with the id or name/);
  });

  it('stays where it is while no Redis answers, or the command is wrong', { tags: ['long'] }, async () => {
    const redis = await closer.own(RedisServer.start());
    const { move } = await single(redis);
    await expect(move('--forse')).rejects.toThrow(/--forse.*Usage/s);
    expect(await move('--help')).toMatch(/^Usage/);
    await redis.kill();
    await expect(move()).rejects.toMatchObject({ code: 'cluster-unavailable' });
  });
});
