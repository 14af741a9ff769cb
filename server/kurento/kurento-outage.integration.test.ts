import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Candidate } from '../../lib/signaling.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { MediaGateway } from '../broadcast/media-gateway.ts';
import { silentListener } from '../broadcast/testing/silent-listener.ts';
import { Closer } from '../closer.ts';
import type { ChildMessage } from '../embedded-kurento/main.ts';
import { openMediaServer } from '../embedded-kurento/media-server.ts';
import { startEmbeddedKurento } from '../embedded-kurento/supervised-media-server.ts';
import { openLogger } from '../logger.ts';
import { RecordingLibrary } from '../recordings/recording-library.ts';
import { captureLogs } from '../recordings/testing/recording-rig.ts';
import { openKurentoGateway } from './kurento-gateway.ts';
import { ConditionWaiter } from './testing/condition-waiter.ts';
import { openWire } from './testing/cuttable-wire.ts';
import { TestPeer } from './testing/test-peer.ts';

const logger = openLogger('silent');
const pipelineRequest = { broadcastId: 'one', failed() {} };
const unavailable = { name: 'AppError', code: 'media-server-unavailable' };

let closer = new Closer();

afterEach(async () => {
  await closer.close();
  closer = new Closer();
});

async function openGateway(url: string, instanceId = 'test') {
  const conditions = new ConditionWaiter();
  const told: string[] = [];
  const times = new Map<string, number>();
  const tell = (what: string) => () => {
    told.push(what);
    times.set(what, performance.now());
    conditions.changed();
  };
  const listener = { lost: tell('lost'), regained: tell('regained') };
  const gateway = await closer.own(openKurentoGateway({ url, instanceId, logger, listener }));
  const tells = (count: number) => conditions.until(`${count} notifications`, () => told.length >= count, 15_000);
  /** When the event was reported, in milliseconds after `since`. */
  const msAfter = (what: string, since: number) => Math.round((times.get(what) ?? Number.NaN) - since);
  return { gateway, told, tells, msAfter };
}

/** A media server in an unsupervised process, like one on another machine. */
async function forkServer(): Promise<{ url: string; child: ChildProcess }> {
  const main = fileURLToPath(new URL('../embedded-kurento/main.ts', import.meta.url));
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
  const child = fork(main, ['--port', '0'], { execArgv: ['--import', loader], stdio: 'ignore' });
  closer.add(() => void child.kill('SIGKILL'));
  const url = await new Promise<string>((resolve) => {
    child.on('message', (message: ChildMessage) => {
      if (message.type === 'listening') resolve(message.url);
    });
  });
  return { url, child };
}

/** Blocks this process, as rendering a page might. */
function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

const startSupervised = () => closer.own(startEmbeddedKurento({ log: () => {} }));

const faults = [
  { fault: 'SIGKILL', tags: [] },
  { fault: 'SIGSTOP', tags: ['long'] },
] as const;

describe('a fault of the embedded media server', () => {
  for (const { fault, tags } of faults) {
    it(`is noticed and over soon after ${fault}, and what was asked meanwhile fails at once`, {
      tags: [...tags],
      timeout: 30_000,
    }, async () => {
      const server = await startSupervised();
      await vi.waitUntil(() => server.standbyPid() !== undefined, 10_000);
      const { gateway, told, tells, msAfter } = await openGateway(server.url);
      await gateway.openPipeline(pipelineRequest);
      const since = performance.now();
      process.kill(server.pid() ?? 0, fault);
      await expect(gateway.openPipeline(pipelineRequest)).rejects.toMatchObject(unavailable);
      const refused = Math.round(performance.now() - since);
      await tells(2);
      expect(told).toEqual(['lost', 'regained']);
      await gateway.openPipeline(pipelineRequest);
      expect(await gateway.listPipelines()).toHaveLength(1);
      console.info(`${fault}: lost ${msAfter('lost', since)} ms, regained ${msAfter('regained', since)} ms after it;`);
      console.info(`a request of that moment failed after ${refused} ms.`);
    });
  }

  it('is not suspected when this process was busy itself', { tags: ['long'], timeout: 30_000 }, async () => {
    const server = await startSupervised();
    const { gateway, told } = await openGateway(server.url);
    const pid = server.pid();
    for (let times = 0; times < 3; times += 1) {
      block(1_500);
      expect(await gateway.listPipelines()).toEqual([]);
    }
    expect(told).toEqual([]);
    expect(server.pid()).toBe(pid);
  });
});

describe('an external media server', () => {
  it('that hangs is lost, and when it wakes up it is regained without the objects on it', async () => {
    const { url, child } = await forkServer();
    const { gateway, told, tells, msAfter } = await openGateway(url);
    await gateway.openPipeline(pipelineRequest);
    const since = performance.now();
    child.kill('SIGSTOP');
    await tells(1);
    await expect(gateway.openPipeline(pipelineRequest)).rejects.toMatchObject(unavailable);
    const awake = performance.now();
    child.kill('SIGCONT');
    await tells(2);
    expect(told).toEqual(['lost', 'regained']);
    await vi.waitFor(async () => expect(await gateway.listPipelines()).toEqual([]));
    console.info(`SIGSTOP of a remote server: lost after ${msAfter('lost', since)} ms;`);
    console.info(`SIGCONT: regained after ${msAfter('regained', awake)} ms.`);
  }, 30_000);

  it('that is unreachable is lost after some seconds', async () => {
    const server = await closer.own(openMediaServer({ log: () => {} }));
    const wire = await openWire(server.url);
    closer.add(wire.close);
    const { tells, msAfter } = await openGateway(wire.url);
    const since = performance.now();
    wire.sever();
    await tells(1);
    console.info(`Out of reach: lost after ${msAfter('lost', since)} ms.`);
  });
});

