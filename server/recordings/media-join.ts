import { rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EncodedPacket } from 'mediabunny';
import { framesIn, type H264Frame, withParameterSets } from '../codecs/h264-file.ts';
import { type FileFault, GrowingFile } from '../media-files/growing-file.ts';
import { syncFolder } from '../storage/durable-files.ts';
import { type Cut, isWanted, packetsOf } from './derived/cut.ts';
import { type JoinedFile, JoinedMp4, type JoinedPacket, JoinedWebm, spareFrames } from './joined-file.ts';
import {
  codecPrivateOf,
  durationToleranceMs,
  inspectMedia,
  type JoinedContainer,
  type MediaInfo,
  openMedia,
  type PlayableTrack,
  playableTracks,
} from './media-file.ts';

/** A file to join, its inspected properties, and the piece of it to copy if not all of it. */
type JoinSource = { path: string; info: MediaInfo; cut?: Cut };

/** The space that stays free on the disk for the recordings under way, in bytes. */
const reserveBytes = 1024 * 1024;
/** The maximum size of an MP4 file's index, in bytes per second: about 40 for each of 100 packets. */
const mp4IndexBytes = 4000;

/**
 * Copies the media of `sources`, one after the other without gaps, into one file with duration and index, and puts it
 * at `target` in one step. Nothing is transcoded, and the sources stay. When `signal` aborts or anything fails, there
 * is no new file.
 * @returns the properties of the new file, and where each source begins in it, in milliseconds
 * @throws when a source cannot be read or is still being written, when the disk refuses, and when `signal` aborts
 */
