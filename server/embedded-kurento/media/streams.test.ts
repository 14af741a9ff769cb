import { describe, expect, it } from 'vitest';
import { type StreamStart, streamStart, testSeed } from '../../codecs/testing/test-seed.ts';
import { IncomingStream, type Reception } from './incoming-stream.ts';
import type { RtpConsumer, RtpPacket } from './media-types.ts';
import { OutgoingStream, type PacketSender } from './outgoing-stream.ts';
import { readRtpPacket } from './rtp/rtp-packet.ts';
import type { NegotiatedCodec } from './sdp/codec-negotiation.ts';
import { rtp, vp8Codec, vp8Delta, vp8Key } from './testing/test-packets.ts';

const opusCodec = { name: 'opus', clockRate: 48_000, channels: 2, fmtp: '' };
const viewerVp8: NegotiatedCodec = { ...vp8Codec, payloadType: 120 };

/** Keeps copies of the sent packets, as they were at that moment. */
class Wire implements PacketSender {
  readonly rtp: Buffer[] = [];
  readonly rtcp: Buffer[] = [];
  sendRtp(packet: Buffer): boolean {
    this.rtp.push(Buffer.from(packet));
    return true;
  }
  sendRtcp(packet: Buffer): boolean {
    this.rtcp.push(Buffer.from(packet));
    return true;
  }
  get sequenceNumbers(): number[] {
    return this.rtp.map((packet) => packet.readUInt16BE(2));
  }
  get timestamps(): number[] {
    return this.rtp.map((packet) => packet.readUInt32BE(4));
  }
  feedback(type: number, format: number): Buffer[] {
    return this.rtcp.filter((packet) => packet[1] === type && ((packet[0] ?? 0) & 0x1f) === format);
  }
}

class Presenter {
  readonly wire = new Wire();
  peerNotHearing = 0;
  readonly stream = new IncomingStream('video', 77, this.wire, {
    peerNotHearing: () => {
      this.peerNotHearing += 1;
    },
  });
  readonly ssrc: number;
  /** The sent packets are numbered from here. */
  readonly start: StreamStart;
  constructor(ssrc = 1111, start: Partial<StreamStart> = {}) {
    this.ssrc = ssrc;
    this.start = { ...streamStart(`presenter ${ssrc}`), ...start };
    this.stream.codecs = [vp8Codec];
  }
  send(sequenceNumber: number, frame: number, payload: Buffer, at = performance.now()): Reception {
    const { start } = this;
    const numbers = {
      sequenceNumber: start.sequenceNumber + sequenceNumber,
      timestamp: start.timestamp + frame * 3000,
    };
    const datagram = rtp({ ...numbers, ssrc: this.ssrc, payload });
    const packet = readRtpPacket(datagram, vp8Codec, at);
    if (packet === null) throw new Error('A test packet must be readable');
    return this.stream.receive(packet);
  }
  get keyframeRequests(): number {
    return this.wire.feedback(206, 1).length;
  }
}

function openViewer(presenter: Presenter): { wire: Wire; stream: OutgoingStream } {
  const wire = new Wire();
  const stream = new OutgoingStream('video', 0xfefefefe, wire);
  stream.codecs = [viewerVp8];
  stream.setSource(presenter.stream);
  stream.open();
  return { wire, stream };
}

function steps(numbers: readonly number[]): number[] {
  return numbers.slice(1).map((number, index) => (number - (numbers[index] ?? 0)) & 0xffff);
}

