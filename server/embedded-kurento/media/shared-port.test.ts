import { afterEach, describe, expect, it } from 'vitest';
import { openMediaEngine } from './media-engine.ts';
import type { MediaEngine } from './media-types.ts';
import { freeUdpPort } from './test-listener.ts';
import { rtp, VP8_KEY } from './test-packets.ts';
import { connectTestPeer, type TestPeer } from './test-peer.ts';

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

async function until(condition: () => boolean): Promise<void> {
  await expect.poll(condition, { timeout: 5_000, interval: 5 }).toBe(true);
}

describe('a single port', () => {
  it('R100: serves a presenter and several viewers, each with its own media', async () => {
    const engine = await openEngine();
    const presenter = await connect(engine, 'presenter');
    const viewers = await Promise.all(Array.from({ length: 5 }, () => connect(engine, 'viewer')));
    for (const viewer of viewers) viewer.link.sinks.video.setSource(presenter.link.sources.video);
    presenter.sendVideo(rtp({ ssrc: presenter.videoSsrc, payloadType: 96, payload: VP8_KEY }));
    for (const viewer of viewers) await until(() => viewer.video.length === 1);
    const ssrcs = new Set(viewers.map((viewer) => viewer.video[0]?.readUInt32BE(8)));
    expect(ssrcs.size).toBe(5);
  });

  it('R102: hears a newcomer from the address of a peer that left without a word', async () => {
    const engine = await openEngine();
    const port = await freeUdpPort();
    const former = await connect(engine, 'viewer', port);
    former.leave();
    const newcomer = await connect(engine, 'viewer', port);
    expect(former.told.slice(-2)).toEqual(['dtls CLOSED', 'ice DISCONNECTED']);
    await until(() => newcomer.told.includes('dtls CONNECTED'));
  });
});
