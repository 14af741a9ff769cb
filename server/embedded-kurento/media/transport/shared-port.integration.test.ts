import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { streamStart } from '../../../codecs/testing/test-seed.ts';
import { type MediaEngine, openMediaEngine } from '../media-engine.ts';
import type { PeerLink } from '../media-types.ts';
import { chromeViewerOffer } from '../testing/chrome-offer.fixture.ts';
import type { FromKilledPeer, ToKilledPeer } from '../testing/killed-peer.ts';
import { freeUdpPort, isFree, silentListener } from '../testing/test-listener.ts';
import { rtp, vp8Delta, vp8Key } from '../testing/test-packets.ts';
import { connectTestPeer, type TestPeer } from '../testing/test-peer.ts';

const closing: { close(): void }[] = [];
afterEach(() => {
  for (const part of closing.splice(0).reverse()) part.close();
});

/** An engine with a single port for media. */
async function openEngine(): Promise<MediaEngine> {
  const port = await freeUdpPort();
  const engine = openMediaEngine({ log: () => undefined, portRange: { min: port, max: port } });
  closing.push(engine);
  return engine;
}

async function connect(engine: MediaEngine, role: 'presenter' | 'viewer', port?: number): Promise<TestPeer> {
  const peer = await connectTestPeer(engine, role, undefined, port);
  closing.push(peer);
  return peer;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  await expect.poll(condition, { timeout: 5_000, interval: 5 }).toBe(true);
}

describe('a single port', () => {
  it('R100: serves a presenter and several viewers, each with its own media', async () => {
    const engine = await openEngine();
    const presenter = await connect(engine, 'presenter');
    const viewers = await Promise.all(Array.from({ length: 5 }, () => connect(engine, 'viewer')));
    for (const viewer of viewers) viewer.link.sinks.video.setSource(presenter.link.sources.video);
    presenter.sendVideo(rtp({ ssrc: presenter.videoSsrc, payloadType: 96, payload: vp8Key }));
    for (const viewer of viewers) await until(() => viewer.video.length === 1);
    const ssrcs = new Set(viewers.map((viewer) => viewer.video[0]?.readUInt32BE(8)));
    expect(ssrcs.size).toBe(5);
  });

  it('R102: serves a new peer at the address of a peer that left', async () => {
    const engine = await openEngine();
    const port = await freeUdpPort();
    const former = await connect(engine, 'viewer', port);
    former.leave();
    // The library closes the socket later; if the port is still taken, it ends the process.
    await until(() => isFree(port));
    const newcomer = await connect(engine, 'viewer', port);
    // Its goodbye may get through, and the library reports this in either order.
    expect(former.told.slice(-2).toSorted()).toEqual(['dtls CLOSED', 'ice DISCONNECTED']);
    await until(() => newcomer.told.includes('dtls CONNECTED'));
  });

  it('R102: serves a new peer at the address of a peer that was killed, as soon as it answers from there', async () => {
    const engine = await openEngine();
    const port = await freeUdpPort();
    const former = await connectKilledPeer(engine, port);
    await former.kill();
    const newcomer = await connect(engine, 'viewer', port);
    expect(former.told.slice(-2)).toEqual(['dtls CLOSED', 'ice DISCONNECTED']);
    expect(newcomer.told).toContain('dtls CONNECTED');
  });

  it('R131: keeps serving a presenter whose address another link’s peer names as its own', async () => {
    const engine = await openEngine();
    const presenter = await connect(engine, 'presenter');
    const viewer = await connect(engine, 'viewer');
    viewer.link.sinks.video.setSource(presenter.link.sources.video);
    const attacker = engine.openPeerLink(silentListener);
    await attacker.processOffer(chromeViewerOffer.replaceAll('\n', '\r\n'));
    attacker.gatherCandidates();
    for (const peer of [presenter, viewer]) attacker.addCandidate(candidateAt(peer.place()));
    const start = streamStart('attacked');
    let frame = 0;
    const camera = setInterval(() => {
      const header = { sequenceNumber: start.sequenceNumber + frame, timestamp: start.timestamp + frame * 1800 };
      presenter.sendVideo(rtp({ ...header, ssrc: presenter.videoSsrc, payload: frame === 0 ? vp8Key : vp8Delta }));
      frame += 1;
    }, 20);
    closing.push({ close: () => clearInterval(camera) });
    await expect.poll(() => viewer.video.length, { timeout: 15_000 }).toBeGreaterThan(200);
    expect([...presenter.told, ...viewer.told].filter((told) => /CLOSED|DISCONNECTED|FAILED/.test(told))).toEqual([]);
  });
});

/** A viewer in its own process, which has no time to say goodbye. */
async function connectKilledPeer(engine: MediaEngine, port: number) {
  const child = fork(fileURLToPath(new URL('../testing/killed-peer.ts', import.meta.url)), [String(port)], {
    execArgv: ['--import', 'tsx'],
  });
  const tell = (message: ToKilledPeer): void => {
    child.send(message);
  };
  const told: string[] = [];
  const link = engine.openPeerLink({
    ...silentListener,
    candidateFound: ({ candidate }) => tell({ candidate }),
    iceStateChanged: (state) => told.push(`ice ${state}`),
    dtlsStateChanged: (state) => told.push(`dtls ${state}`),
  });
  closing.push({ close: () => link.close() }, { close: () => child.kill('SIGKILL') });
  const [{ offer, candidates }] = (await once(child, 'message')) as [FromKilledPeer];
  tell({ answer: await link.processOffer(offer) });
  for (const candidate of candidates) link.addCandidate({ candidate, sdpMid: '0', sdpMLineIndex: 0 });
  link.gatherCandidates();
  await until(() => told.includes('dtls CONNECTED'));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { told, kill };
}

function candidateAt({ address, port }: { address: string; port: number }): Parameters<PeerLink['addCandidate']>[0] {
  return { candidate: `candidate:1 1 UDP 2122260223 ${address} ${port} typ host`, sdpMid: '0', sdpMLineIndex: 0 };
}