describe(`a viewer’s stream (FUZZ_SEED=${testSeed})`, () => {
  it('D34: a bandwidth probe repeats what was sent last, and never anything from before the present source', () => {
    const presenter = new Presenter();
    const { wire, stream } = openViewer(presenter);
    presenter.send(0, 0, vp8Key, 0);
    const next = new Presenter(2222);
    stream.setSource(next.stream);
    next.send(0, 0, vp8Key, 100);
    const first = wire.sequenceNumbers.length - 1;
    stream.probe.set(1_000, 100);
    for (let index = 1; index <= 30; index += 1) next.send(index, index, vp8Delta, 100 + index * 33);
    const { sequenceNumbers, rtp: sent } = wire;
    expect(sequenceNumbers.length).toBeGreaterThan(200);
    expect(new Set(sequenceNumbers.slice(first)).size).toBe(31);
    expect(new Set(sent.slice(first).map((packet) => packet.toString('hex'))).size).toBe(31);
    expect(stream.packetCount).toBe(32);
  });

  it('begins at a keyframe and rewrites the header across the wrap-around', () => {
    const presenter = new Presenter(1111, { sequenceNumber: 0 });
    presenter.send(65_530, 0, vp8Delta);
    const { wire } = openViewer(presenter);
    presenter.send(65_531, 1, vp8Delta);
    expect(wire.rtp).toHaveLength(0);
    for (let index = 0; index < 10; index += 1)
      presenter.send(65_532 + index, 2 + index, index === 0 ? vp8Key : vp8Delta);
    expect(steps(wire.sequenceNumbers)).toEqual(new Array(9).fill(1));
    expect(wire.timestamps.map((timestamp) => (timestamp - (wire.timestamps[0] ?? 0)) | 0)).toEqual(
      Array.from({ length: 10 }, (_, index) => index * 3000),
    );
    expect(wire.rtp.every((packet) => packet.readUInt32BE(8) === 0xfefefefe && packet[1] === 120)).toBe(true);
    expect(wire.rtp.map((packet) => packet.subarray(12))).toEqual([vp8Key, ...new Array(9).fill(vp8Delta)]);
  });

  it('keeps gaps and late packets in their places, and drops packets from before its start', () => {
    const presenter = new Presenter();
    const { wire } = openViewer(presenter);
    for (const sequence of [10, 12, 9, 11]) presenter.send(sequence, sequence, sequence === 10 ? vp8Key : vp8Delta);
    expect(steps(wire.sequenceNumbers)).toEqual([2, 65_535]);
  });

  it('gets the packets that it requests again, bit for bit the same', () => {
    const presenter = new Presenter();
    const { wire, stream } = openViewer(presenter);
    for (let sequence = 0; sequence < 20; sequence += 1) {
      presenter.send(sequence, sequence, sequence === 0 ? vp8Key : vp8Delta);
    }
    const other = openViewer(presenter);
    const [third, fifth] = [wire.rtp[3], wire.rtp[5]];
    if (third === undefined || fifth === undefined) throw new Error('Packets are missing');
    stream.retransmit([third.readUInt16BE(2), fifth.readUInt16BE(2)]);
    expect(wire.rtp.slice(20)).toEqual([third, fifth]);
    expect(stream.stats().nackCount).toBe(1);
    // Packets that were never sent are not available, neither from before the start nor from the future.
    stream.retransmit([(wire.sequenceNumbers[0] ?? 0) - 5, (wire.sequenceNumbers[19] ?? 0) + 1]);
    expect(wire.rtp).toHaveLength(22);
    expect(other.wire.rtp).toHaveLength(20);
  });

  it('continues numbers and timestamps when the source changes, and waits for its keyframe', () => {
    const first = new Presenter(1);
    const second = new Presenter(2);
    const { wire, stream } = openViewer(first);
    const start = performance.now();
    first.send(100, 10, vp8Key, start);
    first.send(101, 11, vp8Delta, start + 33);
    second.send(40_000, 5000, vp8Delta, start + 100);
    stream.setSource(second.stream);
    expect(second.keyframeRequests).toBe(1);
    second.send(40_001, 5001, vp8Delta, start + 120);
    second.send(40_002, 5002, vp8Key, start + 133);
    first.send(102, 12, vp8Delta, start + 140);
    second.send(40_003, 5003, vp8Delta, start + 166);
    expect(steps(wire.sequenceNumbers)).toEqual([1, 1, 1]);
    const passed = wire.timestamps.map((timestamp) => (timestamp - (wire.timestamps[0] ?? 0)) | 0);
    expect(passed).toEqual([0, 3000, 3000 + 9000, 3000 + 9000 + 3000]);
  });

  it('goes on with the former source until the next one has a keyframe', () => {
    const [first, second] = [new Presenter(1), new Presenter(2)];
    const { wire, stream } = openViewer(first);
    first.send(100, 10, vp8Key);
    second.send(5, 5, vp8Key, performance.now() - 400);
    stream.setSource(second.stream);
    second.send(6, 6, vp8Delta);
    first.send(101, 11, vp8Delta);
    expect(wire.rtp).toHaveLength(2);
    second.send(7, 7, vp8Key);
    first.send(102, 12, vp8Delta);
    second.send(8, 8, vp8Delta);
    expect(wire.rtp).toHaveLength(4);
    expect(steps(wire.sequenceNumbers)).toEqual([1, 1, 1]);
  });

  it('begins at once with a source whose keyframe has just arrived, and needs no other one', () => {
    const [first, second] = [new Presenter(1), new Presenter(2)];
    const { wire, stream } = openViewer(first);
    const start = performance.now() - 500;
    first.send(100, 10, vp8Key, start);
    first.send(101, 11, vp8Delta, start + 400);
    second.send(5, 5, vp8Key, start + 430);
    second.send(6, 6, vp8Delta, start + 463);
    const requests = second.keyframeRequests;
    stream.setSource(second.stream);
    expect(wire.rtp).toHaveLength(4);
    first.send(102, 12, vp8Delta);
    second.send(7, 7, vp8Delta);
    expect(steps(wire.sequenceNumbers)).toEqual([1, 1, 1, 1]);
    expect(steps(wire.timestamps).every((step) => step > 0)).toBe(true);
    expect(second.keyframeRequests).toBe(requests);
  });

  it('stays with its source when it is sent back before the next one had a keyframe', () => {
    const [first, second] = [new Presenter(1), new Presenter(2)];
    const { wire, stream } = openViewer(first);
    first.send(100, 10, vp8Key);
    stream.setSource(second.stream);
    stream.setSource(first.stream);
    second.send(1, 1, vp8Key);
    first.send(101, 11, vp8Delta);
    expect(wire.rtp).toHaveLength(2);
  });

  it('has the next source after a break of the connection, even if its keyframe had not come', () => {
    const [first, second] = [new Presenter(1), new Presenter(2)];
    const { wire, stream } = openViewer(first);
    first.send(100, 10, vp8Key);
    stream.setSource(second.stream);
    stream.close();
    stream.open();
    first.send(101, 11, vp8Key);
    second.send(1, 1, vp8Key);
    second.send(2, 2, vp8Delta);
    expect(wire.rtp).toHaveLength(3);
  });

  it('immediately shows a new viewer the video since a fresh keyframe, with frames a millisecond apart', () => {
    const presenter = new Presenter();
    const start = performance.now() - 100;
    presenter.send(1, 1, vp8Key, start);
    presenter.send(2, 1, vp8Delta, start);
    presenter.send(3, 2, vp8Delta, start + 33);
    presenter.send(4, 3, vp8Delta, start + 66);
    const { wire, stream } = openViewer(presenter);
    expect(presenter.keyframeRequests).toBe(0);
    presenter.send(5, 4, vp8Delta);
    expect(steps(wire.sequenceNumbers)).toEqual([1, 1, 1, 1]);
    const [one = 0, two = 0, three = 0, four = 0, five = 0] = wire.timestamps;
    const steps32 = [two - one, three - two, four - three, five - four].map((step) => step | 0);
    expect(steps32).toEqual([0, 94, 94, 3000]);
    stream.retransmit(wire.sequenceNumbers.slice(0, 3));
    expect(wire.rtp.slice(5)).toEqual(wire.rtp.slice(0, 3));
  });

  it('R86, R130: immediately shows a new viewer a fresh keyframe, also after minutes without one', () => {
    const presenter = new Presenter();
    // At 180 packets a second, half of the sequence numbers are used after three minutes.
    const [count, perSecond] = [40_000, 180];
    const startedAt = performance.now() - (count / perSecond) * 1000;
    for (let index = 0; index < count; index += 1) {
      presenter.send(index, index, index === 0 ? vp8Key : vp8Delta, startedAt + (index / perSecond) * 1000);
    }
    presenter.send(count, count, vp8Key);
    presenter.send(count + 1, count + 1, vp8Delta);
    const { wire } = openViewer(presenter);
    expect(presenter.keyframeRequests).toBe(0);
    expect(wire.rtp.map((packet) => packet.subarray(12))).toEqual([vp8Key, vp8Delta]);
  });

  it('R86: begins despite a hole that is still being requested, and later fills it to match the rest', () => {
    const presenter = new Presenter();
    const start = performance.now() - 100;
    presenter.send(1, 1, vp8Key, start);
    presenter.send(3, 2, vp8Delta, start + 33);
    presenter.send(4, 3, vp8Delta, start + 66);
    const { wire, stream } = openViewer(presenter);
    expect(presenter.keyframeRequests).toBe(0);
    expect(steps(wire.sequenceNumbers)).toEqual([2, 1]);
    presenter.send(2, 1, vp8Delta);
    expect(steps(wire.sequenceNumbers)).toEqual([2, 1, 65_534]);
    expect(wire.timestamps[3]).toBe(wire.timestamps[0]);
    const lost = ((wire.sequenceNumbers[0] ?? 0) + 1) & 0xffff;
    stream.retransmit([lost]);
    expect(wire.rtp[4]).toEqual(wire.rtp[3]);
  });

  it('R86: requests a keyframe instead when the last one is old or has a hole that stays', () => {
    const old = new Presenter();
    old.send(1, 1, vp8Key, performance.now() - 5000);
    openViewer(old);
    expect(old.keyframeRequests).toBe(1);
    const holed = new Presenter();
    holed.send(1, 1, vp8Key);
    holed.send(3, 1, vp8Delta);
    for (let step = 1; step <= 60; step += 1) holed.stream.tick(performance.now() + step * 20);
    expect(openViewer(holed).wire.rtp).toHaveLength(0);
    expect(holed.keyframeRequests).toBe(1);
  });

  it('R86: a keyframe is requested while connecting, and sent immediately once connected', () => {
    const presenter = new Presenter();
    presenter.send(1, 1, vp8Delta);
    const wire = new Wire();
    const stream = new OutgoingStream('video', 0xfefefefe, wire);
    stream.setSource(presenter.stream);
    expect(presenter.keyframeRequests).toBe(0);
    stream.codecs = [viewerVp8];
    stream.prepare();
    expect(presenter.keyframeRequests).toBe(1);
    presenter.send(2, 2, vp8Key);
    presenter.send(3, 3, vp8Delta);
    expect(wire.rtp).toHaveLength(0);
    stream.open();
    expect(wire.rtp.map((packet) => packet.subarray(12))).toEqual([vp8Key, vp8Delta]);
    expect(presenter.keyframeRequests).toBe(1);
  });

  it('R86: a keyframe is also requested when the presenter joins after the negotiation', () => {
    const presenter = new Presenter();
    presenter.send(1, 1, vp8Delta);
    const stream = new OutgoingStream('video', 0xfefefefe, new Wire());
    stream.codecs = [viewerVp8];
    stream.setSource(presenter.stream);
    expect(presenter.keyframeRequests).toBe(1);
  });

  it('sends nothing in a codec that the viewer does not have', () => {
    const presenter = new Presenter();
    const { wire, stream } = openViewer(presenter);
    stream.codecs = [{ ...viewerVp8, name: 'H264' }];
    presenter.send(1, 1, vp8Key);
    expect(wire.rtp).toHaveLength(0);
  });

  it('R91: sends a report immediately when it begins, with the viewer’s own timestamps', () => {
    const presenter = new Presenter();
    presenter.send(1, 0, vp8Delta);
    const now = performance.now();
    const clock = { ntpMs: performance.timeOrigin + now, rtpTimestamp: presenter.start.timestamp, ssrc: 1111 };
    presenter.stream.receiveSenderReport(clock, 1, now);
    const { wire, stream } = openViewer(presenter);
    presenter.send(2, 30, vp8Key, now + 1000);
    const report = wire.feedback(200, 0)[0];
    expect(((report?.readUInt32BE(16) ?? 0) - (wire.timestamps[0] ?? 0)) | 0).toBeCloseTo(0, -1);
    const middle = report?.readUInt32BE(10) ?? 0;
    const block = { ssrc: stream.ssrc, fractionLost: 0, packetsLost: 0, highestSequenceNumber: 0, jitter: 90 };
    stream.reportReceived({ ...block, lastSenderReport: middle, delaySinceLastSenderReport: 65_536 }, now + 2050);
    expect(stream.stats().roundTripTime).toBeCloseTo(0.05, 3);
    expect(stream.stats().jitter).toBeCloseTo(0.001);
  });
});

