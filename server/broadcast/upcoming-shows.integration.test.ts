import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openLogger } from '../logger.ts';
import { ask, key, next, SignalingRig, show } from '../signaling/testing/signaling-rig.ts';
import { upcomingStore } from '../storage/stores.ts';
import { retentionMs } from './upcoming-shows.ts';

const hourMs = 3_600_000;
const announcement = () => ({ key, channel: 'math-101', title: 'Sums', startsAt: Date.now() + hourMs });

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open();
});
afterEach(() => rig.close());

describe('a show that is announced', () => {
  it('is shown to those who wait for it and in the lobby, changed, and withdrawn', async () => {
    const [presenter, viewer, visitor] = [await rig.connect(), await rig.connect(), await rig.connect()];
    await ask(viewer, 'channel:follow', { channel: 'math-101' });
    await ask(visitor, 'lobby:follow', {});
    const plan = announcement();

    const told = next(viewer, 'upcoming:changed');
    const listed = next(visitor, 'lobby:changed', ({ upcoming }) => upcoming.length === 1);
    const reply = await ask(presenter, 'show:announce', plan);
    expect(reply).toMatchObject({ ok: true, data: { upcoming: { title: 'Sums', startsAt: plan.startsAt } } });
    expect(await told).toMatchObject({ channel: 'math-101', upcoming: { title: 'Sums', startsAt: plan.startsAt } });
    expect((await listed).upcoming[0]).toMatchObject({ channel: 'math-101', title: 'Sums' });

    const changed = next(viewer, 'upcoming:changed', ({ upcoming }) => upcoming?.title === 'More sums');
    await ask(presenter, 'show:announce', { ...plan, title: 'More sums', startsAt: plan.startsAt + hourMs });
    expect((await changed).upcoming?.startsAt).toBe(plan.startsAt + hourMs);

    const gone = next(viewer, 'upcoming:changed', ({ upcoming }) => upcoming === null);
    const unlisted = next(visitor, 'lobby:changed', ({ upcoming }) => upcoming.length === 0);
    expect(await ask(presenter, 'show:withdraw', { key, channel: 'math-101' })).toMatchObject({ ok: true, data: {} });
    await Promise.all([gone, unlisted]);
  });

  it('is shown to viewers who come later', async () => {
    await ask(await rig.connect(), 'show:announce', announcement());
    const viewer = await rig.connect();
    const reply = await ask(viewer, 'channel:follow', { channel: 'math-101' });
    expect(reply).toMatchObject({ ok: true, data: { broadcast: null, upcoming: { title: 'Sums' } } });
    expect(await ask(viewer, 'lobby:follow', {})).toMatchObject({ data: { upcoming: [{ channel: 'math-101' }] } });
  });

  it('is over when the show is live, but not while it is still starting', async () => {
    await ask(await rig.connect(), 'show:announce', announcement());
    const viewer = await rig.connect();
    await ask(viewer, 'channel:follow', { channel: 'math-101' });
    const over = next(viewer, 'upcoming:changed');
    await ask(await rig.connect(), 'broadcast:start', { ...show, title: 'Sums at last' });
    expect(rig.upcoming.view('math-101')).not.toBeNull();
    rig.gateway.links.at(-1)?.listener.flowChanged('video', true);
    expect(await over).toEqual({ channel: 'math-101', upcoming: null });
  });

  it('is listed with others, soonest first', async () => {
    const presenter = await rig.connect();
    const plan = announcement();
    await ask(presenter, 'show:announce', { ...plan, channel: 'later', startsAt: plan.startsAt + hourMs });
    await ask(presenter, 'show:announce', plan);
    expect(rig.upcoming.list().map(({ channel }) => channel)).toEqual(['math-101', 'later']);
  });

  it.each([
    ['that has passed', -2 * 60_000],
    ['that is years away', 2 * 366 * 24 * hourMs],
  ])('does not begin at a time %s', async (_, inMs) => {
    const reply = await ask(await rig.connect(), 'show:announce', { ...announcement(), startsAt: Date.now() + inMs });
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-start-time' } });
    expect(rig.upcoming.list()).toEqual([]);
  });

  it('is refused without the key, and for a channel that is on air', async () => {
    await rig.goLive();
    const client = await rig.connect();
    expect(await ask(client, 'show:announce', { ...announcement(), key: 'guess' })).toMatchObject({
      error: { code: 'wrong-key' },
    });
    expect(await ask(client, 'show:announce', announcement())).toMatchObject({ error: { code: 'channel-taken' } });
    await ask(client, 'show:announce', { ...announcement(), channel: 'physics' });
    expect(await ask(client, 'show:withdraw', { key: 'guess', channel: 'physics' })).toMatchObject({
      error: { code: 'wrong-key' },
    });
    expect(rig.upcoming.list().map(({ channel }) => channel)).toEqual(['physics']);
  });

  it.each([
    ['without a time', { startsAt: null }],
    ['at a time that is text', { startsAt: '2030-01-01T10:00' }],
    ['at an invalid time', { startsAt: -1 }],
    ['without a title', { title: ' ' }],
    ['on a channel in capitals', { channel: 'MATH' }],
  ])('is refused with a message %s', async (_, change) => {
    const reply = await ask(await rig.connect(), 'show:announce', { ...announcement(), ...change });
    expect(reply).toMatchObject({ ok: false, error: { code: 'bad-request' } });
  });

  it('is forgotten when the show has not begun for hours', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], shouldAdvanceTime: true });
    try {
      const { key: _, ...plan } = announcement();
      const changes: string[] = [];
      await rig.upcoming.announce(plan);
      rig.upcoming.onChanged((channel) => changes.push(channel));
      await vi.advanceTimersByTimeAsync(hourMs + retentionMs - 60_000);
      expect(rig.upcoming.view('math-101')).toMatchObject(plan);
      await vi.advanceTimersByTimeAsync(120_000);
      expect(rig.upcoming.view('math-101')).toBeNull();
      expect(changes).toEqual(['math-101']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('waits for longer than a timer can', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'], shouldAdvanceTime: true });
    try {
      const inMs = 30 * 24 * hourMs;
      await rig.upcoming.announce({ channel: 'math-101', title: 'Sums', startsAt: Date.now() + inMs });
      await vi.advanceTimersByTimeAsync(inMs);
      expect(rig.upcoming.list()).toHaveLength(1);
      await vi.advanceTimersByTimeAsync(retentionMs + 1_000);
      expect(rig.upcoming.list()).toEqual([]);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('what was announced', () => {
  const logger = openLogger('silent');
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rostrum-upcoming-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('survives a restart, unless its time is long past', async () => {
    const soon = { channel: 'math-101', title: 'Sums', startsAt: Date.now() + hourMs };
    const old = { channel: 'history', title: 'Long ago', startsAt: Date.now() - retentionMs - 1 };
    await upcomingStore(folder, logger).save([old, soon]);
    rig.upcoming.restore(await upcomingStore(folder, logger).load());
    expect(rig.upcoming.list()).toMatchObject([soon]);
    expect(rig.kept).toEqual([soon]);
  });

  it('is empty when the file is missing, broken, or of another kind', async () => {
    expect(await upcomingStore(folder, logger).load()).toEqual([]);
    for (const text of ['{"version":1,"upc', '{"version":1,"upcoming":[{"channel":"../../etc"}]}']) {
      await writeFile(join(folder, 'upcoming.json'), text);
      expect(await upcomingStore(folder, logger).load()).toEqual([]);
    }
  });
});
