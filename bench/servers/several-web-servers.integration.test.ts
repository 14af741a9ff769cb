import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Replies } from '../../lib/signaling.ts';
import { jpegOf } from '../../lib/testing/jpeg.ts';
import { whyNoRedis } from '../../server/cluster/testing/redis-server.ts';
import type { WebServer } from '../../server/cluster/testing/web-server.ts';
import { openKurentoGateway } from '../../server/kurento/kurento-gateway.ts';
import { openLogger } from '../../server/logger.ts';
import { LoadPresenter } from '../load/load-presenter.ts';
import { LoadViewer } from '../load/load-viewer.ts';
import { ResilientPresenter } from '../load/resilient-presenter.ts';
import { ResilientViewer } from '../load/resilient-viewer.ts';
import { SignalingSocket } from '../load/signaling-socket.ts';
import { PictureLog } from '../media/picture-log.ts';
import { LoadBalancer } from './load-balancer.ts';
import { SeveralWebServers, severalKey } from './several-web-servers.ts';

const obstacle = await whyNoRedis();
const key = severalKey;
const timeoutMs = 15_000;

const closing: (() => Promise<unknown>)[] = [];
function own<T extends { close(): Promise<unknown> }>(opened: T): T {
  closing.push(() => opened.close());
  return opened;
}
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function socketTo({ url }: WebServer): Promise<SignalingSocket> {
  const socket = await SignalingSocket.open(url, timeoutMs);
  closing.push(async () => socket.close());
  return socket;
}

const target = ({ url }: WebServer) => ({ url, timeoutMs });

