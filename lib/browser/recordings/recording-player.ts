import { openStorage, type StoredValues } from '../page/browser-storage.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { type PictureInPicture, pictureInPictureOf, togglePictureInPicture } from '../player/picture-in-picture.ts';
import { recallVolume, rememberVolume, volumeStep } from '../player/volume-memory.ts';
import { PositionMemory } from './playback-position.ts';

/** The speeds that can be chosen, as factors. */
export const playbackRates = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2] as const;

/** The state of the player of a recording. Times are in seconds from the start of its file. */
export type RecordingPlayerState = {
  playing: boolean;
  /** It waits for data while it should play or show a picture. */
  waiting: boolean;
  broken: boolean;
  position: number;
  duration: number;
  /** How far the data reaches that has arrived, from the current position on. */
  buffered: number;
  rate: number;
  muted: boolean;
  /** 0 to 1. */
  volume: number;
  /** The picture's aspect ratio, width by height; `null` until it is known, and if there is no picture. */
  ratio: number | null;
  pictureInPicture: PictureInPicture;
};

/** The length of a frame at the usual rate of cameras, in seconds. */
const frameLength = 1 / 30;
/** How often the position is remembered while playing, in seconds of the recording. */
const rememberEvery = 5;

/** Plays the file of one recording in a video element. Its methods are bound. */
export class RecordingPlayer {
  readonly #id: string;
  readonly #openStorage: () => StoredValues;
  readonly #positions: PositionMemory;
  readonly #startAt: number | null;
  readonly #store: Store<RecordingPlayerState>;
  readonly state: ReadableStore<RecordingPlayerState>;
  #video: HTMLVideoElement | null = null;
  #remembered = 0;

