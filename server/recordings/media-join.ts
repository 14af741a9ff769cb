import { rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ALL_FORMATS, type EncodedPacket, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { type FileFault, GrowingFile } from '../embedded-kurento/recording/growing-file.ts';
import { MatroskaFile } from '../embedded-kurento/recording/matroska-file.ts';
import type { MatroskaTrack } from '../embedded-kurento/recording/matroska-header.ts';
import type { RecordedCodec } from '../embedded-kurento/recording/recording-profiles.ts';
import {
  codecPrivateOf,
  durationToleranceMs,
  inspectMedia,
  type MediaFacts,
  type PlayableTrack,
  playableTracks,
} from './media-file.ts';
import { syncFolder } from './recordings-folder.ts';

/** A file to be joined, and what was found in it. */
export type JoinSource = { path: string; facts: MediaFacts };

/** What stays free on the disk for the recordings that are under way, in bytes. */
const reserveBytes = 1024 * 1024;
/** How many packets are copied before the disk is waited for, and others have their turn. */
const batchSize = 200;
/** Times that run back by more than this are not rounding but an order that this file cannot hold, in milliseconds. */
const maxStepBackMs = 5;
const usualFrameMs = { video: 33, audio: 20 } as const;
const trackNumbers = { video: 1, audio: 2 } as const;
const codecs: Readonly<Record<string, RecordedCodec>> = { vp8: 'VP8', vp9: 'VP9', avc: 'H264', opus: 'opus' };

/**
 * Copies the media of `sources`, one behind the other without gaps, into one file with duration and index, and puts
 * it at `target` in one step. Nothing is encoded again, and the sources stay. When `signal` aborts or anything
 * fails, there is no new file.
 * @returns what is in the new file
 * @throws when a source cannot be read or is still being written, when the disk refuses, and when `signal` aborts
 */
export async function joinMedia(
  sources: readonly JoinSource[],
  target: string,
  signal: AbortSignal,
): Promise<MediaFacts> {
  const beside = `${target}.joining`;
  const sizeBytes = sources.reduce((sum, { facts }) => sum + facts.sizeBytes, 0);
  const { bavail, bsize } = await statfs(dirname(target));
  if (bavail * bsize < sizeBytes + reserveBytes) throw new Error('The disk has no room for the joined file.');
  try {
    const expectedMs = await copyAll(sources, beside, signal);
    const joined = await inspectMedia(beside);
    if (joined?.isSeekable !== true) throw new Error('The joined file cannot be played.');
    const lostMs = expectedMs - joined.durationMs;
    if (lostMs > durationToleranceMs) throw new Error(`The joined file would lack ${lostMs} ms.`);
    for (const { path, facts } of sources) {
      // A writer that is still there would go on into a file that nobody looks at any more.
      if ((await stat(path)).size !== facts.sizeBytes) throw new Error('A part is still being written.');
    }
    await rename(beside, target);
    await syncFolder(dirname(target));
    return joined;
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** @returns how long the new file should be, in milliseconds */
async function copyAll(sources: readonly JoinSource[], to: string, signal: AbortSignal): Promise<number> {
  const fault: { found: FileFault | null } = { found: null };
  const file = new GrowingFile(to, (found) => {
    fault.found = found;
  });
  let expectedMs = 0;
  try {
    const isWebm = sources.every(({ facts }) => facts.contentType.endsWith('/webm'));
    const writer = new JoinWriter(new MatroskaFile(file, isWebm ? 'webm' : 'matroska'), async () => {
      signal.throwIfAborted();
      await file.drained();
      if (fault.found !== null) throw new Error(fault.found.description, { cause: fault.found.cause });
    });
    for (const { path, facts } of sources) expectedMs += facts.durationMs - (await writer.append(path));
    writer.finish();
  } finally {
    await file.close();
  }
  if (fault.found !== null) throw new Error(fault.found.description, { cause: fault.found.cause });
  return expectedMs;
}

/** A track of a source while it is copied; `next` is the packet whose turn comes. */
type Lane = { kind: 'video' | 'audio'; packets: AsyncGenerator<EncodedPacket, void, unknown>; next: EncodedPacket };

/** Puts the media of files behind each other; each file's tracks keep their place to each other. */
class JoinWriter {
  readonly #matroska: MatroskaFile;
  readonly #breathe: () => Promise<void>;
  readonly #lastMs = { video: -1, audio: -1 };

  constructor(matroska: MatroskaFile, breathe: () => Promise<void>) {
    this.#matroska = matroska;
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
        if (!this.#matroska.hasTrack(trackNumbers[lane.kind])) this.#matroska.addTrack(await describe(track));
      }
      const startMs = Math.min(...lanes.map(({ next }) => next.timestamp * 1000));
      await this.#copy(lanes, this.#matroska.endMs - startMs);
      return startMs;
    } finally {
      input.dispose();
    }
  }

  finish(): void {
    this.#matroska.finish();
  }

  async #copy(lanes: Lane[], shiftMs: number): Promise<void> {
    for (let count = 0; lanes.length > 0; count += 1) {
      if (count % batchSize === 0) await this.#breathe();
      const lane = lanes.reduce((a, b) => (b.next.timestamp < a.next.timestamp ? b : a));
      this.#add(lane.kind, lane.next, shiftMs);
      const { value, done } = await lane.packets.next();
      if (done === true || value === undefined) lanes.splice(lanes.indexOf(lane), 1);
      else lane.next = value;
    }
  }

  #add(kind: Lane['kind'], packet: EncodedPacket, shiftMs: number): void {
    const givenMs = Math.round(packet.timestamp * 1000 + shiftMs);
    const timeMs = Math.max(givenMs, this.#lastMs[kind] + 1);
    if (timeMs - givenMs > maxStepBackMs) throw new Error('The times of the file run backwards.');
    this.#lastMs[kind] = timeMs;
    this.#matroska.add({
      track: trackNumbers[kind],
      isVideo: kind === 'video',
      isKeyframe: packet.type === 'key',
      timeMs,
      durationMs: packet.duration > 0 ? Math.round(packet.duration * 1000) : usualFrameMs[kind],
      data: Buffer.from(packet.data),
      arrivedAt: timeMs,
    });
  }
}

/** What comes before the first keyframe is of no use and left out; `null` if nothing else is there. */
async function openLane(track: PlayableTrack): Promise<Lane | null> {
  const packets = new EncodedPacketSink(track).packets();
  for (;;) {
    const { value, done } = await packets.next();
    if (done === true || value === undefined) return null;
    if (value.type === 'key') return { kind: track.isVideoTrack() ? 'video' : 'audio', packets, next: value };
  }
}

async function describe(track: PlayableTrack): Promise<MatroskaTrack> {
  const codec = codecs[track.codec ?? ''];
  if (codec === undefined) throw new Error(`The file holds ${track.codec}, which cannot be joined.`);
  if (track.isAudioTrack()) return { number: trackNumbers.audio, codec, setup: null, channels: track.numberOfChannels };
  if (!track.isVideoTrack()) throw new Error('The file holds neither sound nor picture.');
  const codecPrivate = codec === 'H264' ? await codecPrivateOf(track) : null;
  const setup = { width: track.codedWidth, height: track.codedHeight, codecPrivate };
  return { number: trackNumbers.video, codec, setup, channels: 0 };
}
