import { ALL_FORMATS, type EncodedPacket, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { withParameterSets } from '../embedded-kurento/codecs/h264.ts';
import type { JoinedFile, JoinedPacket } from './joined-file.ts';
import { codecPrivateOf, type PlayableTrack, playableTracks } from './media-file.ts';

/** How many packets are copied before the disk is waited for, and others have their turn. */
const batchSize = 200;
/**
 * Times that run back by more than this are not rounding but an order that this file cannot hold, in milliseconds. Times
 * that stand are no such order: a Kurento's recorder has waited for its first frames, and gives all of them one time.
 */
const maxStepBackMs = 5;
const usualFrameMs = { video: 33, audio: 20 } as const;

/** A track of a source while it is copied; `next` is the packet whose turn comes. */
type Lane = {
  kind: JoinedPacket['kind'];
  /** What the container tells a decoder of H.264; `null` for all else. */
  h264: Buffer | null;
  packets: AsyncGenerator<EncodedPacket, void, unknown>;
  next: EncodedPacket;
};

/** Puts the media of files behind each other; each file's tracks keep their place to each other. */
export class PacketCopier {
  readonly #to: JoinedFile;
  readonly #breathe: () => Promise<void>;
  /** The last packet's time in the new file, and the one that its source gave it. */
  readonly #lastMs = { video: -1, audio: -1 };
  readonly #lastGivenMs = { video: -1, audio: -1 };
  #endMs = 0;

  /** @param breathe is awaited now and then: for the disk, for others' turns, and to give up by rejecting */
  constructor(to: JoinedFile, breathe: () => Promise<void>) {
    this.#to = to;
    this.#breathe = breathe;
  }

  /** Appends a file; returns how much of its beginning is left out because nothing could be shown, in milliseconds. */
  async append(path: string): Promise<number> {
    const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
    try {
      const lanes: Lane[] = [];
      for (const track of await playableTracks(input)) {
        const lane = await openLane(track);
        if (lane === null) continue;
        lanes.push(lane);
        if (!this.#to.hasTrack(lane.kind)) this.#to.addTrack(track);
      }
      const startMs = Math.min(...lanes.map(({ next }) => next.timestamp * 1000));
      await this.#copy(lanes, this.#endMs - startMs);
      return startMs;
    } finally {
      input.dispose();
    }
  }

  async #copy(lanes: Lane[], shiftMs: number): Promise<void> {
    for (let count = 0; lanes.length > 0; count += 1) {
      if (count % batchSize === 0) await this.#breathe();
      const lane = lanes.reduce((a, b) => (b.next.timestamp < a.next.timestamp ? b : a));
      await this.#add(lane, shiftMs);
      const { value, done } = await lane.packets.next();
      if (done === true || value === undefined) lanes.splice(lanes.indexOf(lane), 1);
      else lane.next = value;
    }
  }

  async #add({ kind, h264, next: packet }: Lane, shiftMs: number): Promise<void> {
    const givenMs = Math.round(packet.timestamp * 1000 + shiftMs);
    if (this.#lastGivenMs[kind] - givenMs > maxStepBackMs) throw new Error('The times of the file run backwards.');
    const timeMs = Math.max(givenMs, this.#lastMs[kind] + 1);
    const durationMs = packet.duration > 0 ? Math.round(packet.duration * 1000) : usualFrameMs[kind];
    this.#lastMs[kind] = timeMs;
    this.#lastGivenMs[kind] = givenMs;
    this.#endMs = Math.max(this.#endMs, timeMs + durationMs);
    const isKeyframe = packet.type === 'key';
    const data = isKeyframe && h264 !== null ? withParameterSets(packet.data, h264) : packet.data;
    await this.#to.add({ kind, isKeyframe, timeMs, durationMs, data });
  }
}

/** What comes before the first keyframe is of no use and left out; `null` if nothing else is there. */
async function openLane(track: PlayableTrack): Promise<Lane | null> {
  const packets = new EncodedPacketSink(track).packets();
  for (;;) {
    const { value, done } = await packets.next();
    if (done === true || value === undefined) return null;
    if (value.type !== 'key') continue;
    const h264 = track.codec === 'avc' ? await codecPrivateOf(track) : null;
    return { kind: track.isVideoTrack() ? 'video' : 'audio', h264, packets, next: value };
  }
}