  /**
   * @param recording its id, and its length in milliseconds, which is shown until the file tells its own
   * @param startAt where to begin, in seconds; `null` for where this browser left it
   */
  constructor(
    recording: { id: string; durationMs: number | null },
    startAt: number | null,
    openStored: () => StoredValues = openStorage,
  ) {
    this.#id = recording.id;
    this.#startAt = startAt;
    this.#openStorage = openStored;
    this.#positions = new PositionMemory(openStored);
    this.#store = new Store<RecordingPlayerState>({
      playing: false,
      waiting: false,
      broken: false,
      position: 0,
      duration: (recording.durationMs ?? 0) / 1000,
      buffered: 0,
      rate: 1,
      muted: false,
      volume: 1,
      ratio: null,
      pictureInPicture: 'impossible',
    });
    this.state = this.#store;
  }

  /** Plays in `video` until the returned function is called. */
  readonly attach = (video: HTMLVideoElement): (() => void) => {
    this.#video = video;
    video.volume = recallVolume(this.#openStorage());
    const heard = new AbortController();
    const on = (names: string, listener: () => void) => {
      for (const name of names.split(' ')) video.addEventListener(name, listener, { signal: heard.signal });
    };
    on('play playing pause ended', () => this.#set({ playing: !video.paused && !video.ended }));
    on('waiting stalled seeking', () => this.#set({ waiting: video.readyState < video.HAVE_FUTURE_DATA }));
    on('canplay playing seeked loadeddata', () => this.#set({ waiting: false }));
    on('timeupdate seeking seeked progress', () => this.#notePosition(video));
    on('pause ended', () => this.#remember(video));
    on('ratechange', () => this.#set({ rate: video.playbackRate }));
    on('volumechange', () => this.#set({ muted: video.muted, volume: video.volume }));
    on('durationchange', () => this.#begin(video));
    on('resize loadedmetadata', () => this.#noteSize(video));
    on('error', () => this.#set({ broken: true, playing: false }));
    on('enterpictureinpicture leavepictureinpicture webkitpresentationmodechanged', () =>
      this.#set({ pictureInPicture: pictureInPictureOf(video) }),
    );
    addEventListener('pagehide', () => this.#remember(video), { signal: heard.signal });
    // A page that the server rendered may have loaded the file, or failed to, before its code was here.
    if (video.error !== null) this.#set({ broken: true });
    if (video.readyState > 0) {
      this.#begin(video);
      this.#noteSize(video);
    }
    this.#set({ muted: video.muted, volume: video.volume, pictureInPicture: pictureInPictureOf(video) });
    return () => {
      heard.abort();
      this.#remember(video);
      if (this.#video === video) this.#video = null;
    };
  };

  readonly togglePlay = (): void => {
    const video = this.#video;
    if (video === null) return;
    if (!video.paused && !video.ended) video.pause();
    // The only reasons for a failure are another command meanwhile and a broken file, which has its own event.
    else video.play().catch(() => undefined);
  };

  readonly pause = (): void => {
    this.#video?.pause();
  };

  /** Goes to a position in seconds, or to the nearest one that there is. */
  readonly seekTo = (seconds: number): void => {
    const video = this.#video;
    if (video === null) return;
    const { duration } = this.#store.get();
    const target = Math.min(Math.max(0, seconds), duration);
    // Playback at the very end stops; a picture is shown only just before it.
    video.currentTime = video.paused ? Math.min(target, Math.max(0, duration - 0.001)) : target;
    this.#set({ position: target });
  };

  readonly seekBy = (seconds: number): void => {
    this.seekTo(this.#store.get().position + seconds);
  };

  /** Goes to a share of the length, 0 to 1. */
  readonly seekToShare = (share: number): void => {
    this.seekTo(this.#store.get().duration * share);
  };

  /** Pauses, and shows the next picture, or with -1 the one before. */
  readonly stepFrame = (direction: 1 | -1): void => {
    const video = this.#video;
    if (video === null) return;
    video.pause();
    this.seekTo(video.currentTime + direction * frameLength);
  };

  readonly setRate = (rate: number): void => {
    if (this.#video !== null) this.#video.playbackRate = rate;
  };

  /** Chooses the next higher speed, or with -1 the next lower one. */
  readonly changeRate = (direction: 1 | -1): void => {
    const video = this.#video;
    if (video === null) return;
    // The state follows with an event, which may come after the next key.
    const { playbackRate } = video;
    const rates = direction === 1 ? playbackRates : playbackRates.toReversed();
    const next = rates.find((one) => (one - playbackRate) * direction > 0);
    if (next !== undefined) this.setRate(next);
  };

  readonly setMuted = (muted: boolean): void => {
    const video = this.#video;
    if (video === null) return;
    video.muted = muted;
    if (!muted && video.volume === 0) video.volume = recallVolume(this.#openStorage());
  };

  /** Sets the volume, clamped to 0 to 1; 0 mutes, and anything else turns the sound on. */
  readonly setVolume = (volume: number): void => {
    const video = this.#video;
    if (video === null) return;
    video.volume = volumeStep(volume);
    rememberVolume(this.#openStorage(), video.volume);
    video.muted = video.volume === 0;
  };

  readonly changeVolume = (step: number): void => {
    const video = this.#video;
    if (video !== null) this.setVolume((video.muted ? 0 : video.volume) + step);
  };

  readonly togglePictureInPicture = (): void => {
    if (this.#video !== null) void togglePictureInPicture(this.#video);
  };

  /** The length is known now; playback begins where the address says, or where it was left. */
  #begin(video: HTMLVideoElement): void {
    if (!Number.isFinite(video.duration) || video.duration <= 0) return;
    const isFirst = this.#remembered === 0 && video.currentTime === 0;
    this.#set({ duration: video.duration });
    const from = this.#startAt ?? this.#positions.recall(this.#id);
    if (isFirst && from !== null && from > 0) this.seekTo(from);
    this.#remembered = Math.max(0.001, video.currentTime);
  }

  #noteSize({ videoWidth, videoHeight }: HTMLVideoElement): void {
    if (videoWidth > 0 && videoHeight > 0) this.#set({ ratio: videoWidth / videoHeight });
  }

  #notePosition(video: HTMLVideoElement): void {
    this.#set({ position: video.currentTime, buffered: bufferedUntil(video) });
    if (Math.abs(video.currentTime - this.#remembered) >= rememberEvery) this.#remember(video);
  }

  #remember(video: HTMLVideoElement): void {
    if (!Number.isFinite(video.duration) || this.#remembered === 0) return;
    this.#remembered = Math.max(0.001, video.currentTime);
    this.#positions.remember(this.#id, video.currentTime, video.duration);
  }

  #set(change: Partial<RecordingPlayerState>): void {
    const before = this.#store.get();
    const after = { ...before, ...change };
    const names = Object.keys(change) as (keyof RecordingPlayerState)[];
    if (names.some((name) => before[name] !== after[name])) this.#store.set(after);
  }
}

/** Until where the data reaches without a gap, in seconds. */
function bufferedUntil({ buffered, currentTime }: HTMLVideoElement): number {
  for (let index = 0; index < buffered.length; index += 1) {
    if (buffered.start(index) <= currentTime + 0.1 && currentTime <= buffered.end(index)) return buffered.end(index);
  }
  return currentTime;
}
