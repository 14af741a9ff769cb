import type { GrowingFile } from '../embedded-kurento/recording/growing-file.ts';
import { MatroskaFile } from '../embedded-kurento/recording/matroska-file.ts';
import type { RecordedCodec } from '../embedded-kurento/recording/recording-profiles.ts';
import type { JoinedFile, JoinedPacket } from './joined-file.ts';
import type { PlayableTrack } from './media-file.ts';

const trackNumbers = { video: 1, audio: 2 } as const;
const codecs: Readonly<Record<string, RecordedCodec>> = { vp8: 'VP8', vp9: 'VP9', opus: 'opus' };

/** Joins into WebM, with the writer of the embedded recorder; tracks may come at any time. */
export class JoinedWebm implements JoinedFile {
  readonly #matroska: MatroskaFile;

  constructor(file: GrowingFile) {
    this.#matroska = new MatroskaFile(file, 'webm');
  }

  hasTrack(kind: JoinedPacket['kind']): boolean {
    return this.#matroska.hasTrack(trackNumbers[kind]);
  }

  addTrack(track: PlayableTrack): void {
    const codec = codecs[track.codec ?? ''];
    if (codec === undefined) throw new Error(`The file holds ${track.codec}, which cannot be joined.`);
    if (track.isAudioTrack()) {
      const { numberOfChannels: channels } = track;
      this.#matroska.addTrack({ number: trackNumbers.audio, codec, setup: null, channels });
    } else if (track.isVideoTrack()) {
      const setup = { width: track.codedWidth, height: track.codedHeight, codecPrivate: null };
      this.#matroska.addTrack({ number: trackNumbers.video, codec, setup, channels: 0 });
    }
  }

  async add({ kind, isKeyframe, timeMs, durationMs, data }: JoinedPacket): Promise<void> {
    this.#matroska.add({
      track: trackNumbers[kind],
      isVideo: kind === 'video',
      isKeyframe,
      timeMs,
      durationMs,
      data: Buffer.from(data),
      arrivedAt: timeMs,
    });
  }

  async finish(): Promise<void> {
    this.#matroska.finish();
  }
}