describe('pipelines that an earlier run left behind', () => {
  /** A gateway whose process dies with a pipeline open. */
  async function leaveOrphan(url: string, broadcastId: string): Promise<void> {
    const wire = await openWire(url);
    closer.add(wire.close);
    const { gateway } = await openGateway(wire.url, 'installation one');
    await gateway.openPipeline({ broadcastId, failed() {} });
    wire.sever();
  }

  const openServer = (garbageCollectorPeriodMs = 60_000) =>
    closer.own(openMediaServer({ log: () => {}, garbageCollectorPeriodMs }));
  const nothing: ReadonlySet<string> = new Set();
  const count = async (gateway: MediaGateway) => (await gateway.listPipelines()).length;

  it('are released by the next run of the same installation, except those that it keeps', async () => {
    const server = await openServer();
    await leaveOrphan(server.url, 'gone');
    await leaveOrphan(server.url, 'kept');
    const { gateway } = await openGateway(server.url, 'installation one');
    expect(await gateway.releaseOrphans(new Set(['kept']))).toBe(1);
    expect(await count(gateway)).toBe(1);
    expect(await gateway.releaseOrphans(nothing)).toBe(1);
    expect(server.counts().objects).toBe(0);
  });

  it('do not include its own pipelines', async () => {
    const server = await openServer();
    const { gateway } = await openGateway(server.url, 'installation one');
    const opening = gateway.openPipeline(pipelineRequest);
    expect(await gateway.releaseOrphans(nothing)).toBe(0);
    await opening;
    expect(await gateway.releaseOrphans(nothing)).toBe(0);
    expect(await count(gateway)).toBe(1);
  });

  it('are left alone by another installation, whose inspection does not keep them alive', async () => {
    const server = await openServer(500);
    const { gateway } = await openGateway(server.url, 'installation two');
    await leaveOrphan(server.url, 'gone');
    expect(await gateway.releaseOrphans(nothing)).toBe(0);
    expect(await count(gateway)).toBe(1);
    await vi.waitFor(() => expect(server.counts().objects).toBe(0), 5_000);
  });
});

describe('a closed gateway', () => {
  it('leaves no timer behind, even when it is closed during an outage', async () => {
    const timers = () => process.getActiveResourcesInfo().filter((it) => it === 'Timeout').length;
    const before = timers();
    const server = await openMediaServer({ log: () => {} });
    const { gateway } = await openGateway(server.url);
    const asked = gateway.openPipeline(pipelineRequest).catch(() => {});
    await server.close();
    await gateway.close();
    await asked;
    await vi.waitFor(() => expect(timers()).toBeLessThanOrEqual(before));
  });
});

describe('a show that begins while the media server does not answer', () => {
  it('is live as soon as it does, and viewers can join: its pipeline is opened again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-outage-'));
    closer.add(() => rm(folder, { recursive: true }));
    const { logger, lines } = captureLogs();
    const library = await closer.own(RecordingLibrary.open({ folder, logger }));
    const server = await closer.own(openMediaServer({ log: () => {} }));
    const wire = await openWire(server.url);
    closer.add(wire.close);
    const listener = { lost() {}, regained() {} };
    const parts = { url: wire.url, instanceId: 'test', logger, listener, requestTimeoutMs: 400 };
    const gateway = await closer.own(openKurentoGateway(parts));
    const registry = await closer.own(
      new BroadcastRegistry({
        ...{ gateway, recordingStore: library, logger, maxVideoKbps: 2_500, mediaTimeoutMs: 15_000 },
        ...{ presenterGraceMs: 5_000, mediaGraceMs: 5_000, mediaServerTimeoutMs: 8_000 },
      }),
    );
    const peers = { presenter: new TestPeer({ role: 'presenter' }), viewer: new TestPeer({ role: 'viewer' }) };
    closer.add(() => {
      for (const peer of Object.values(peers)) peer.close();
    });
    const requestOf = (peerId: keyof typeof peers) => {
      const { sdpOffer } = peers[peerId];
      const addCandidate = (it: Candidate) => peers[peerId].addCandidate(it);
      const listener = { ...silentListener, candidateFound: addCandidate };
      return { peerId, sdpOffer, listener };
    };
    const accept = (peerId: keyof typeof peers, broadcast: Broadcast, sdpAnswer: string) => {
      const addCandidate = (candidate: Candidate) => broadcast.addCandidate(peerId, candidate).catch(() => {});
      peers[peerId].accept({ sdpAnswer, addCandidate, close: async () => {} });
    };
    wire.freeze();
    const early = { ...requestOf('presenter'), channel: 'early', title: 'Early', record: false };
    const broadcast = registry.add(early);
    const starting = broadcast.open(early);
    await Promise.race([
      starting,
      vi.waitFor(() => expect(lines.some(({ msg }) => msg.startsWith('The pipeline could not be opened'))).toBe(true)),
    ]);
    wire.thaw();
    accept('presenter', broadcast, await starting);
    await vi.waitFor(() => expect(broadcast.phase).toBe('live'));
    accept('viewer', broadcast, await broadcast.audience.join(requestOf('viewer')));
    await Promise.all([peers.viewer.receives('video', 10), peers.viewer.receives('audio', 20)]);
    expect(await gateway.listPipelines()).toHaveLength(1);
  });
});
