import type { CodecSetup, PayloadFormat } from '../../codecs/rtp-payload.ts';
import type { RtpClock } from '../media/rtp/rtp-clock.ts';

/** A packet that waits for its frame; the payload is our own copy. */
export type HeldPacket = {
  readonly sequenceNumber: number;
  readonly timestamp: number;
  readonly marker: boolean;
  readonly arrivedAt: number;
  readonly payload: Buffer;
  readonly clock: RtpClock;
};

/** A whole frame, not yet placed on the file's timeline. */
export type ReceivedFrame = {
  readonly data: Buffer;
  readonly isKeyframe: boolean;
  readonly setup: CodecSetup | null;
  readonly timestamp: number;
  readonly clock: RtpClock;
  readonly arrivedAt: number;
};

/** Receives the output of the assembler. */
export type AssemblerListener = {
  frame(frame: ReceivedFrame): void;
  /** Frames are missing, and a decoder could not continue: a keyframe is needed. */
  keyframeNeeded(arrivedAt: number): void;
};

/** No picture is this large, in bytes; a frame that grows beyond it has lost its end, or is an attack. */
const maxFrameBytes = 16 * 1024 * 1024;
/** The configuration of a decoder has less than a hundred bytes; files reserve this much space for it. */
const maxSetupBytes = 1024;

/**
 * Assembles whole frames from packets in order. After a loss it outputs nothing until the next keyframe: the frames in
 * between could only be shown with artefacts.
 */
export class FrameAssembler {
  readonly #format: PayloadFormat;
  readonly #listener: AssemblerListener;
  #parts: Buffer[] = [];
  #partBytes = 0;
  #first: HeldPacket | null = null;
  /** False while the current frame is known to miss a packet. */
  #isWhole = false;
  #awaitsKeyframe: boolean;

  constructor(format: PayloadFormat, listener: AssemblerListener) {
    this.#format = format;
    this.#listener = listener;
    this.#awaitsKeyframe = !format.isFramePerPacket;
  }

  push(packet: HeldPacket): void {
    // Packets without payload only keep the path open.
    if (packet.payload.length === 0) return;
    const isNewFrame = this.#first === null || this.#first.timestamp !== packet.timestamp;
    if (isNewFrame && this.#first !== null) this.#finish();
    const part = this.#format.read(packet.payload);
    if (isNewFrame) {
      this.#first = packet;
      this.#parts = [];
      this.#partBytes = 0;
      this.#isWhole = part?.isFrameStart === true;
    }
    if (part === null) this.#isWhole = false;
    else if (this.#isWhole) this.#keep(part.bytes);
    if (packet.marker || this.#format.isFramePerPacket) this.#finish();
  }

  /** Reports that packets are missing between the last one and the next. */
  lost(): void {
    if (this.#format.isFramePerPacket) return;
    this.#isWhole = false;
    this.#awaitsKeyframe = true;
    // The rest of the current frame, if any arrives, must not be taken for a frame of its own.
    this.#parts = [];
  }

  /** Waits for a keyframe from here on, as after a pause. */
  restart(): void {
    this.#first = null;
    this.#parts = [];
    this.#isWhole = false;
    this.#awaitsKeyframe = !this.#format.isFramePerPacket;
  }

  #keep(bytes: Buffer): void {
    this.#partBytes += bytes.length;
    if (this.#partBytes > maxFrameBytes) {
      this.#isWhole = false;
      this.#parts = [];
    } else this.#parts.push(bytes);
  }

  #finish(): void {
    const first = this.#first;
    const parts = this.#parts;
    const assembled = this.#isWhole && parts.length > 0 ? this.#format.assemble(parts) : null;
    const isPlausible = (assembled?.setup?.codecPrivate?.length ?? 0) <= maxSetupBytes;
    const coded = isPlausible ? assembled : null;
    this.#first = null;
    this.#parts = [];
    this.#isWhole = false;
    if (first === null) return;
    if (coded === null) this.#awaitsKeyframe = !this.#format.isFramePerPacket;
    else if (coded.isKeyframe) this.#awaitsKeyframe = false;
    if (this.#awaitsKeyframe) this.#listener.keyframeNeeded(first.arrivedAt);
    if (coded === null || this.#awaitsKeyframe) return;
    const { timestamp, clock, arrivedAt } = first;
    this.#listener.frame({ ...coded, timestamp, clock, arrivedAt });
  }
}
