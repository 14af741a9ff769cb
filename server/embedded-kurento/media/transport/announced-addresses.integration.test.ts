import { networkInterfaces } from 'node:os';
import { afterEach, describe, expect, it } from 'vitest';
import { streamStart, testSeed } from '../../../codecs/testing/test-seed.ts';
import { openMediaEngine } from '../media-engine.ts';
import { rtp, vp8Key } from '../testing/test-packets.ts';
import { connectTestPeer, type TestPeer } from '../testing/test-peer.ts';

/** If there is another interface, the loopback is not announced by default: a second path in, as through a NAT. */
const announced = '127.0.0.1';
const hasInterface = Object.values(networkInterfaces()).some((list) =>
  list?.some(({ internal, family }) => !internal && family === 'IPv4'),
);
const closing: { close(): void }[] = [];
afterEach(() => {
  for (const part of closing.splice(0).reverse()) part.close();
});

function open(announcedIps: readonly string[]) {
  const engine = openMediaEngine({ log: () => undefined, bindIp: '0.0.0.0', announcedIps });
  closing.push(engine);
  // The peer announces no address here, like browsers that hide their addresses behind mDNS names.
  return async (role: 'presenter' | 'viewer', takes: (candidate: string) => boolean): Promise<TestPeer> => {
    const peer = await connectTestPeer(engine, role, undefined, undefined, undefined, takes);
    closing.push(peer);
    return peer;
  };
}

describe.skipIf(!hasInterface)(`a server that announces an address (FUZZ_SEED=${testSeed})`, () => {
  it('R132: is reached by peers that can reach only its own address, or only the announced one', async () => {
    const connect = open(['203.0.113.9', announced, '2001:db8::9']);
    const isAnnounced = (candidate: string): boolean => candidate.includes(` ${announced} `);
    const presenter = await connect('presenter', (candidate) => candidate.includes('typ host'));
    const inside = await connect('viewer', (candidate) => candidate.includes('typ host') && !isAnnounced(candidate));
    const outside = await connect('viewer', isAnnounced);
    const everywhere = await connect('viewer', () => true);
    const { sequenceNumber, timestamp } = streamStart('announced');
    for (const viewer of [inside, outside, everywhere]) viewer.link.sinks.video.setSource(presenter.link.sources.video);
    const header = { sequenceNumber, timestamp, ssrc: presenter.videoSsrc };
    presenter.sendVideo(rtp({ ...header, payload: vp8Key }));
    for (const viewer of [inside, outside, everywhere]) {
      await expect.poll(() => viewer.video.length, { interval: 10 }).toBeGreaterThan(0);
    }
  });
});