describe.skipIf(obstacle !== null)('several web servers', { timeout: 120_000 }, () => {
  it('show a broadcast to viewers on each of them, with one count and one lobby', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const presenter = own(await LoadPresenter.start(target(one), { key, channel: 'math', title: 'Sums' }));
    await presenter.waitForLive(timeoutMs);
    const near = own(await LoadViewer.join(target(one), 'math'));
    const far = own(await LoadViewer.join(target(two), 'math'));
    await Promise.all([near.waitForVideo(timeoutMs), far.waitForVideo(timeoutMs)]);
    for (const server of [one, two]) {
      const socket = await socketTo(server);
      const lobby = () => socket.request('lobby:follow', {});
      await expect
        .poll(async () => (await lobby()).broadcasts.map(({ channel, viewers }) => [channel, viewers]))
        .toEqual([['math', 2]]);
    }
    // A presenter at the other web server finds the channel taken, and everyone is notified of a new title.
    const other = await socketTo(two);
    const follow = await other.request('channel:follow', { channel: 'math' });
    expect(follow.broadcast).toMatchObject({ title: 'Sums', phase: 'live' });
    await expect(LoadPresenter.start(target(two), { key, channel: 'math' })).rejects.toMatchObject({
      code: 'channel-taken',
    });
    const renamed = new Promise<string | undefined>((resolve) => {
      other.on('broadcast:changed', ({ broadcast }) => {
        if (broadcast?.title === 'Products') resolve(broadcast.title);
      });
    });
    await presenter.link.signaling.request('broadcast:rename', { title: 'Products' });
    expect(await renamed).toBe('Products');
    await far.leave();
    await expect.poll(async () => (await other.request('lobby:follow', {})).broadcasts[0]?.viewers).toBe(1);
    await presenter.stop();
    await expect.poll(async () => (await other.request('lobby:follow', {})).broadcasts).toEqual([]);
    // The channel is free for a show at the other web server.
    const next = own(await LoadPresenter.start(target(two), { key, channel: 'math', title: 'Again' }));
    await next.waitForLive(timeoutMs);
    await next.stop();
  });

  it('show each other’s preview pictures, until they are forbidden', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const presenter = own(await LoadPresenter.start(target(one), { key, channel: 'math', title: 'Sums' }));
    await presenter.waitForLive(timeoutMs);
    const { resumeToken, link } = presenter;
    const { signaling } = link;
    const visitor = await socketTo(two);
    const version = async () => (await visitor.request('lobby:follow', {})).broadcasts[0]?.thumbnail;
    const image = jpegOf(320, 180);
    expect(await signaling.request('broadcast:thumbnail', { image })).toEqual({ allowed: true });
    await expect.poll(version).toBeGreaterThan(0);
    for (const { url } of [one, two]) {
      const response = await fetch(`${url}/api/broadcasts/math/thumbnail`);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
      expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(image));
    }
    await signaling.request('thumbnail:allow', { allowed: false });
    await expect.poll(version).toBeUndefined();
    for (const { url } of [one, two]) expect((await fetch(`${url}/api/broadcasts/math/thumbnail`)).status).toBe(404);
    // Now the presenter's socket is not at the owner of the channel, and the picture gets there through Redis.
    await signaling.request('thumbnail:allow', { allowed: true });
    const taken = own(await LoadPresenter.takeUp(target(two), { channel: 'math', resumeToken }));
    await taken.waitForLive(timeoutMs);
    await taken.link.signaling.request('broadcast:thumbnail', { image });
    const response = await fetch(`${one.url}/api/broadcasts/math/thumbnail`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(Buffer.from(image));
    await taken.stop();
  });

  it('share announced shows, passcodes and presenter keys', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const [first, second] = [await socketTo(one), await socketTo(two)];
    await second.request('lobby:follow', {});
    const announced = new Promise<Replies['lobby:follow']>((resolve) => {
      second.on('lobby:changed', (lobby) => {
        if (lobby.upcoming.length > 0) resolve(lobby);
      });
    });
    const startsAt = Date.now() + 3_600_000;
    await first.request('show:announce', { key, channel: 'math', title: 'Soon', startsAt });
    expect((await announced).upcoming).toEqual([{ channel: 'math', title: 'Soon', startsAt }]);
    await first.request('passcode:set', { key, channel: 'math', passcode: 'open sesame' });
    await expect
      .poll(() => second.request('channel:follow', { channel: 'math' }).catch(({ code }) => code))
      .toBe('passcode-required');
    const { ticket } = await second.request('channel:enter', { channel: 'math', passcode: 'open sesame' });
    // The ticket of one web server is good at all of them.
    expect((await first.request('channel:follow', { channel: 'math', credential: ticket })).channel).toBe('math');
    const made = await first.request('keys:make', { key, name: 'Anna', channels: 'all' });
    await expect
      .poll(() => second.request('key:check', { key: made.text }).catch(({ code }) => code))
      .toMatchObject({ role: 'presenter', name: 'Anna' });
    await second.request('keys:revoke', { key, id: made.key.id });
    await expect.poll(() => first.request('key:check', { key: made.text }).catch(({ code }) => code)).toBe('wrong-key');
    const third = await socketTo(await several.startWebServer());
    expect((await third.request('lobby:follow', {})).upcoming).toMatchObject([{ channel: 'math', isLocked: true }]);
  });

  it('go on with a show whose web server was killed, within ten seconds, in one recording', {
    tags: ['long'],
  }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const balancer = own(await LoadBalancer.start());
    balancer.to(one.url);
    const show = { key, channel: 'math', title: 'Sums', record: true };
    const presenter = own(await ResilientPresenter.start({ url: balancer.url, timeoutMs }, show));
    // One at the web server that dies, and one at the other.
    const viewers = [balancer, two].map(({ url }) => own(ResilientViewer.watch({ url, timeoutMs }, 'math')));
    for (const { pictures } of viewers) await expect.poll(() => pictures.sources, { timeout: timeoutMs }).toBe(1);
    await expect.poll(() => presenter.current.broadcast?.recording, { timeout: timeoutMs }).toBe('recording');
    balancer.to(two.url);
    await one.kill();
    const killedAt = Date.now();
    for (const { pictures } of viewers) {
      await expect.poll(() => pictures.firstBeginningAfter(killedAt), { timeout: timeoutMs }).not.toBeNull();
    }
    const backAfterMs = viewers.map(
      ({ pictures }) => (pictures.firstBeginningAfter(killedAt) ?? Number.NaN) - killedAt,
    );
    console.log(`the owner was killed: pictures again after ${backAfterMs.join(' and ')} ms`);
    for (const ms of backAfterMs) expect(ms).toBeLessThan(10_000);
    expect(presenter.current.broadcast?.title).toBe('Sums');
    await presenter.stop();
    await expect
      .poll(() => recordings(several.folder), { timeout: 20_000 })
      .toEqual([{ state: 'ready', title: 'Sums' }]);
  });

  it('keep the show when another web server with viewers is killed', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const presenter = own(await ResilientPresenter.start(target(one), { key, channel: 'math' }));
    const near = own(await LoadViewer.join(target(one), 'math'));
    const far = own(await LoadViewer.join(target(two), 'math'));
    await Promise.all([near.waitForVideo(timeoutMs), far.waitForVideo(timeoutMs)]);
    const lobby = await socketTo(one);
    const viewers = async () => (await lobby.request('lobby:follow', {})).broadcasts[0]?.viewers;
    await expect.poll(viewers).toBe(2);
    await two.kill();
    await expect.poll(viewers, { timeout: 10_000 }).toBe(1);
    expect(presenter.returns).toHaveLength(0);
    const before = near.counters.video.received;
    await expect.poll(() => near.counters.video.received).toBeGreaterThan(before + 50);
  });

  it('go on while Redis is away, let nobody in from elsewhere, and say why; all is well when it is back', {
    tags: ['long'],
  }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const presenter = own(await ResilientPresenter.start(target(one), { key, channel: 'math', title: 'Sums' }));
    const near = own(await LoadViewer.join(target(one), 'math'));
    const far = own(await LoadViewer.join(target(two), 'math'));
    await Promise.all([near.waitForVideo(timeoutMs), far.waitForVideo(timeoutMs)]);
    await several.redis.kill();
    await expect(LoadViewer.join(target(two), 'math')).rejects.toMatchObject({ code: 'cluster-unavailable' });
    await expect(LoadPresenter.start(target(two), { key, channel: 'music' })).rejects.toMatchObject({
      code: 'cluster-unavailable',
    });
    // For longer than a lease lasts.
    const until = performance.now() + 8_000;
    await expect.poll(() => performance.now() > until, { timeout: 10_000 }).toBe(true);
    const before = [near, far].map((viewer) => viewer.counters.video.received);
    await expect
      .poll(() => [near, far].every((viewer, index) => viewer.counters.video.received > (before[index] ?? 0) + 50))
      .toBe(true);
    // Those who come to the web server that owns the channel get in.
    const late = own(await LoadViewer.join(target(one), 'math'));
    await late.waitForVideo(timeoutMs);
    await several.redis.restart();
    const again = async () => {
      const viewer = await LoadViewer.join(target(two), 'math').catch(() => null);
      if (viewer !== null) own(viewer);
      return viewer !== null;
    };
    await expect.poll(again, { timeout: 10_000, interval: 500 }).toBe(true);
    const lobby = await socketTo(two);
    await expect
      .poll(async () => (await lobby.request('lobby:follow', {})).broadcasts.map(({ viewers }) => viewers), {
        timeout: 10_000,
      })
      .toEqual([4]);
    expect(presenter.returns).toHaveLength(0);
  });

  it('keep their shows when Redis hangs for longer than a lease, with all its data', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const presenter = own(await ResilientPresenter.start(target(one), { key, channel: 'math' }));
    const far = own(await LoadViewer.join(target(two), 'math'));
    await far.waitForVideo(timeoutMs);
    await several.redis.hang(9_000);
    const hangsUntil = performance.now() + 9_000;
    await expect(LoadViewer.join(target(two), 'math')).rejects.toMatchObject({ code: 'cluster-unavailable' });
    await expect.poll(() => performance.now() > hangsUntil, { timeout: 12_000 }).toBe(true);
    // In this moment, the show is in Redis, and its lease has ended.
    const again = async () => {
      const viewer = await LoadViewer.join(target(two), 'math').catch(() => null);
      if (viewer !== null) own(viewer);
      return viewer !== null;
    };
    await expect.poll(again, { timeout: 12_000, interval: 200 }).toBe(true);
    const lobby = await socketTo(one);
    await expect
      .poll(async () => (await lobby.request('lobby:follow', {})).broadcasts.map(({ viewers }) => viewers))
      .toEqual([2]);
    expect(presenter.returns).toHaveLength(0);
    expect(far.link.signaling.connected).toBe(true);
  });

  it('keep one line for a full channel, and end the show of a revoked key, wherever it is', {
    tags: ['long'],
  }, async () => {
    const several = own(await SeveralWebServers.open());
    const settings = { MAX_VIEWERS_PER_CHANNEL: '1' };
    const [one, two] = [await several.startWebServer(settings), await several.startWebServer(settings)];
    const owner = await socketTo(two);
    const made = await owner.request('keys:make', { key, name: 'Anna', channels: 'all' });
    const presenter = own(await LoadPresenter.start(target(one), { key: made.text, channel: 'math' }));
    await presenter.waitForLive(timeoutMs);
    const seated = own(await LoadViewer.join(target(two), 'math'));
    const waiting = await socketTo(two);
    await waiting.request('channel:follow', { channel: 'math' });
    expect((await waiting.request('line:wait', { channel: 'math', ticket: null })).position).toBe(1);
    const called = new Promise<number>((resolve) => {
      waiting.on('line:moved', ({ position }) => resolve(position));
    });
    const ended = new Promise<string | null | undefined>((resolve) => {
      waiting.on('broadcast:changed', ({ broadcast }) => {
        if (broadcast?.phase === 'ended') resolve(broadcast.endReason);
      });
    });
    await seated.close();
    expect(await called).toBe(0);
    await owner.request('keys:revoke', { key, id: made.key.id });
    expect(await ended).toBe('key-revoked');
  });

  it('count viewers and shows of all of them for the limits', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const settings = { MAX_BROADCASTS: '2', MAX_VIEWERS: '2' };
    const [one, two] = [await several.startWebServer(settings), await several.startWebServer(settings)];
    const math = own(await LoadPresenter.start(target(one), { key, channel: 'math' }));
    const music = own(await LoadPresenter.start(target(two), { key, channel: 'music' }));
    await Promise.all([math.waitForLive(timeoutMs), music.waitForLive(timeoutMs)]);
    for (const server of [one, two]) {
      const start = () => LoadPresenter.start(target(server), { key, channel: 'art' });
      // A show that gets in is over when the next attempt is made.
      const refusal = async () =>
        start().then(
          (presenter) => presenter.stop(),
          ({ code }) => code,
        );
      await expect.poll(refusal).toBe('too-many-broadcasts');
    }
    const first = own(await LoadViewer.join(target(one), 'math'));
    own(await LoadViewer.join(target(one), 'math'));
    const waiting = await socketTo(two);
    await waiting.request('channel:follow', { channel: 'music' });
    const join = () =>
      LoadViewer.join(target(two), 'music').then(
        (viewer) => viewer.leave(),
        ({ code }) => code,
      );
    await expect.poll(join, { timeout: timeoutMs }).toBe('stream-full');
    const called = new Promise<number>((resolve) => {
      waiting.on('line:moved', ({ position }) => resolve(position));
    });
    const place = await waiting.request('line:wait', { channel: 'music', ticket: null });
    // The one who left may have had the seat that was free for a moment.
    if (place.position > 0) {
      await first.leave();
      expect(await called).toBe(0);
    }
    expect(place.position).toBe(1);
  });

  it('may have media servers of their own', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const settings = { KURENTO_URL: '', EMBEDDED_BIND_IP: '127.0.0.1' };
    const [one, two] = [await several.startWebServer(settings), await several.startWebServer(settings)];
    const presenter = own(await LoadPresenter.start(target(one), { key, channel: 'math' }));
    await presenter.waitForLive(timeoutMs);
    const far = own(await LoadViewer.join(target(two), 'math'));
    await far.waitForVideo(timeoutMs);
    await one.kill();
    await presenter.close();
    const back = own(await comesBack(two, presenter.resumeToken));
    await back.waitForLive(timeoutMs);
    const again = own(await LoadViewer.join(target(two), 'math'));
    await again.waitForVideo(timeoutMs);
  });

  it('are restarted one after the other: the show goes on at another one', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const starter = own(await LoadPresenter.start(target(one), { key, channel: 'math', title: 'Sums', record: true }));
    await starter.waitForLive(timeoutMs);
    const viewer = own(ResilientViewer.watch(target(two), 'math'));
    await expect.poll(() => viewer.pictures.sources, { timeout: timeoutMs }).toBe(1);
    await expect.poll(() => starter.broadcast?.recording, { timeout: timeoutMs }).toBe('recording');
    const { resumeToken } = starter;
    const stoppedAt = Date.now();
    await one.close();
    await starter.close();
    const presenter = own(await comesBack(two, resumeToken));
    await expect.poll(() => viewer.pictures.firstBeginningAfter(stoppedAt), { timeout: timeoutMs }).not.toBeNull();
    console.log(
      `the owner was restarted: pictures again after ${(viewer.pictures.firstBeginningAfter(stoppedAt) ?? 0) - stoppedAt} ms`,
    );
    await presenter.stop();
    await expect
      .poll(() => recordings(several.folder), { timeout: 20_000 })
      .toEqual([{ state: 'ready', title: 'Sums' }]);
  });

  it('leave links to the media servers when they stop in order, so that pictures never stop', {
    tags: ['long'],
  }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const show = { key, channel: 'math', title: 'Sums', record: true };
    const [atOwner, atOther, ofPresenter] = [await socketTo(one), await socketTo(two), await socketTo(one)];
    const told = Promise.all(
      [atOwner, atOther, ofPresenter].map(
        (socket) => new Promise<void>((resolve) => void socket.on('owner:leaving', () => resolve())),
      ),
    );
    const starter = own(await LoadPresenter.start({ ...target(one), socket: ofPresenter }, show));
    await starter.waitForLive(timeoutMs);
    await expect.poll(() => starter.broadcast?.recording, { timeout: timeoutMs }).toBe('recording');
    // A viewer makes its next link while the present one goes on, and changes over at the first picture.
    const watch = async (server: WebServer, log: PictureLog, socket?: SignalingSocket) => {
      const source = randomUUID();
      const seen = ({ startsKeyframe }: { startsKeyframe: boolean }) => log.note(source, startsKeyframe);
      return own(await LoadViewer.join({ ...target(server), ...(socket && { socket }) }, 'math', { seen }));
    };
    const logs = [new PictureLog(), new PictureLog()];
    const [near = new PictureLog(), far = new PictureLog()] = logs;
    const former = [await watch(one, near, atOwner), await watch(two, far, atOther)];
    await Promise.all(former.map((viewer) => viewer.waitForVideo(timeoutMs)));
    await expect.poll(() => logs.every(({ sources }) => sources === 1)).toBe(true);
    const before = await pipelinesOf(several);
    expect(before).toHaveLength(1);

    // A page that asks in these moments never hears that nothing is on.
    const isChanging = new AbortController();
    const answers = askAgainAndAgain(two, isChanging.signal);
    const stopped = one.close();
    await told;
    // Nobody has a link anywhere else for a while, and pictures go on.
    await stopped;
    const received = () => former.map((viewer) => viewer.counters.video.received);
    const atStop = received();
    await expect.poll(() => received().every((count, index) => count > (atStop[index] ?? 0) + 100)).toBe(true);
    const presenter = own(await comesBack(two, starter.resumeToken));
    const lobby = await socketTo(two);
    const phase = async () => (await lobby.request('lobby:follow', {})).broadcasts[0]?.phase;
    await expect.poll(phase).toBe('live');
    isChanging.abort();
    for (const answer of await answers)
      expect(['live', 'interrupted', 'cluster-unavailable', 'gone']).toContain(answer);
    for (const [index, log] of logs.entries()) {
      await (await watch(two, log)).waitForVideo(timeoutMs);
      await former[index]?.close();
    }
    await starter.close();
    const atChange = logs.map(({ longestGapMs }) => longestGapMs);
    console.log(`the owner was restarted in order: longest gaps of ${atChange.join(' and ')} ms`);
    for (const gapMs of atChange) expect(gapMs).toBeLessThan(500);

    // What the former owner left is there for half a minute, and not longer.
    expect(await pipelinesOf(several)).toEqual(expect.arrayContaining(before));
    await expect.poll(() => pipelinesOf(several), { timeout: 45_000, interval: 1_000 }).toHaveLength(1);
    expect(await pipelinesOf(several)).not.toEqual(before);
    await presenter.stop();
    await expect
      .poll(() => recordings(several.folder), { timeout: 20_000 })
      .toEqual([{ state: 'ready', title: 'Sums' }]);
  });

  it('go on with a show after all of them were killed, in one recording', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const show = { key, channel: 'math', title: 'Sums', record: true };
    const starter = own(await LoadPresenter.start(target(one), show));
    await starter.waitForLive(timeoutMs);
    await expect.poll(() => starter.broadcast?.recording, { timeout: timeoutMs }).toBe('recording');
    const lobby = await socketTo(two);
    await expect.poll(async () => (await lobby.request('lobby:follow', {})).broadcasts).toHaveLength(1);
    await Promise.all([one.kill(), two.kill(), starter.close()]);
    const three = await several.startWebServer();
    const presenter = own(await comesBack(three, starter.resumeToken));
    await presenter.waitForLive(timeoutMs);
    await presenter.stop();
    await expect
      .poll(() => recordings(several.folder), { timeout: 20_000 })
      .toEqual([{ state: 'ready', title: 'Sums' }]);
  });

  it('let viewers join again whose web server was stopped for a while', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const presenter = own(await ResilientPresenter.start(target(one), { key, channel: 'math' }));
    const viewer = own(ResilientViewer.watch(target(two), 'math'));
    await expect.poll(() => viewer.pictures.sources, { timeout: timeoutMs }).toBe(1);
    const lobby = await socketTo(one);
    const viewers = async () => (await lobby.request('lobby:follow', {})).broadcasts[0]?.viewers;
    await expect.poll(viewers).toBe(1);
    two.pause();
    await expect.poll(viewers, { timeout: 10_000 }).toBe(0);
    two.goOn();
    await expect.poll(viewers, { timeout: timeoutMs }).toBe(1);
    await expect.poll(() => viewer.pictures.sources, { timeout: timeoutMs }).toBe(2);
    expect(presenter.returns).toHaveLength(0);
  });

  it('give up a show that another one has while their process was stopped', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const starter = own(await LoadPresenter.start(target(one), { key, channel: 'math' }));
    await starter.waitForLive(timeoutMs);
    // What the others know of a show, they can go on with.
    const lobby = await socketTo(two);
    await expect.poll(async () => (await lobby.request('lobby:follow', {})).broadcasts).toHaveLength(1);
    one.pause();
    const presenter = own(await comesBack(two, starter.resumeToken));
    await presenter.waitForLive(timeoutMs);
    one.goOn();
    await expect
      .poll(() => starter.link.closedByServer !== null || !starter.link.signaling.connected, {
        timeout: timeoutMs,
      })
      .toBe(true);
    // A viewer who comes to the stopped web server sees the show at the other one.
    const viewer = own(await LoadViewer.join(target(one), 'math'));
    await viewer.waitForVideo(timeoutMs);
    expect(presenter.link.closedByServer).toBeNull();
  });
});

