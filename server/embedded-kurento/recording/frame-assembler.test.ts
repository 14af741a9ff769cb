import { describe, expect, it } from 'vitest';
import { createPayloadFormat } from '../../codecs/payload-formats.ts';
import { vp8Frame } from '../../codecs/testing/test-frames.ts';
import { streamStart } from '../../codecs/testing/test-seed.ts';
import { RtpClock } from '../media/rtp/rtp-clock.ts';
import { FrameAssembler, type HeldPacket, type ReceivedFrame } from './frame-assembler.ts';

const first = streamStart('assembled');
const clock = new RtpClock(1, 90_000, first.timestamp);
const start = Buffer.concat([Buffer.from([0x10]), vp8Frame(true, 7, 1_000)]);
const rest = Buffer.alloc(1_000_000);

function packet(payload: Buffer, timestamp: number, marker: boolean): HeldPacket {
  const numbers = { sequenceNumber: first.sequenceNumber, timestamp: (first.timestamp + timestamp) >>> 0 };
  return { ...numbers, marker, arrivedAt: 0, payload, clock };
}

function assembler(): { assembler: FrameAssembler; frames: ReceivedFrame[]; asked: number[] } {
  const frames: ReceivedFrame[] = [];
  const asked: number[] = [];
  const listener = {
    frame: (frame: ReceivedFrame) => frames.push(frame),
    keyframeNeeded: (at: number) => asked.push(at),
  };
  return { assembler: new FrameAssembler(createPayloadFormat('VP8'), listener), frames, asked };
}

describe('FrameAssembler', () => {
  it('assembles a frame from packets that belong together', () => {
    const { assembler: parts, frames } = assembler();
    parts.push(packet(start, 1, false));
    parts.push(packet(rest, 1, true));
    expect(frames.map(({ data }) => data.length)).toEqual([1_000 + 999_999]);
  });

  it('R58: gives up a frame that never ends, and requests a keyframe', () => {
    const { assembler: parts, frames, asked } = assembler();
    parts.push(packet(start, 1, false));
    for (let count = 0; count < 40; count += 1) parts.push(packet(rest, 1, false));
    parts.push(packet(rest, 1, true));
    expect([frames.length, asked.length]).toEqual([0, 1]);
    parts.push(packet(start, 2, true));
    expect(frames).toHaveLength(1);
  });
});
