import { describe, expect, it } from 'vitest';
import { readPictureNumbers } from '../../../codecs/payload-formats.ts';
import { randomNumbers, type StreamStart, streamStart } from '../../../codecs/testing/test-seed.ts';
import { readVp8Payload } from '../../../codecs/vp8.ts';
import { readVp9Payload } from '../../../codecs/vp9.ts';
import { IncomingStream } from '../incoming-stream.ts';
import type { RtpCodec } from '../media-types.ts';
import { OutgoingStream } from '../outgoing-stream.ts';
import { rtp, vp8Codec } from '../testing/test-packets.ts';
import { readRtpPacket } from './rtp-packet.ts';

const vp9Codec: RtpCodec = { ...vp8Codec, name: 'VP9' };

/** VP8 with a 7- or 15-bit picture id, TL0PICIDX and a temporal layer. */
function vp8(id: number, base: number, isKey: boolean, isLong = true): Buffer {
  const idBytes = isLong ? [0x80 | (id >> 8), id & 0xff] : [id];
  return Buffer.from([0x90, 0xe0, ...idBytes, base, 0x20, isKey ? 0x00 : 0x01, 42]);
}

/** VP9 with a 15-bit picture id, in flexible mode or with layer indices and TL0PICIDX. */
function vp9(id: number, base: number, isKey: boolean, isFlexible = false): Buffer {
  const first = 0x80 | 0x20 | 0x08 | 0x04 | (isKey ? 0 : 0x40) | (isFlexible ? 0x10 : 0);
  const layers = isFlexible ? [0x00] : [0x00, base];
  const references = isFlexible && !isKey ? [0x02] : [];
  return Buffer.from([first, 0x80 | (id >> 8), id & 0xff, ...layers, ...references, 42]);
}

function numbersOf(codec: RtpCodec, packet: Buffer): [number, number] {
  const numbers = readPictureNumbers(codec.name, packet, 12);
  return [numbers?.id ?? -1, numbers?.base ?? -1];
}

class Presenter {
  readonly stream = new IncomingStream('video', 77, { sendRtcp: () => true });
  readonly #codec: RtpCodec;
  readonly #ssrc: number;
  readonly #start: StreamStart;
  #sentPackets = 0;
  constructor(codec: RtpCodec, ssrc: number) {
    this.#codec = codec;
    this.#ssrc = ssrc;
    this.#start = streamStart(`${codec.name} ${ssrc}`);
  }
  send(payload: Buffer): void {
    this.#sentPackets += 1;
    const { sequenceNumber, timestamp } = this.#start;
    const header = {
      sequenceNumber: sequenceNumber + this.#sentPackets,
      timestamp: timestamp + this.#sentPackets * 3000,
      ssrc: this.#ssrc,
    };
    const packet = readRtpPacket(rtp({ ...header, payload }), this.#codec, performance.now());
    if (packet !== null) this.stream.receive(packet);
  }
}

class Viewer {
  readonly packets: Buffer[] = [];
  readonly stream: OutgoingStream;
  readonly #codec: RtpCodec;
  constructor(codec: RtpCodec, presenter: Presenter) {
    this.#codec = codec;
    const sendRtp = (packet: Buffer): boolean => this.packets.push(Buffer.from(packet)) > 0;
    this.stream = new OutgoingStream('video', 5, { sendRtp, sendRtcp: () => true });
    this.stream.codecs = [{ ...codec, payloadType: 120 }];
    this.stream.setSource(presenter.stream);
    this.stream.open();
  }
  get numbers(): [number, number][] {
    return this.packets.map((packet) => numbersOf(this.#codec, packet));
  }
}

describe('picture numbers', () => {
  it('R88: continue by one when a viewer’s source changes, across the wrap-around, and in retransmissions', () => {
    for (const [codec, picture] of [
      [vp8Codec, vp8],
      [vp9Codec, vp9],
    ] as const) {
      const first = new Presenter(codec, 1);
      const second = new Presenter(codec, 2);
      const viewer = new Viewer(codec, first);
      first.send(picture(0x7ffe, 254, true));
      first.send(picture(0x7fff, 255, false));
      viewer.stream.setSource(second.stream);
      const newcomer = new Viewer(codec, second);
      second.send(picture(77, 9, true));
      second.send(picture(78, 10, false));
      const expected = [
        [0x7ffe, 254],
        [0x7fff, 255],
        [0, 0],
        [1, 1],
      ];
      expect(viewer.numbers).toEqual(expected);
      // A viewer that was there from the start of a stream gets it unchanged, although the bytes are shared.
      expect(newcomer.numbers).toEqual([
        [77, 9],
        [78, 10],
      ]);
      const again = viewer.packets.slice(2);
      newcomer.stream.retransmit(newcomer.packets.map((packet) => packet.readUInt16BE(2)));
      viewer.stream.retransmit(again.map((packet) => packet.readUInt16BE(2)));
      expect(newcomer.packets.slice(2)).toEqual(newcomer.packets.slice(0, 2));
      expect(viewer.packets.slice(4)).toEqual(again);
    }
  });

  it('R88: keep their length, and packets without them stay unchanged', () => {
    const first = new Presenter(vp8Codec, 1);
    const second = new Presenter(vp8Codec, 2);
    const viewer = new Viewer(vp8Codec, first);
    first.send(vp8(126, 1, true, false));
    first.send(vp8(127, 2, false, false));
    viewer.stream.setSource(second.stream);
    second.send(vp8(5, 200, true, false));
    expect(viewer.numbers[2]).toEqual([0, 3]);
    const plain = new Presenter(vp8Codec, 3);
    viewer.stream.setSource(plain.stream);
    plain.send(Buffer.from([0x10, 0x00, 1]));
    expect(viewer.packets[3]?.subarray(12)).toEqual(Buffer.from([0x10, 0x00, 1]));
  });

  it('R88: of VP9 in flexible mode have no base', () => {
    expect(readPictureNumbers('VP9', vp9(5, 0, false, true), 0)).toMatchObject({ id: 5, idMask: 0x7fff, baseAt: 0 });
    expect(readPictureNumbers('H264', vp8(5, 0, true), 0)).toBeNull();
  });

  it('R88: do not affect the recorder, which sees the bytes after senders have written theirs', () => {
    for (const [name, payload, read] of [
      ['VP8', vp8(5, 1, true), readVp8Payload],
      ['VP8', vp8(5, 1, true, false), readVp8Payload],
      ['VP9', vp9(5, 1, true), readVp9Payload],
      ['VP9', vp9(5, 1, false, true), readVp9Payload],
    ] as const) {
      const before = read(Buffer.from(payload));
      readPictureNumbers(name, payload, 0)?.write(payload, 12_345, 99);
      expect(before).not.toBeNull();
      expect(read(payload)).toEqual(before);
    }
  });

  it('are never read or written beyond a packet’s end', () => {
    const next = randomNumbers(3);
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = Buffer.from(Array.from({ length: Math.floor(next() * 8) }, () => Math.floor(next() * 256)));
      const numbers = readPictureNumbers(next() < 0.5 ? 'VP8' : 'VP9', bytes, 0);
      if (numbers === null) continue;
      expect(Math.max(numbers.baseAt, numbers.idAt + (numbers.idMask > 0x7f ? 1 : 0))).toBeLessThan(bytes.length);
      const before = Buffer.from(bytes);
      numbers.write(bytes, 5, 5);
      numbers.write(bytes, 0, 0);
      expect(bytes).toEqual(before);
    }
  });
});