describe(`a viewer with packet loss (FUZZ_SEED=${testSeed})`, () => {
  it('R85: does not make the presenter send keyframe after keyframe', () => {
    const presenter = new Presenter();
    presenter.send(1, 1, vp8Key);
    const unwell = openViewer(presenter);
    unwell.stream.keyframeRequested(false);
    expect(presenter.keyframeRequests).toBe(0);
    expect(unwell.stream.stats().pliCount).toBe(1);
    // Its request is not forgotten.
    unwell.stream.everySecond(performance.now() + 1000);
    expect(presenter.keyframeRequests).toBe(1);
  });

  it('R84: gets a packet once if it requests it twice at the same moment', () => {
    const presenter = new Presenter();
    const { wire, stream } = openViewer(presenter);
    for (let sequence = 0; sequence < 5; sequence += 1) {
      presenter.send(sequence, sequence, sequence === 0 ? vp8Key : vp8Delta);
    }
    const lost = wire.sequenceNumbers.slice(2, 4);
    stream.retransmit(lost);
    stream.retransmit(lost);
    expect(wire.rtp.slice(5)).toEqual(wire.rtp.slice(2, 4));
  });
});

describe(`audio (FUZZ_SEED=${testSeed})`, () => {
  it('R90: passes unchanged, also while a silent presenter sends little', () => {
    const sound = new IncomingStream('audio', 77, new Wire());
    const wire = new Wire();
    const stream = new OutgoingStream('audio', 5, wire);
    stream.codecs = [{ ...opusCodec, payloadType: 109 }];
    stream.setSource(sound);
    stream.open();
    const start = streamStart('sound');
    // Two packets of speech, then one every 400 ms, then speech again, which is marked.
    const sent = [0, 20, 420, 820, 3000, 3020].map((ms, index) => {
      const payload = Buffer.from(`opus with its own correction ${index}`);
      const sequenceNumber = start.sequenceNumber + index;
      return { sequenceNumber, timestamp: start.timestamp + ms * 48, marker: ms === 3000, payload, ms };
    });
    for (const { ms, ...header } of sent) {
      const packet = readRtpPacket(rtp({ ...header, payloadType: 111 }), opusCodec, ms);
      expect(packet && sound.receive(packet)).toBe('forwarded');
    }
    expect(wire.rtp.map((packet) => packet.subarray(12))).toEqual(sent.map(({ payload }) => payload));
    expect(wire.rtp.map((packet) => (packet[1] ?? 0) >> 7)).toEqual([0, 0, 0, 0, 1, 0]);
    expect(steps(wire.sequenceNumbers)).toEqual([1, 1, 1, 1, 1]);
    expect(wire.timestamps.map((timestamp) => (timestamp - (wire.timestamps[0] ?? 0)) | 0)).toEqual(
      sent.map(({ ms }) => ms * 48),
    );
    expect(sound.report(3100)).toMatchObject({ packetsLost: 0 });
  });
});

