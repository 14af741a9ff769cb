import { writeFile } from 'node:fs/promises';
import { io } from 'socket.io-client';
import WebSocket from 'ws';
import { LoadPresenter } from '../../bench/load/load-presenter.ts';
import { LoadViewer } from '../../bench/load/load-viewer.ts';
import { signalingPath } from '../../lib/signaling.ts';
import { expect, test } from '../fixtures.ts';
import { needsOwnMediaServer, usesOtherMediaServer } from '../servers/media-server-choice.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

/**
 * Random steps in one round: the first warms up, the second must find memory level, half a one meets a crash, and half a
 * one shows that the media server which took its place keeps nothing either.
 */
const stepsPerRound = 100;
const channels = ['churn-a', 'churn-b', 'churn-c', 'churn-d'] as const;
/**
 * A media server may have this many more files open after a crowd than before. A Kurento opens pipes and sockets of its
 * own with its first shows, and keeps them: the more people come at once, the more, up to 15.
 */
const moreFiles = usesOtherMediaServer ? 5 : 2;
const garbageOffers = ['', 'v=0', 'not SDP at all', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n', '\u0000'];

test('300 random joins, leaves, restarts and faults leave nothing behind in either process', {
  tag: '@long',
}, async () => {
  needsOwnMediaServer('it is killed here, and its memory and files are counted');
  test.setTimeout(300_000);
  const seed = Number(process.env.CHURN_SEED ?? Date.now() % 1_000_000);
  console.log(`churn seed ${seed} (set CHURN_SEED to repeat it)`);
  const server = await startRostrum({ LOG_LEVEL: 'warn', PRESENTER_GRACE_S: '2' });
  try {
    const random = seededRandom(seed);
    const atRest = await look(server);
    const crowd = new Crowd(server, random);
    for (let step = 0; step < stepsPerRound; step++) await crowd.step();
    await crowd.closeAll();
    await waitForRest(server);
    const warm = await look(server);
    for (let step = 0; step < stepsPerRound; step++) await crowd.step();
    await crowd.closeAll();
    await waitForRest(server);
    const after = await look(server);
    // A media server that dies under a crowd is a fault like any other.
    for (let step = 0; step < stepsPerRound / 4; step++) await crowd.step();
    await server.killMediaServer();
    for (let step = 0; step < stepsPerRound / 4; step++) await crowd.step();
    await crowd.closeAll();
    await waitForRest(server);
    const restarted = await look(server);
    for (let step = 0; step < stepsPerRound / 2; step++) await crowd.step();
    await crowd.closeAll();
    await waitForRest(server);
    const later = await look(server);

    console.log(JSON.stringify({ actions: crowd.actions, atRest, warm, after, restarted, later }));
    expect(crowd.actions.joined ?? 0).toBeGreaterThan(20);
    expect(crowd.actions.started ?? 0).toBeGreaterThan(10);
    for (const look of [after, restarted, later]) expect(look.timers).toBeLessThanOrEqual(atRest.timers + 1);
    expect(after.mediaFiles).toBeLessThanOrEqual(atRest.mediaFiles + moreFiles);
    expect(later.mediaFiles).toBeLessThanOrEqual(restarted.mediaFiles + moreFiles);
    expect(after.webMiB - warm.webMiB).toBeLessThan(30);
    expect(after.mediaMiB - warm.mediaMiB).toBeLessThan(30);
  } finally {
    await writeFile(test.info().outputPath('server.log'), server.log());
    await server.close();
  }
});

/** People and vandals on a few channels. Each step does one thing at random; a refusal is a fine answer. */
class Crowd {
  readonly actions: Record<string, number> = {};
  readonly #server: RostrumServer;
  readonly #random: () => number;
  readonly #presenters = new Map<string, LoadPresenter>();
  readonly #viewers = new Set<LoadViewer>();

  constructor(server: RostrumServer, random: () => number) {
    this.#server = server;
    this.#random = random;
  }

  async step(): Promise<void> {
    const channel = channels[Math.floor(this.#random() * channels.length)] ?? channels[0];
    const dice = this.#random();
    if (dice < 0.15) await this.#start(channel);
    else if (dice < 0.2) await this.#endShow(channel, 'stop');
    else if (dice < 0.25) await this.#endShow(channel, 'close');
    else if (dice < 0.55) await this.#join(channel);
    else if (dice < 0.65) await this.#leave('leave');
    else if (dice < 0.75) await this.#leave('close');
    else if (dice < 0.85) await this.#breakOffWhileJoining(channel);
    else await this.#vandalise(channel);
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#presenters.values(), ...this.#viewers].map((peer) => peer.close()));
    this.#presenters.clear();
    this.#viewers.clear();
  }

  async #start(channel: string): Promise<void> {
    const record = this.#random() < 0.3;
    await LoadPresenter.start(this.#target, { key: this.#server.key, channel, record }).then(
      async (presenter) => {
        this.#count('started');
        await this.#presenters.get(channel)?.close();
        this.#presenters.set(channel, presenter);
        if (this.#random() < 0.8) await presenter.waitForLive().catch(() => this.#count('never live'));
      },
      () => this.#count('start refused'),
    );
  }

  async #endShow(channel: string, how: 'stop' | 'close'): Promise<void> {
    const presenter = this.#presenters.get(channel);
    this.#presenters.delete(channel);
    if (presenter === undefined) return;
    this.#count(`show ended by ${how}`);
    await (how === 'stop' ? presenter.stop().catch(() => {}) : presenter.close());
  }

  async #join(channel: string): Promise<void> {
    await LoadViewer.join(this.#target, channel).then(
      (viewer) => {
        this.#count('joined');
        this.#viewers.add(viewer);
      },
      () => this.#count('join refused'),
    );
  }

  async #leave(how: 'leave' | 'close'): Promise<void> {
    const [viewer] = this.#viewers;
    if (viewer === undefined) return;
    this.#viewers.delete(viewer);
    this.#count(`viewer went by ${how}`);
    await (how === 'leave' ? viewer.leave().catch(() => {}) : viewer.close());
  }

  /** A page that is closed at any moment of joining. */
  async #breakOffWhileJoining(channel: string): Promise<void> {
    this.#count('broke off');
    const joining = LoadViewer.join({ ...this.#target, timeoutMs: 1 + this.#random() * 60 }, channel);
    await joining.then((viewer) => viewer.close()).catch(() => {});
  }

  /** Sends nonsense, and then the socket breaks without a word. */
  async #vandalise(channel: string): Promise<void> {
    this.#count('vandalised');
    const socket = io(this.#server.url, {
      path: signalingPath,
      transports: ['websocket'],
      reconnection: false,
      forceNew: true,
    });
    await new Promise<void>((resolve) => void socket.once('connect', resolve));
    const sdpOffer = garbageOffers[Math.floor(this.#random() * garbageOffers.length)];
    const ask = (event: string, body: unknown) => socket.timeout(8_000).emitWithAck(event, body);
    const replies = await Promise.all([
      ask('candidate:add', { candidate: 'candidate:for nobody' }),
      ask('broadcast:start', { key: this.#server.key, channel: `${channel}-x`, title: 'x', record: true, sdpOffer }),
      ask('viewer:join', { channel, sdpOffer }),
      ask('no:such', null),
    ]);
    for (const reply of replies) expect(reply).toMatchObject({ ok: false, error: { message: expect.any(String) } });
    for (const reply of replies) expect(reply.error.code).not.toBe('internal');
    if (this.#random() < 0.5) socket.io.engine.close();
    else socket.disconnect();
  }

  get #target() {
    return { url: this.#server.url };
  }

  #count(action: string): void {
    this.actions[action] = (this.actions[action] ?? 0) + 1;
  }
}

/** Resolves once the server has neither people nor shows, and its media server no objects. */
async function waitForRest(server: RostrumServer): Promise<void> {
  await expect
    .poll(
      async () => {
        const health = await server.health();
        const pipelines = await askMediaServer(server.mediaServerUrl, 'getPipelines').catch(() => 'unreachable');
        const { status, broadcasts, viewers, sockets, peers } = health;
        return JSON.stringify({ status, broadcasts, viewers, sockets, peers, pipelines });
      },
      { timeout: 30_000 },
    )
    .toBe(JSON.stringify({ status: 'ok', broadcasts: 0, viewers: 0, sockets: 0, peers: 0, pipelines: [] }));
}

async function look(server: RostrumServer) {
  const { resources, memory } = await server.health();
  const media = await server.mediaServerUse();
  return {
    timers: resources.Timeout ?? 0,
    webMiB: Math.round(memory.rss / 2 ** 20),
    mediaMiB: media.rssMiB,
    mediaFiles: media.openFiles,
  };
}

/** One operation of the media server's manager, in the Kurento Protocol. */
function askMediaServer(url: string, operation: string): Promise<unknown> {
  const socket = new WebSocket(url);
  return new Promise<unknown>((resolve, reject) => {
    socket.once('error', reject);
    socket.once('open', () => {
      const params = { object: 'manager_ServerManager', operation, sessionId: 'a look at what is left' };
      socket.send(JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'invoke', params }));
    });
    socket.once('message', (frame) => resolve(JSON.parse(String(frame)).result.value));
  }).finally(() => socket.close());
}

/** The same numbers in 0 … 1 for the same seed: Mulberry32, a well-known 32-bit generator. */
function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