export async function joinMedia(
  sources: readonly JoinSource[],
  target: { path: string; container: JoinedContainer },
  signal: AbortSignal,
): Promise<MediaInfo & { startsMs: number[] }> {
  const beside = `${target.path}.joining`;
  const { bavail, bsize } = await statfs(dirname(target.path));
  if (bavail * bsize < sizeOfJoined(sources, target.container) + reserveBytes)
    throw new Error('The disk has no space for the joined file.');
  try {
    const { expectedMs, startsMs } = await copyAll(sources, { ...target, path: beside }, signal);
    const joined = await inspectMedia(beside);
    if (joined?.isSeekable !== true) throw new Error('The joined file cannot be played.');
    const lostMs = expectedMs - joined.durationMs;
    if (lostMs > durationToleranceMs) throw new Error(`The joined file is ${lostMs} ms too short.`);
    for (const { path, info } of sources) {
      // A writer that is still active would continue into a file that is no longer used.
      if ((await stat(path)).size !== info.sizeBytes) throw new Error('A part is still being written.');
    }
    await rename(beside, target.path);
    await syncFolder(dirname(target.path));
    return { ...joined, startsMs };
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** How long a piece must become at least. Of one kind of media, there may be less than of the other. */
function expectedLength({ fromMs, toMs, kinds }: Cut, durationMs: number): number {
  return kinds.length === 1 ? 0 : Math.min(toMs, durationMs) - fromMs;
}

/** How large the new file may become, in bytes. */
function sizeOfJoined(sources: readonly JoinSource[], container: JoinedContainer): number {
  const perSecond = container === 'mp4' ? mp4IndexBytes : 0;
  return sources.reduce((sum, { info: { sizeBytes, durationMs }, cut }) => {
    const copiedMs = cut === undefined ? durationMs : Math.min(durationMs, cut.toMs - cut.fromMs);
    return sum + sizeBytes * (copiedMs / Math.max(1, durationMs)) + (copiedMs / 1000) * perSecond;
  }, 0);
}

/** @returns the expected length of the new file, and where each source begins in it, in milliseconds */
async function copyAll(
  sources: readonly JoinSource[],
  to: { path: string; container: JoinedContainer },
  signal: AbortSignal,
): Promise<{ expectedMs: number; startsMs: number[] }> {
  const fault: { found: FileFault | null } = { found: null };
  const file = new GrowingFile(to.path, (found) => {
    fault.found = found;
  });
  const breathe = async (): Promise<void> => {
    signal.throwIfAborted();
    await file.drained();
    if (fault.found !== null) throw new Error(fault.found.description, { cause: fault.found.cause });
  };
  let expectedMs = 0;
  const startsMs: number[] = [];
  try {
    const joined: JoinedFile =
      to.container === 'mp4' ? await JoinedMp4.open(file, sources, breathe) : new JoinedWebm(file);
    const copier = new PacketCopier(joined, breathe);
    for (const { path, info, cut } of sources) {
      startsMs.push(copier.endMs);
      const leftOutMs = await copier.append(path, cut);
      expectedMs += cut === undefined ? info.durationMs - leftOutMs : expectedLength(cut, info.durationMs);
    }
    await joined.finish();
  } finally {
    await file.close();
  }
  if (fault.found !== null) throw new Error(fault.found.description, { cause: fault.found.cause });
  return { expectedMs, startsMs };
}

/** How many packets are copied before waiting for the disk and giving the event loop a turn. */
const batchSize = 200;
/**
 * In milliseconds; timestamps that go back by more than this are not due to rounding, but to an order that this file
 * cannot hold. Equal timestamps are accepted: a Kurento's recorder has waited for its first frames, and gives all of
 * them the same time.
 */
const maxStepBackMs = 5;
const usualFrameMs = { video: 33, audio: 20 } as const;

/** A track of a source while it is copied; `next` is the packet to copy next. */
type Lane = {
  kind: JoinedPacket['kind'];
  /** The container's configuration for an H.264 decoder; `null` for all other codecs. */
  h264: Buffer | null;
  packets: AsyncGenerator<EncodedPacket, void, unknown>;
  next: EncodedPacket;
};

/** Appends the media of files to each other. Within a file, the tracks keep their relative timing. */
class PacketCopier {
  readonly #to: JoinedFile;
  readonly #breathe: () => Promise<void>;
  /** The time of the last packet in the new file, and its time according to the source. */
  readonly #lastMs = { video: -1, audio: -1 };
  readonly #lastGivenMs = { video: -1, audio: -1 };
  #endMs = 0;
  #spareFrames = spareFrames;

  /** @param breathe awaited now and then, for the disk and the event loop; a rejection aborts the work */
  constructor(to: JoinedFile, breathe: () => Promise<void>) {
    this.#to = to;
    this.#breathe = breathe;
  }

  /** The end of what was copied, in milliseconds. */
  get endMs(): number {
    return this.#endMs;
  }

  /** Appends a file; returns how much of its beginning is left out because it cannot be shown, in milliseconds. */
  async append(path: string, cut: Cut | undefined): Promise<number> {
    const input = await openMedia(path);
    try {
      const lanes: Lane[] = [];
      for (const track of await playableTracks(input)) {
        if (!isWanted(track, cut)) continue;
        const lane = await openLane(track, cut);
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
    const durationMs = packet.duration > 0 ? Math.round(packet.duration * 1000) : usualFrameMs[kind];
    const frames = this.#framesOf(packet, h264);
    // Several frames share the time of their packet.
    const beginsMs = (index: number) => givenMs + Math.floor((durationMs * index) / frames.length);
    for (const [index, { data, isKeyframe }] of frames.entries()) {
      const timeMs = beginsMs(index);
      const whole = isKeyframe && h264 !== null ? withParameterSets(data, h264) : data;
      await this.#put({ kind, isKeyframe, timeMs, durationMs: beginsMs(index + 1) - timeMs, data: whole });
    }
  }

  /**
   * A recorder puts two frames together where the end of the first one was lost on its way. If a keyframe follows, nothing
   * needs that first one any more.
   */
  #framesOf({ data, type }: EncodedPacket, h264: Buffer | null): readonly H264Frame[] {
    const frames = h264 === null || this.#spareFrames <= 0 ? [] : framesIn(data, h264);
    if (frames.length < 2) return [{ data, isKeyframe: type === 'key' }];
    const kept = frames.slice(
      Math.max(
        0,
        frames.findLastIndex(({ isKeyframe }) => isKeyframe),
      ),
    );
    this.#spareFrames -= kept.length - 1;
    return kept;
  }

  async #put(packet: JoinedPacket): Promise<void> {
    const { kind, timeMs: givenMs, durationMs } = packet;
    if (this.#lastGivenMs[kind] - givenMs > maxStepBackMs) throw new Error('The timestamps of the file run backwards.');
    const timeMs = Math.max(givenMs, this.#lastMs[kind] + 1);
    this.#lastMs[kind] = timeMs;
    this.#lastGivenMs[kind] = givenMs;
    this.#endMs = Math.max(this.#endMs, timeMs + durationMs);
    await this.#to.add({ ...packet, timeMs });
  }
}

/** Packets before the first keyframe are useless and left out; returns `null` if there are no others. */
async function openLane(track: PlayableTrack, cut: Cut | undefined): Promise<Lane | null> {
  const packets = packetsOf(track, cut);
  for (;;) {
    const { value, done } = await packets.next();
    if (done === true || value === undefined) return null;
    if (value.type !== 'key') continue;
    const h264 = track.codec === 'avc' ? await codecPrivateOf(track) : null;
    return { kind: track.isVideoTrack() ? 'video' : 'audio', h264, packets, next: value };
  }
}
