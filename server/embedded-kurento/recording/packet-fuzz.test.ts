import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { h264Packet, opusPacket, vp8Frame } from '../../codecs/testing/test-frames.ts';
import { testSeed } from '../../codecs/testing/test-seed.ts';
import type { RtpPacket } from '../media/media-types.ts';
import { oddBytes } from '../media/testing/packet-mutations.ts';
import { Mutations } from '../testing/mutations.ts';
import { feed, recordingFixture } from './testing/recording-fixture.ts';
import { h264, readRecording, TestShow, TestSource, vp8 } from './testing/recording-rig.ts';

const fixture = recordingFixture();

/** The packet with a false payload, sequence number, timestamp or end. */
function odd(mutations: Mutations, packet: RtpPacket): RtpPacket {
  const bytes = Buffer.from(packet.bytes);
  for (let times = mutations.below(4); times > 0; times -= 1) {
    // The first bytes are the ones that payload formats read.
    bytes[12 + mutations.below(Math.min(16, bytes.length - 12))] = mutations.below(256);
  }
  return mutations.pick<RtpPacket>([
    { ...packet, bytes },
    { ...packet, bytes: bytes.subarray(0, 12 + mutations.below(bytes.length - 11)) },
    { ...packet, bytes: Buffer.concat([bytes.subarray(0, 12), oddBytes(mutations, mutations.below(1_200))]) },
    { ...packet, marker: !packet.marker },
    { ...packet, sequenceNumber: mutations.below(65_536) },
    { ...packet, timestamp: mutations.below(2 ** 32) },
    { ...packet, ssrc: mutations.below(3) },
    { ...packet, arrivedAt: packet.arrivedAt + mutations.pick([-1_000, 1_000, 60_000]) },
  ]);
}

describe(`packets that no program would send (FUZZ_SEED=${testSeed})`, () => {
  it.each([
    { name: 'VP8', codec: vp8, frame: (isKey: boolean) => vp8Frame(isKey, 7, 1_500) },
    { name: 'H264', codec: h264, frame: (isKey: boolean) => h264Packet(isKey, 0) },
  ])('R58: harm no recording of $name beyond what they carry', { timeout: 60_000 }, async ({ name, codec, frame }) => {
    const mutations = new Mutations(testSeed);
    const path = join(fixture.folder, `${name}.mkv`);
    const { recording, failures } = fixture.open(name === 'VP8' ? 'WEBM' : 'MKV', path);
    const show = new TestShow(new TestSource('video', codec));
    feed(recording, show);
    recording.record();
    for (let round = 0; round < 5_000; round += 1) {
      const captureMs = round * 20;
      const arrivedAt = show.startMs + captureMs;
      const packets = [
        ...show.video.packetise(frame(mutations.happens(0.2)), captureMs, arrivedAt),
        ...show.audio.packetise(opusPacket(round), captureMs, arrivedAt),
      ];
      for (const packet of packets) {
        const source = packet.codec === codec ? show.video : show.audio;
        source.deliver([mutations.happens(0.1) ? odd(mutations, packet) : packet]);
      }
      if (mutations.happens(0.01)) show.video.report(mutations.pick([captureMs, 0, -1e9, 1e12]));
    }
    await recording.stop();
    expect(failures).toEqual([]);
    const { video, audio, durationMs } = await readRecording(path);
    expect(video.length).toBeGreaterThan(50);
    expect(audio.length).toBeGreaterThan(50);
    expect(Number.isFinite(durationMs)).toBe(true);
    expect((await stat(path)).size).toBeLessThan(20e6);
  });
});
