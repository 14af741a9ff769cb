import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { silentLog } from '../testing/silent-log.ts';
import type { PipedFrame, TranscodedCodec } from './pipe-messages.ts';
import { type AvLibrary, isAvInstalled, loadAv } from './process/av-library.ts';
import {
  colors,
  decodePictures,
  decodeSound,
  encodePictures,
  encodeTone,
  looksLike,
  type TestFrame,
  toneStrength,
} from './testing/test-media.ts';
import { nowMs, TranscoderProcess } from './transcoder-process.ts';

type OpenOptions = {
  see?: (frame: PipedFrame) => void;
  heartbeat?: { intervalMs: number; timeoutMs: number };
};

describe.skipIf(!isAvInstalled())('the transcoder', { tags: ['long'] }, () => {
  let library: AvLibrary;
  let transcoder: TranscoderProcess;

  beforeAll(async () => {
    library = await loadAv();
  });
  afterEach(() => transcoder.close());

  /** Opens an input and an encoding of it. */
  function open(
    kind: 'audio' | 'video',
    from: TranscodedCodec,
    to: TranscodedCodec,
    { see = () => undefined, heartbeat }: OpenOptions = {},
  ) {
    transcoder = new TranscoderProcess(silentLog, heartbeat);
    const received: TestFrame[] = [];
    const events = { keyframesNeeded: 0, restarts: 0 };
    const input = transcoder.open({
      keyframeNeeded: () => {
        events.keyframesNeeded += 1;
      },
      restarted: () => {
        events.restarts += 1;
      },
    });
    transcoder.make({ do: 'input', id: input, kind });
    transcoder.make({ do: 'stream', id: input, stream: 1, codec: from });
    const encoding = transcoder.open({
      frame: (frame) => {
        received.push(frame);
        see(frame);
      },
    });
    transcoder.make({ do: 'encode', id: encoding, input, codec: to });
    const send = ({ data, isKeyframe, atMs }: TestFrame) =>
      // As if it had not been sent yet, so that a slow machine leaves nothing out.
      transcoder.send({ id: input, isKeyframe, stream: 1, atMs, capturedMs: atMs, sentMs: nowMs() + 60_000, data });
    return { received, events, encoding, send };
  }

  for (const [from, to] of [
    ['VP8', 'H264'],
    ['H264', 'VP8'],
    ['VP8', 'VP9'],
    ['VP9', 'H264'],
  ] as const) {
    it(`R180: ${from} comes out as ${to}, in its colour and at its time`, async () => {
      const { received, send } = open('video', from, to);
      const frames = encodePictures(library, from, { width: 320, height: 180, color: colors.red, count: 30 });
      for (const frame of frames) send(frame);
      await expect.poll(() => received.length).toBe(30);
      expect(received.map(({ isKeyframe }) => isKeyframe)).toEqual([true, ...new Array(29).fill(false)]);
      for (const [index, { atMs }] of received.entries()) expect(atMs).toBeCloseTo(frames[index]?.atMs ?? 0, 1);
      const seen = decodePictures(library, to, received);
      expect(seen.length).toBe(30);
      for (const { width, height, colorAt } of seen) {
        expect([width, height]).toEqual([320, 180]);
        expect(looksLike(colorAt(160, 90), colors.red)).toBe(true);
      }
    });
  }

  for (const [from, to] of [
    ['opus', 'PCMU'],
    ['PCMA', 'opus'],
  ] as const) {
    it(`R180: ${from} comes out as ${to}, with its tone`, async () => {
      const { received, send } = open('audio', from, to);
      for (const frame of encodeTone(library, from, 440, 60)) send(frame);
      await expect.poll(() => received.length).toBeGreaterThanOrEqual(58);
      expect(received.slice(0, 3).map(({ atMs }) => atMs)).toEqual([0, 20, 40]);
      const sound = decodeSound(library, to, received).slice(9_600);
      expect(toneStrength(sound, 440)).toBeGreaterThan(4_000);
      expect(toneStrength(sound, 800)).toBeLessThan(300);
    });
  }

  it('R181: makes a keyframe on request, and asks for one when it cannot decode', async () => {
    const { received, events, encoding, send } = open('video', 'VP8', 'H264');
    const frames = encodePictures(library, 'VP8', { width: 320, height: 180, color: colors.blue, count: 40 }, [20]);
    for (const frame of frames.slice(1, 3)) send(frame);
    await expect.poll(() => events.keyframesNeeded).toBe(2);
    for (const frame of frames.slice(0, 10)) send(frame);
    await expect.poll(() => received.length).toBe(10);
    transcoder.requestKeyframe(encoding);
    for (const frame of frames.slice(10, 20)) send(frame);
    await expect.poll(() => received.length).toBe(20);
    expect(received.flatMap(({ isKeyframe }, index) => (isKeyframe ? [index] : []))).toEqual([0, 10]);
    // The keyframe of the source is not one of the receiver, which did not ask for it.
    for (const frame of frames.slice(20)) send(frame);
    await expect.poll(() => received.length).toBe(40);
    expect(received.filter(({ isKeyframe }) => isKeyframe).length).toBe(2);
  });

  it.each(['SIGKILL', 'SIGSTOP'] as const)('R182: is started again after %s, and goes on', async (signal) => {
    const { received, events, send } = open('video', 'H264', 'VP8', {
      heartbeat: { intervalMs: 100, timeoutMs: 2_000 },
    });
    const frames = encodePictures(library, 'H264', { width: 320, height: 180, color: colors.green, count: 20 }, [10]);
    for (const frame of frames.slice(0, 10)) send(frame);
    await expect.poll(() => received.length).toBe(10);
    process.kill(transcoder.pid ?? 0, signal);
    await expect.poll(() => events.restarts, { timeout: 10_000 }).toBe(1);
    for (const frame of frames.slice(10)) send(frame);
    await expect.poll(() => received.length).toBe(20);
    expect(received[10]?.isKeyframe).toBe(true);
    const last = decodePictures(library, 'VP8', received.slice(10)).at(-1);
    expect(looksLike(last?.colorAt(100, 100) ?? [0, 0, 0], colors.green)).toBe(true);
  });

  it('R185: knows what time it is in the media server', async () => {
    const sentAt: number[] = [];
    const { received, send } = open('video', 'VP8', 'H264', { see: (frame) => sentAt.push(frame.sentMs) });
    const before = nowMs();
    const [frame] = encodePictures(library, 'VP8', { width: 320, height: 180, color: colors.red, count: 1 });
    if (frame !== undefined) send(frame);
    await expect.poll(() => received.length).toBe(1);
    expect(sentAt[0]).toBeGreaterThan(before);
    expect(sentAt[0]).toBeLessThan(nowMs());
  });

  it('R180: what cannot be decoded is left out, and the rest goes on', async () => {
    const { received, events, send } = open('video', 'VP8', 'H264');
    const frames = encodePictures(library, 'VP8', { width: 320, height: 180, color: colors.grey, count: 20 }, [10]);
    for (const frame of frames.slice(0, 5)) send(frame);
    send({ data: Buffer.from('no picture at all'), isKeyframe: false, atMs: 200 });
    await expect.poll(() => received.length).toBeGreaterThanOrEqual(5);
    for (const frame of frames.slice(10)) send(frame);
    await expect.poll(() => received.length).toBeGreaterThanOrEqual(15);
    expect(events.keyframesNeeded).toBeLessThanOrEqual(1);
  });
});
