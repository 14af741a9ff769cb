import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createPayloadFormat } from '../../codecs/payload-formats.ts';
import type { MediaKind, RtpPacket, SenderClock } from '../media/media-types.ts';
import { silentLog } from '../testing/silent-log.ts';
import { type EncodedCodec, encodedCodecs } from './codecs.ts';
import { type AvLibrary, isAvInstalled, loadAv } from './process/av-library.ts';
import { MadeSource } from './testing/made-source.ts';
import {
  colors,
  decodePictures,
  decodeSound,
  encodePictures,
  encodeTone,
  looksLike,
  toneStrength,
} from './testing/test-media.ts';
import { TranscodedSource } from './transcoded-source.ts';
import { TranscoderProcess } from './transcoder-process.ts';

describe.skipIf(!isAvInstalled())('a source in another codec', { tags: ['long'] }, () => {
  let library: AvLibrary;
  let transcoder: TranscoderProcess;

  beforeAll(async () => {
    library = await loadAv();
  });
  afterEach(() => transcoder.close());

  const codecOf = (kind: MediaKind, wanted: string): EncodedCodec => {
    const found = encodedCodecs[kind].find(({ name }) => name === wanted);
    if (found === undefined) throw new Error(`There is no codec ${wanted}`);
    return found;
  };

  /** A source as it comes out in the codec `to`, and everything that arrives, with its time by the reported clock. */
  function open(kind: MediaKind, from: string, to: string, senderClock: SenderClock) {
    const source = new MadeSource(kind, codecOf(kind, from), senderClock);
    const transcoded = new TranscodedSource(
      source,
      () => transcoder,
      () => undefined,
    );
    const stream = transcoded.streamIn(codecOf(kind, to));
    const packets: { packet: RtpPacket; bytes: Buffer }[] = [];
    stream.addConsumer({
      onPacket: (packet) => packets.push({ packet, bytes: Buffer.from(packet.bytes.subarray(packet.payloadOffset)) }),
      onSenderClock: () => undefined,
    });
    const ntpMs = ({ timestamp, codec }: RtpPacket): number => {
      const { senderClock: reported } = stream;
      if (reported === null) throw new Error('There is no clock');
      return reported.ntpMs + ((timestamp - reported.rtpTimestamp) | 0) / (codec.clockRate / 1000);
    };
    return { source, packets, ntpMs };
  }

  it('R185: has the time of day of the source, so that picture and sound stay in sync', async () => {
    transcoder = new TranscoderProcess(silentLog);
    const ntpMs = 1_790_000_000_000;
    const video = open('video', 'VP8', 'H264', { ntpMs, rtpTimestamp: 0xffff_f000, ssrc: 7 });
    const audio = open('audio', 'opus', 'PCMA', { ntpMs, rtpTimestamp: 0xffff_ff00, ssrc: 8 });
    const scene = { width: 320, height: 180, count: 30 };
    const green = encodePictures(library, 'VP8', { ...scene, color: colors.green });
    const red = encodePictures(library, 'VP8', { ...scene, color: colors.red });
    await expect.poll(() => transcoder.isReady).toBe(true);
    const arrived = (count: number) =>
      expect.poll(() => video.packets.filter(({ packet }) => packet.marker).length, { interval: 2 }).toBe(count);
    // Both change 1000 ms after the report: pictures 30 of 30 a second, sound 50 of 50.
    for (const [index, { data, isKeyframe }] of [...green, ...red].entries()) {
      video.source.send(data, isKeyframe, 0xffff_f000 + index * 3_000);
      // What is sent faster than a slow machine encodes it would be left out.
      await arrived(index + 1);
    }
    const sound = [...encodeTone(library, 'opus', 0, 50), ...encodeTone(library, 'opus', 440, 50)];
    for (const [index, { data }] of sound.entries()) audio.source.send(data, true, 0xffff_ff00 + index * 960);
    await expect.poll(() => audio.packets.length).toBeGreaterThanOrEqual(98);
    const format = createPayloadFormat('H264');
    let parts: Buffer[] = [];
    const frames = video.packets.flatMap(({ packet, bytes }) => {
      parts.push(format.read(bytes)?.bytes ?? bytes);
      if (!packet.marker) return [];
      const frame = format.assemble(parts);
      parts = [];
      return frame === null ? [] : [{ data: frame.data, isKeyframe: frame.isKeyframe, atMs: video.ntpMs(packet) }];
    });
    const turned = decodePictures(library, 'H264', frames).find(({ colorAt }) =>
      looksLike(colorAt(160, 90), colors.red),
    );
    const loud = audio.packets.find(({ bytes }) => {
      const frame = { data: bytes, isKeyframe: true, atMs: 0 };
      return toneStrength(decodeSound(library, 'PCMA', [frame]), 440) > 50;
    });
    expect(Math.abs((turned?.atMs ?? 0) - ntpMs - 1_000)).toBeLessThan(1);
    expect(Math.abs((loud === undefined ? 0 : audio.ntpMs(loud.packet)) - ntpMs - 1_000)).toBeLessThanOrEqual(40);
  });

  it('R184: is decoded only while somebody wants it', async () => {
    transcoder = new TranscoderProcess(silentLog);
    const source = new MadeSource('video', codecOf('video', 'VP8'), { ntpMs: 0, rtpTimestamp: 0, ssrc: 9 });
    const transcoded = new TranscodedSource(
      source,
      () => transcoder,
      () => undefined,
    );
    const stream = transcoded.streamIn(codecOf('video', 'H264'));
    expect(transcoder.load).toBe(0);
    const consumer = { onPacket: () => undefined, onSenderClock: () => undefined };
    stream.addConsumer(consumer);
    expect(transcoder.load).toBe(2);
    stream.removeConsumer(consumer);
    expect(transcoder.load).toBe(0);
  });
});