/** A presenter who resumes the show at this web server, as soon as it has it. */
async function comesBack(server: WebServer, resumeToken: string): Promise<LoadPresenter> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await LoadPresenter.takeUp(target(server), { channel: 'math', resumeToken });
    } catch (error) {
      if (attempt > 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** What a web server says about the channel until `signal`: the phase of its show, `nothing`, or the code of an error. */
async function askAgainAndAgain({ url }: WebServer, signal: AbortSignal): Promise<Set<string>> {
  const answers = new Set<string>();
  while (!signal.aborted) {
    const socket = await SignalingSocket.open(url, timeoutMs);
    const gone = new Promise<string>((resolve) => void socket.onGone(() => resolve('gone')));
    const asked = socket.request('channel:follow', { channel: 'math' }).then(
      ({ broadcast }) => broadcast?.phase ?? 'nothing',
      ({ code }) => code,
    );
    answers.add(await Promise.race([asked, gone]));
    socket.close();
  }
  return answers;
}

/** The ids of the pipelines on the media server. */
async function pipelinesOf({ mediaServerUrl: url }: SeveralWebServers): Promise<string[]> {
  const listener = { lost() {}, regained() {} };
  const gateway = await openKurentoGateway({ url, instanceId: 'test', logger: openLogger('silent'), listener });
  return await gateway.listPipelines().finally(() => gateway.close());
}

async function recordings(folder: string): Promise<{ state: string; title: string }[]> {
  const path = join(folder, 'recordings');
  const ids = await readdir(path);
  const texts = await Promise.all(ids.filter((id) => !id.startsWith('.')).map((id) => readManifest(join(path, id))));
  return texts.map(({ state, title }) => ({ state, title }));
}

async function readManifest(folder: string): Promise<{ state: string; title: string }> {
  const [name = ''] = (await readdir(folder)).filter((file) => file.endsWith('.json'));
  return JSON.parse(await readFile(join(folder, name), 'utf8'));
}
