import { useEffect, useState } from 'react';
import { openStorage, type StoredValues } from '../page/browser-storage.ts';
import { isPageVisible } from '../page/page-lifecycle.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { useStore } from '../page/use-store.ts';
import { WakeLock } from '../page/wake-lock.ts';
import { type PictureInPicture, pictureInPictureOf, togglePictureInPicture } from './picture-in-picture.ts';
import { type MakeStream, playArrivingTracks } from './playable-stream.ts';
import { recallVolume, rememberVolume, volumeStep } from './volume-memory.ts';

/** The states of playback. `refused` means that the browser plays nothing until the viewer taps. */
type Playback = 'starting' | 'playing' | 'paused' | 'refused';

/** The state of a player, for its controls. */
export type PlayerState = {
  playback: Playback;
  muted: boolean;
  /** True once the viewer has chosen whether they want sound; until then they are asked. */
  decided: boolean;
  /** 0 to 1. */
  volume: number;
  /** False until the first frame of the current stream is shown. */
  hasPicture: boolean;
  /** The picture's aspect ratio, width by height; `null` until it is known. */
  ratio: number | null;
  pictureInPicture: PictureInPicture;
};

/**
 * Plays a live stream in a video element. It starts muted, which browsers allow everywhere. After a pause, playback is
 * live again. Its methods are bound.
 */
