import { mostThumbnails, pictureLimits, pictureWidths } from '../../thumbnail-times.ts';
import { openStorage, openTabStorage } from '../page/browser-storage.ts';
import { presenterKeyName } from '../page/stored-credentials.ts';
import type { sendPictures, TakenPicture, takePicture } from '../recordings/picture-taking.ts';
import { type PublisherState, streamOf } from './publisher-state.ts';

/** Loads what takes and sends pictures, which only recorded shows need. */
type LoadTaking = () => Promise<{ sendPictures: typeof sendPictures; takePicture: typeof takePicture }>;

/** The time between two pictures at first, in milliseconds; it doubles when there are too many of them. */
const firstStepMs = 5_000;
/** When the poster is taken, in milliseconds of the recording: by then, whoever presents has sat down. */
const posterAfterMs = 10_000;

/**
 * Takes small pictures of a show while it is recorded, and sends them to the server when the recording is finished:
 * then the recording has pictures, though the server decodes none. Only a page that was there from the beginning of the
 * recording knows where they belong.
 */
export class ShowPictures {
  readonly #load: LoadTaking;
  #broadcastId: string | null = null;
  #isWhole = false;
  #recordedMs = 0;
  #recordingSince: number | null = null;
  #stepMs = firstStepMs;
  #pictures: TakenPicture[] = [];
  #poster: Blob | null = null;
  #isSent = false;
  #video: HTMLVideoElement | null = null;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(load: LoadTaking) {
    this.#load = load;
  }

  /** Follows the life of a presenter: call it with each state. */
  follow(state: PublisherState): void {
    if (!('broadcast' in state) || state.broadcast === null) return;
    const { broadcastId, recording, recordingId } = state.broadcast;
    // A show that this page resumes has been recorded before.
    if (broadcastId !== this.#broadcastId) this.#forget(broadcastId, state.phase !== 'reconnecting');
    const isRecording = recording === 'recording' && state.phase !== 'ended';
    if (isRecording && this.#recordingSince === null) {
      this.#recordingSince = performance.now();
      this.#isSent = false;
    }
    if (!isRecording && this.#recordingSince !== null) {
      this.#recordedMs = this.#now();
      this.#recordingSince = null;
    }
    const stream = isRecording && this.#isWhole && state.phase !== 'taken-over' ? streamOf(state) : null;
    this.#look(stream);
    if (recording === 'finished' && recordingId !== null) void this.#send(recordingId);
  }

  /** Stops taking pictures. */
  close(): void {
    this.#forget(null, false);
  }

  /** The length of the recording so far, in milliseconds. */
  #now(): number {
    return this.#recordedMs + (this.#recordingSince === null ? 0 : performance.now() - this.#recordingSince);
  }

  #forget(broadcastId: string | null, isWhole: boolean): void {
    this.#broadcastId = broadcastId;
    this.#isWhole = isWhole;
    this.#recordedMs = 0;
    this.#recordingSince = null;
    this.#stepMs = firstStepMs;
    this.#pictures = [];
    this.#poster = null;
    this.#isSent = false;
    this.#look(null);
  }

  /** Takes pictures of `stream` from now on; `null` for none. */
  #look(stream: MediaStream | null): void {
    if ((this.#video?.srcObject ?? null) === stream) return;
    clearInterval(this.#timer);
    if (this.#video !== null) this.#video.srcObject = null;
    this.#video = null;
    if (stream === null || stream.getVideoTracks().length === 0) return;
    const video = document.createElement('video');
    video.muted = true;
    video.playsInline = true;
    video.srcObject = stream;
    video.addEventListener('loadeddata', () => void this.#take(), { once: true });
    // It may be replaced before it plays.
    video.play().catch(() => undefined);
    this.#video = video;
    this.#timer = setInterval(() => void this.#take(), firstStepMs);
  }

  async #take(): Promise<void> {
    const [video, atMs, broadcastId] = [this.#video, Math.round(this.#now()), this.#broadcastId];
    if (video === null) return;
    const last = this.#pictures.at(-1);
    // Timers are not exact.
    if (last !== undefined && atMs - last.atMs < this.#stepMs * 0.9) return;
    try {
      const { takePicture } = await this.#load();
      const jpeg = await takePicture(video, pictureWidths.thumbnail, pictureLimits.thumbnails / mostThumbnails);
      const poster =
        this.#poster === null || this.#pictures.every((one) => one.atMs < posterAfterMs)
          ? await takePicture(video, pictureWidths.poster, pictureLimits.poster)
          : null;
      if (broadcastId !== this.#broadcastId) return;
      this.#poster = poster ?? this.#poster;
      if (jpeg !== null) this.#keep({ atMs, jpeg });
    } catch {
      // A picture less.
    }
  }

  #keep(picture: TakenPicture): void {
    this.#pictures.push(picture);
    if (this.#pictures.length < mostThumbnails) return;
    this.#pictures = this.#pictures.filter((_, index) => index % 2 === 0);
    this.#stepMs *= 2;
  }

  async #send(recordingId: string): Promise<void> {
    const key = openTabStorage().getItem(presenterKeyName) ?? openStorage().getItem(presenterKeyName);
    const [pictures, poster] = [this.#pictures, this.#poster];
    if (this.#isSent || !this.#isWhole || key === null || pictures.length === 0) return;
    this.#isSent = true;
    try {
      const { sendPictures } = await this.#load();
      await sendPictures(recordingId, poster, pictures, key);
    } catch {
      // The recording is as good without them, and whoever plays it first with a key makes others.
    }
  }
}
