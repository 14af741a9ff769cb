import { setImmediate as breathe } from 'node:timers/promises';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { isConcealment, vp8Frame } from '../../../codecs/testing/test-frames.ts';
import { randomNumbers } from '../../../codecs/testing/test-seed.ts';
import type { MediaKind, RtpPacket } from '../../media/media-types.ts';
import { opus, TestSource, vp8 } from './recording-rig.ts';

/*
 * For tests: hours of a show, simulated in seconds, with clocks that disagree and a network that loses packets.
 */

/** The faults of clocks and network. Drifts are in millionths, relative to the times of capture. */
export type Impairment = {
  audioDrift: number;
  videoDrift: number;
  /** Of the sender's wall clock, which its reports use. */
  wallDrift: number;
  /** Of our own clock, which measures arrivals. */
  arrivalDrift: number;
  /** The share of packets that are lost and never retransmitted. */
  loss: number;
  /** At this interval, in milliseconds, nothing gets through for `burstMs`. */
  burstEveryMs: number;
  burstMs: number;
  /** The network's jitter, in milliseconds. */
  jitterMs: number;
};

// Fewer and smaller than a browser's, for the sake of time.
const audioMs = 60;
const videoMs = 60;
const keyframeEveryMs = 10_000;
const reportEveryMs = 2500;
const networkMs = 40;
const roundTripMs = 100;

type Arriving = { packet: RtpPacket; source: TestSource };

/** A show whose packets carry their time of capture in the payload, in milliseconds. */
export class DriftingShow {
  readonly audio = new TestSource('audio', opus);
  readonly video = new TestSource('video', vp8);
  /** The arrival of media captured at 0 ms; ahead of the real clock, so that no timer considers it late. */
  readonly startMs = performance.now() + 100_000_000;
  readonly #disturbance: Impairment;
  readonly #random = randomNumbers(7);
  #keyframeAtMs = 0;
  #nowMs = 0;
  /** Packets in transit, by the millisecond of their arrival. */
  readonly #underWay = new Map<number, Arriving[]>();

  constructor(disturbance: Impairment) {
    this.#disturbance = disturbance;
    this.video.onKeyframeRequest = () => {
      this.#keyframeAtMs = Math.min(this.#keyframeAtMs, this.#nowMs + roundTripMs);
    };
  }

  /** Sends everything captured until `endMs`; every minute it waits for the disk and calls `eachMinute`. */
  async run(endMs: number, eachMinute: (captureMs: number) => void = () => {}): Promise<void> {
    for (let nowMs = 0; nowMs < endMs; nowMs += 1) {
      this.#nowMs = nowMs;
      if (nowMs % audioMs === 0) this.#sendAudio(nowMs);
      if (nowMs % videoMs === 0) this.#sendVideo(nowMs);
      if (nowMs % reportEveryMs === 700) this.#report(this.audio, nowMs, this.#disturbance.audioDrift);
      if (nowMs % reportEveryMs === 1900) this.#report(this.video, nowMs, this.#disturbance.videoDrift);
      this.#deliver(nowMs);
      if (nowMs % 60_000 !== 0) continue;
      await breathe();
      eachMinute(nowMs);
    }
  }

  #sendAudio(captureMs: number): void {
    // The first byte means a duration of 60 ms (RFC 6716 §3.1).
    const payload = Buffer.from([0x18, 0, 0, 0, 0]);
    payload.writeUInt32BE(captureMs, 1);
    this.#send(this.audio, payload, captureMs, this.#disturbance.audioDrift);
  }

  #sendVideo(captureMs: number): void {
    const isKeyframe = captureMs >= this.#keyframeAtMs;
    if (isKeyframe) this.#keyframeAtMs = captureMs + keyframeEveryMs;
    const frame = vp8Frame(isKeyframe, 0, 16);
    frame.writeUInt32BE(captureMs, 12);
    const payload = Buffer.concat([Buffer.from([0x10]), frame]);
    this.#send(this.video, payload, captureMs, this.#disturbance.videoDrift);
  }

  #send(source: TestSource, payload: Buffer, captureMs: number, drift: number): void {
    const { loss, burstEveryMs, burstMs, jitterMs, arrivalDrift } = this.#disturbance;
    const packet = source.packet(payload, drifted(captureMs, drift), 0, true);
    const isCutOff = captureMs % burstEveryMs > burstEveryMs - burstMs;
    if (captureMs > 2000 && (isCutOff || this.#random() < loss)) return;
    const arrivesMs = captureMs + networkMs + Math.floor(this.#random() ** 3 * jitterMs);
    const arrivedAt = this.startMs + drifted(arrivesMs, arrivalDrift);
    const others = this.#underWay.get(arrivesMs) ?? [];
    others.push({ packet: { ...packet, arrivedAt }, source });
    this.#underWay.set(arrivesMs, others);
  }

  #deliver(nowMs: number): void {
    for (const { packet, source } of this.#underWay.get(nowMs) ?? []) source.deliver([packet]);
    this.#underWay.delete(nowMs);
  }

  /** A report is slightly inaccurate, as those of browsers are. */
  #report(source: TestSource, captureMs: number, drift: number): void {
    const offMs = 2 * this.#random() - 1;
    source.report(drifted(captureMs, drift), drifted(captureMs, this.#disturbance.wallDrift) + offMs);
  }
}

/** A packet of a drifting show read back, in milliseconds. */
export type ReadBack = { timeMs: number; captureMs: number };

/** Reads back the content of a file, except for what the recorder inserted on its own. */
export async function readBack(path: string): Promise<Record<MediaKind, ReadBack[]> & { durationMs: number }> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  const found: Record<MediaKind, ReadBack[]> = { audio: [], video: [] };
  try {
    for (const track of await input.getTracks()) {
      const [kind, at] = track.isVideoTrack() ? (['video', 12] as const) : (['audio', 1] as const);
      for await (const { data, timestamp } of new EncodedPacketSink(track).packets()) {
        if (isConcealment(data)) continue;
        const captureMs = new DataView(data.buffer, data.byteOffset).getUint32(at);
        found[kind].push({ timeMs: timestamp * 1000, captureMs });
      }
    }
    return { ...found, durationMs: (await input.computeDuration()) * 1000 };
  } finally {
    input.dispose();
  }
}

/**
 * How much later each picture is shown than the sound of the same time, in milliseconds. Pictures whose sound was lost
 * are skipped.
 */
export function offsetsOf({
  audio,
  video,
}: Record<MediaKind, readonly ReadBack[]>): { atMs: number; offsetMs: number }[] {
  const shiftOfSound = new Map(audio.map(({ captureMs, timeMs }) => [captureMs, timeMs - captureMs]));
  return video.flatMap(({ captureMs, timeMs }) => {
    const shift = shiftOfSound.get(captureMs);
    return shift === undefined ? [] : [{ atMs: captureMs, offsetMs: timeMs - captureMs - shift }];
  });
}

function drifted(ms: number, millionths: number): number {
  return ms * (1 + millionths / 1_000_000);
}