export class LivePlayer {
  readonly #openStorage: () => StoredValues;
  readonly #makeStream: MakeStream | undefined;
  readonly #store = new Store<PlayerState>({
    playback: 'starting',
    muted: true,
    decided: false,
    volume: 1,
    hasPicture: false,
    ratio: null,
    pictureInPicture: 'impossible',
  });
  readonly state: ReadableStore<PlayerState> = this.#store;
  #video: HTMLVideoElement | null = null;
  #stream: MediaStream | null = null;
  /** True when the system paused a hidden player, as phones do when they are locked or receive a call. */
  #suspended = false;
  /** Stops following the tracks of the stream. */
  #forgetStream = () => {};

  constructor(openStored: () => StoredValues = openStorage, makeStream?: MakeStream) {
    this.#openStorage = openStored;
    this.#makeStream = makeStream;
  }

  /** Plays in `video` until the returned function is called. */
  readonly attach = (video: HTMLVideoElement): (() => void) => {
    this.#video = video;
    // Set here and not as an attribute, which React sets too late for autoplay on some phones.
    video.muted = true;
    video.volume = recallVolume(this.#openStorage());
    const heard = new AbortController();
    const on = (name: string, listener: () => void) => video.addEventListener(name, listener, { signal: heard.signal });
    // Events are delivered late: the state that they report may be over.
    on('playing', () => {
      if (!video.paused) this.#set({ playback: 'playing' });
    });
    on('pause', () => {
      // The end of a stream, or its replacement by a newer one, is not a pause by the viewer.
      if (!video.paused || !this.#stream?.active || this.#store.get().playback === 'paused') return;
      this.#suspended = !isPageVisible();
      this.#set({ playback: 'paused' });
    });
    const onVisible = () => {
      if (this.#suspended && isPageVisible()) this.play();
    };
    document.addEventListener('visibilitychange', onVisible, { signal: heard.signal });
    on('volumechange', () => this.#set({ muted: video.muted, volume: video.volume }));
    on('resize', () => {
      const { videoWidth, videoHeight } = video;
      if (videoWidth > 0 && videoHeight > 0) this.#set({ hasPicture: true, ratio: videoWidth / videoHeight });
    });
    on('emptied', () => this.#set({ hasPicture: false }));
    for (const name of ['enterpictureinpicture', 'leavepictureinpicture', 'webkitpresentationmodechanged']) {
      on(name, () => this.#set({ pictureInPicture: pictureInPictureOf(video) }));
    }
    this.#set({ muted: true, volume: video.volume, pictureInPicture: pictureInPictureOf(video) });
    this.#begin();
    return () => {
      heard.abort();
      this.#forgetStream();
      if (this.#video === video) this.#video = null;
    };
  };

  /**
   * Plays `stream`. With `null`, the last picture stays, which is better than an empty player, and the next stream
   * starts playback again.
   */
  readonly show = (stream: MediaStream | null): void => {
    const former = this.#stream;
    if (stream === former) return;
    this.#stream = stream;
    this.#suspended = false;
    this.#forgetStream();
    if (stream === null) this.#set({ playback: 'starting' });
    else this.#begin(former !== null);
  };

  readonly togglePlay = (): void => {
    if (this.#store.get().playback === 'playing') this.pause();
    else this.play();
  };

  readonly play = (): void => {
    const video = this.#video;
    if (video !== null && this.#stream !== null) this.#play(video);
  };

  readonly pause = (): void => {
    const video = this.#video;
    if (video === null || this.#stream === null) return;
    this.#suspended = false;
    this.#set({ playback: 'paused' });
    video.pause();
  };

  /** Turns the sound on or off. Must be called in a tap's event handler: browsers allow sound only there. */
  readonly setMuted = (muted: boolean): void => {
    const video = this.#video;
    if (video === null) return;
    video.muted = muted;
    // A viewer who turns the sound on at volume 0 wants to hear something.
    if (!muted && video.volume === 0) video.volume = recallVolume(this.#openStorage());
    this.#set({ muted: video.muted, volume: video.volume, decided: true });
    // Browsers stop a video whose sound they do not allow. A pause by the viewer stays.
    if (video.paused && this.#stream !== null && this.#store.get().playback !== 'paused') this.#play(video);
  };

  /** Sets the volume, clamped to 0 to 1; 0 mutes, and anything else turns the sound on. */
  readonly setVolume = (volume: number): void => {
    const video = this.#video;
    if (video === null) return;
    video.volume = volumeStep(volume);
    rememberVolume(this.#openStorage(), video.volume);
    this.setMuted(video.volume === 0);
  };

  /** Changes the audible volume by `step`; when muted, it starts from 0. */
  readonly changeVolume = (step: number): void => {
    const { muted, volume } = this.#store.get();
    this.setVolume((muted ? 0 : volume) + step);
  };

  readonly togglePictureInPicture = (): void => {
    if (this.#video !== null) void togglePictureInPicture(this.#video);
  };

  /** @param isNext whether the stream comes right after another one */
  #begin(isNext = false): void {
    const [video, stream] = [this.#video, this.#stream];
    if (video === null || stream === null) return;
    this.#forgetStream();
    // The browser may now allow playback that it refused before.
    if (this.#store.get().playback === 'refused') this.#set({ playback: 'starting' });
    let isThere = isNext;
    const play = (playable: MediaStream) => this.#playIn(video, playable, isThere);
    this.#forgetStream = playArrivingTracks(stream, play, this.#makeStream);
    isThere = false;
  }

  /** @param isThere whether media arrives already, over a link that takes the place of another one */
  #playIn(video: HTMLVideoElement, playable: MediaStream, isThere: boolean): void {
    // Another object would empty the element, which then shows nothing for a moment.
    if (isThere && replaceTracks(video.srcObject, playable)) return;
    video.srcObject = playable;
    // A viewer's pause lasts, even if the network was interrupted meanwhile; and a refusal lasts until a tap.
    const { playback } = this.#store.get();
    if (playback !== 'paused' && playback !== 'refused') this.#play(video);
  }

  #play(video: HTMLVideoElement): void {
    this.#suspended = false;
    const onSilenced = () => this.#set({ decided: false });
    playOrSilence(video, onSilenced).catch((error: unknown) => {
      // If a newer stream interrupts this call of play(), that is not a refusal.
      if (isRefusal(error)) this.#set({ playback: 'refused' });
    });
  }

  #set(change: Partial<PlayerState>): void {
    const before = this.#store.get();
    const after = { ...before, ...change };
    if (Object.entries(after).some(([name, value]) => before[name as keyof PlayerState] !== value)) {
      this.#store.set(after);
    }
  }
}

/** Plays the tracks of `next` in the stream of an element that plays one. Returns false if it does not. */
function replaceTracks(playing: MediaProvider | null, next: MediaStream): boolean {
  if (playing === null || !('getTracks' in playing) || playing === next || !playing.active) return false;
  const former = playing.getTracks();
  // In this order, the stream is never without tracks, and so never ends.
  for (const track of next.getTracks()) playing.addTrack(track);
  for (const track of former) playing.removeTrack(track);
  return true;
}

async function playOrSilence(video: HTMLVideoElement, onSilenced: () => void): Promise<void> {
  try {
    await video.play();
  } catch (error) {
    if (video.muted || !isRefusal(error)) throw error;
    video.muted = true;
    onSilenced();
    await video.play();
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'NotAllowedError';
}

/** A player that plays `stream`, and its state. The screen stays awake while it plays. */
export function useLivePlayer(stream: MediaStream | null): { player: LivePlayer; playing: PlayerState } {
  const [player] = useState(() => new LivePlayer());
  const [wakeLock] = useState(() => new WakeLock());
  const playing = useStore(player.state);
  useEffect(() => player.show(stream), [player, stream]);
  const awake = stream !== null && playing.playback === 'playing';
  useEffect(() => {
    wakeLock.keep(awake);
    return () => wakeLock.keep(false);
  }, [wakeLock, awake]);
  return { player, playing };
}