describe(`a presenter’s stream (FUZZ_SEED=${testSeed})`, () => {
  it('drops duplicates and foreign streams, and accepts a new stream when the old one is silent', () => {
    const presenter = new Presenter();
    expect(presenter.send(1, 1, vp8Key, 0)).toBe('forwarded');
    expect(presenter.send(1, 1, vp8Key, 1)).toBe('duplicate');
    const stranger = readRtpPacket(rtp({ ssrc: 9, payload: vp8Key }), vp8Codec, 100);
    const successor = readRtpPacket(rtp({ ssrc: 9, payload: vp8Key }), vp8Codec, 1000);
    expect(stranger && presenter.stream.receive(stranger)).toBe('foreign');
    expect(successor && presenter.stream.receive(successor)).toBe('forwarded');
    expect(presenter.stream.ssrc).toBe(9);
  });

  it('requests a keyframe immediately, then at most every 500 ms, until one arrives', () => {
    const presenter = new Presenter();
    const consumer: RtpConsumer = { onPacket: () => undefined, onSenderClock: () => undefined };
    presenter.stream.addConsumer(consumer);
    const now = performance.now();
    presenter.send(1, 1, vp8Delta, now);
    presenter.stream.requestKeyframe();
    presenter.stream.requestKeyframe();
    expect(presenter.keyframeRequests).toBe(1);
    presenter.stream.tick(now + 300);
    expect(presenter.keyframeRequests).toBe(1);
    presenter.stream.tick(now + 600);
    expect(presenter.keyframeRequests).toBe(2);
    presenter.send(2, 2, vp8Key, now + 650);
    presenter.stream.tick(now + 1500);
    expect(presenter.keyframeRequests).toBe(2);
  });

  it('R93: reports a peer that keeps sending but answers no request for 3 s, whether or not requests are sent', () => {
    for (const getsAway of [true, false]) {
      const presenter = new Presenter();
      if (!getsAway) presenter.wire.sendRtcp = () => false;
      presenter.send(1, 1, vp8Key, 0);
      presenter.stream.addConsumer({ onPacket: () => undefined, onSenderClock: () => undefined });
      const since = performance.now();
      presenter.send(2, 2, vp8Delta, since);
      presenter.stream.requestKeyframe();
      const sendOn = (fromMs: number, toMs: number) => {
        for (let ms = fromMs; ms < toMs; ms += 20) {
          presenter.send(3 + ms / 20, 3 + ms / 20, vp8Delta, since + ms);
          presenter.stream.tick(since + ms + 10);
        }
      };
      sendOn(0, 2900);
      expect(presenter.peerNotHearing).toBe(0);
      sendOn(2900, 3100);
      expect(presenter.peerNotHearing).toBeGreaterThan(0);
    }
  });

  it('R93: does not report a peer that is silent, answers, or never sent a keyframe', () => {
    for (const kind of ['silent', 'answers', 'never'] as const) {
      const presenter = new Presenter();
      presenter.send(1, 1, kind === 'never' ? vp8Delta : vp8Key, 0);
      presenter.stream.addConsumer({ onPacket: () => undefined, onSenderClock: () => undefined });
      const since = performance.now();
      presenter.send(2, 2, vp8Delta, since);
      presenter.stream.requestKeyframe();
      for (let ms = 20; ms < 8000; ms += 20) {
        const payload = kind === 'answers' && ms === 2500 ? vp8Key : vp8Delta;
        if (kind !== 'silent') presenter.send(2 + ms / 20, 2 + ms / 20, payload, since + ms);
        presenter.stream.tick(since + ms + 10);
      }
      expect(presenter.peerNotHearing, kind).toBe(0);
    }
  });

  it('requests lost packets', () => {
    const presenter = new Presenter();
    presenter.send(1, 1, vp8Key);
    presenter.send(4, 2, vp8Delta);
    const [nack] = presenter.wire.feedback(205, 1);
    // Two packets; the mask has the second one: https://www.rfc-editor.org/rfc/rfc4585#section-6.2.1
    const { sequenceNumber } = presenter.start;
    expect([nack?.readUInt16BE(12), nack?.readUInt16BE(14)]).toEqual([(sequenceNumber + 2) & 0xffff, 1]);
    expect(presenter.stream.report(performance.now())).toMatchObject({ ssrc: 1111, packetsLost: 2 });
  });

  it('R90: requests lost audio only when that was negotiated', () => {
    const nacksOf = (canRepeat: boolean | null): number => {
      const wire = new Wire();
      const sound = new IncomingStream('audio', 77, wire);
      if (canRepeat !== null) sound.canRepeat = canRepeat;
      for (const sequenceNumber of [1, 3]) {
        const packet = readRtpPacket(
          rtp({ sequenceNumber, timestamp: sequenceNumber * 960 }),
          opusCodec,
          sequenceNumber,
        );
        if (packet !== null) sound.receive(packet);
      }
      return wire.feedback(205, 1).length;
    };
    expect([nacksOf(null), nacksOf(false), nacksOf(true)]).toEqual([0, 0, 1]);
  });

  it('R91: counts repaired packets as received, and duplicates once', () => {
    const presenter = new Presenter();
    for (const sequence of [1, 2, 4, 5, 3, 3, 5]) presenter.send(sequence, sequence, vp8Key, sequence * 33);
    expect(presenter.stream.report(1000)).toMatchObject({ packetsLost: 0, fractionLost: 0 });
    for (const sequence of [6, 8, 9]) presenter.send(sequence, sequence, vp8Delta, sequence * 33);
    expect(presenter.stream.report(2000)).toMatchObject({ packetsLost: 1, fractionLost: 64 });
    // A repair in the next interval cancels the loss: https://www.rfc-editor.org/rfc/rfc3550#appendix-A.3
    presenter.send(7, 7, vp8Delta, 2010);
    presenter.send(10, 10, vp8Delta, 2020);
    expect(presenter.stream.report(3000)).toMatchObject({ packetsLost: 0, fractionLost: 0 });
  });

  it('delivers every packet to each consumer once, also when consumers leave meanwhile', () => {
    const presenter = new Presenter();
    const got: number[] = [];
    const first: RtpConsumer = {
      onPacket: (packet: RtpPacket) => {
        got.push((packet.sequenceNumber - presenter.start.sequenceNumber) & 0xffff);
        presenter.stream.removeConsumer(first);
      },
      onSenderClock: () => undefined,
    };
    const second: RtpConsumer = {
      onPacket: (packet: RtpPacket) => got.push((packet.sequenceNumber - presenter.start.sequenceNumber) & 0xffff),
      onSenderClock: () => undefined,
    };
    presenter.stream.addConsumer(first);
    presenter.stream.addConsumer(second);
    presenter.stream.addConsumer(second);
    presenter.send(1, 1, vp8Key);
    presenter.send(2, 1, vp8Delta);
    expect(got).toEqual([1, 1, 2]);
  });

  it('R83: keeps more than a second of 6 Mbit/s video and of audio, in one copy for all viewers', () => {
    const presenter = new Presenter();
    const [one, two] = [openViewer(presenter), openViewer(presenter)];
    const packetsPerSecond = Math.ceil(6_000_000 / 8 / 1100);
    for (let sequence = 0; sequence <= packetsPerSecond; sequence += 1) {
      presenter.send(sequence, sequence >> 4, sequence === 0 ? vp8Key : vp8Delta);
    }
    for (const viewer of [one, two]) {
      const sent = viewer.wire.rtp.length;
      viewer.stream.retransmit(viewer.wire.sequenceNumbers.slice(0, 1));
      expect(viewer.wire.rtp.slice(sent)).toEqual(viewer.wire.rtp.slice(0, 1));
    }
    const sound = new IncomingStream('audio', 77, new Wire());
    const start = streamStart('history of sound');
    for (let index = 0; index <= 100; index += 1) {
      const numbers = { sequenceNumber: start.sequenceNumber + index, timestamp: start.timestamp + index * 480 };
      const packet = readRtpPacket(rtp(numbers), opusCodec, index * 10);
      if (packet !== null) sound.receive(packet);
    }
    expect(sound.history.find(start.sequenceNumber)).not.toBeNull();
  });

  it('counts loss and jitter as RFC 3550 does', () => {
    const presenter = new Presenter();
    for (let index = 0; index < 100; index += 1) {
      if (index % 4 !== 1) presenter.send(index, index, index === 0 ? vp8Key : vp8Delta, (index * 100) / 3);
    }
    const report = presenter.stream.report(5000);
    const highestSequenceNumber = presenter.start.sequenceNumber + 99;
    expect(report).toMatchObject({ packetsLost: 25, fractionLost: 64, highestSequenceNumber });
    expect(report?.jitter).toBeLessThan(2);
  });
});
