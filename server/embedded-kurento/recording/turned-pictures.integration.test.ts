import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { opusPacket, vp8Frame } from '../../codecs/testing/test-frames.ts';
import { encryptedStreamStart } from '../../codecs/testing/test-seed.ts';
import { openMediaEngine } from '../media/media-engine.ts';
import { rtp, withExtension } from '../media/testing/test-packets.ts';
import { connectTestPeer, type TestPeer } from '../media/testing/test-peer.ts';
import { openFileRecording } from './file-recording.ts';
import { readRecording } from './testing/recording-rig.ts';

const orientationId = 13;
const oneByteProfile = 0xbede;
/** Small enough for one packet on any network. */
const pictureBytes = 900;
const ticksPerPicture = { video: 1_800, audio: 960 } as const;

/** The orientation of a picture in `urn:3gpp:video-orientation`: upright, or one, two or three turns to the right. */
const upright = 0x00;
const turned = [0x01, 0x02, 0x03] as const;

/** A sender that keeps sending pictures as its sensor captures them, although the answer asked for upright ones. */
describe('a telephone that leaves it to receivers to turn its pictures', () => {
  let folder: string;
  const closing: { close(): void }[] = [];
  const warnings: string[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'turned-'));
    warnings.length = 0;
  });

  afterEach(async () => {
    for (const part of closing.splice(0).reverse()) part.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function connect(): Promise<TestPeer> {
    const engine = openMediaEngine({
      bindIp: '127.0.0.1',
      log: (level, message) => {
        if (level === 'warn') warnings.push(message);
      },
    });
    closing.push(engine);
    const offered = `a=extmap:${orientationId} urn:3gpp:video-orientation`;
    const presenter = await connectTestPeer(engine, 'presenter', undefined, undefined, (offer) =>
      offer.replace('a=mid:1', `a=mid:1\r\n${offered}`),
    );
    closing.push(presenter);
    return presenter;
  }

  it('D31: is asked to turn them itself, and no picture that still lies on its side is recorded', async () => {
    const presenter = await connect();
    expect(presenter.answer).toContain('a=recvonly');
    expect(presenter.answer).not.toContain('orientation');

    const path = join(folder, 'show.webm');
    const listener = { started: () => {}, failed: () => {}, ended: () => {} };
    const recording = openFileRecording({ path, profile: 'WEBM', listener, log: () => {} });
    recording.sinks.video.setSource(presenter.link.sources.video);
    recording.sinks.audio.setSource(presenter.link.sources.audio);
    recording.record();

    const start = encryptedStreamStart('turned show');
    let pictures = 0;
    /** Sends somewhat more than a second, with the given orientation for each picture; null for none. */
    const send = async (orientations: readonly (number | null)[]) => {
      for (let count = 0; count < 60; count += 1) {
        const orientation = orientations[count % orientations.length] ?? null;
        const numbers = { sequenceNumber: start.sequenceNumber + pictures };
        const at = (kind: 'audio' | 'video') => start.timestamp + ticksPerPicture[kind] * pictures;
        const frame = vp8Frame(count % 10 === 0, orientation ?? 9, pictureBytes);
        const payload = Buffer.concat([Buffer.from([0x10]), frame]);
        const video = { ...numbers, ssrc: presenter.videoSsrc, timestamp: at('video'), marker: true, payload };
        const packet = rtp(video);
        presenter.sendVideo(
          orientation === null ? packet : withExtension(packet, oneByteProfile, [orientationId << 4, orientation]),
        );
        const audio = { ...numbers, payloadType: 111, ssrc: presenter.audioSsrc, timestamp: at('audio') };
        presenter.sendAudio(rtp({ ...audio, payload: opusPacket(pictures) }));
        pictures += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    await send([upright, null, null]);
    await send(turned);
    await send([upright]);
    await vi.waitFor(() => expect(presenter.link.sources.audio.packetCount).toBe(pictures));
    await recording.stop();

    const file = await readRecording(path);
    // All upright pictures, from the first keyframe on, and all of the audio.
    expect(file.video).toHaveLength(120);
    expect(file.audio).toHaveLength(pictures);
    expect(file.durationMs).toBeGreaterThan(3_400);
    expect(warnings).toEqual([
      'Video is refused, as its sender leaves the rotation to the receiver, which was not negotiated',
    ]);
  }, 30_000);
});
