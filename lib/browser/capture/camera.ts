import { type ReadableStore, Store } from '../page/store.ts';
import type { SentPicture } from '../rtc/sender-health.ts';
import type { MediaRequest } from './media-plan.ts';

/** The devices that the presenter has turned on. A camera that is off sends black, so no renegotiation is needed. */
export type Switches = { microphone: boolean; camera: boolean };

const allOn: Switches = { microphone: true, camera: true };

/** The functions that open and stop devices. */
export type CameraParts = {
  /** `null` when the person cancelled the browser's prompt. */
  openMedia: (request: MediaRequest) => Promise<MediaStream | null>;
  stopMedia: (stream: MediaStream | null) => void;
  /** Applies the switches to a stream; without it, they apply to all tracks of the stream. */
  switchMedia?: (stream: MediaStream, switches: Switches) => void;
};

/** Opens the presenter's devices, keeping only the newest choice, and mutes them. */
export class Camera {
  readonly #parts: CameraParts;
  readonly #switches = new Store<Switches>(allOn);
  readonly switches: ReadableStore<Switches> = this.#switches;
  /** Counts the requests: only the stream of the newest one is kept. */
  #requests = 0;

  constructor(parts: CameraParts) {
    this.#parts = parts;
  }

  /**
   * Opens the chosen devices; `null` when the person left, chose other devices, or cancelled while the browser was
   * asking.
   * @throws AppError a camera error, unless the request is no longer the newest
   */
  async open(request: MediaRequest): Promise<MediaStream | null> {
    this.#requests += 1;
    const id = this.#requests;
    try {
      const stream = await this.#parts.openMedia(request);
      if (id === this.#requests) {
        this.#deliver(stream);
        return stream;
      }
      this.#parts.stopMedia(stream);
      return null;
    } catch (error) {
      if (id !== this.#requests) return null;
      throw error;
    }
  }

  /** Turns microphone or camera of `stream` off or on, and of every later stream. */
  switchOn(change: Partial<Switches>, stream: MediaStream | null): void {
    this.#switches.set({ ...this.#switches.get(), ...change });
    this.#deliver(stream);
  }

  /** Turns everything off; a camera that is still opening is turned off once it has opened. */
  close(stream: MediaStream | null): void {
    this.#requests += 1;
    this.#parts.stopMedia(stream);
    this.#switches.set(allOn);
  }

  #deliver(stream: MediaStream | null): void {
    if (stream !== null) (this.#parts.switchMedia ?? switchTracks)(stream, this.#switches.get());
  }
}

function switchTracks(stream: MediaStream, { microphone, camera }: Switches): void {
  for (const track of stream.getAudioTracks()) track.enabled = microphone;
  for (const track of stream.getVideoTracks()) track.enabled = camera;
}

/** The names of cameras that do not face their owner. */
const looksAway = /\b(back|rear|environment|capture|hdmi|virtual|obs)\b|후면/i;

/** True when `track` shows a screen, with or without the camera. Its content hint tells encoders the same. */
export function showsScreen(track: MediaStreamTrack | undefined): boolean {
  return track?.contentHint === 'detail';
}

/**
 * True for a camera that faces the presenter, who expects a mirror image; never for a screen, whose text would be
 * mirrored.
 */
export function isMirrored(track: MediaStreamTrack): boolean {
  if (showsScreen(track)) return false;
  const { facingMode } = track.getSettings();
  if (facingMode !== undefined && facingMode !== '') return facingMode === 'user';
  return !looksAway.test(track.label);
}

/** False while the camera is off, unless a screen is shown. */
export function isPictureOn({ camera }: Switches, stream: MediaStream | null): boolean {
  return camera || showsScreen(stream?.getVideoTracks()[0]);
}

/** The picture of `stream` that the audience should see; `null` while the camera is off, or if there is none. */
export function pictureSent({ camera }: Switches, stream: MediaStream | null): SentPicture {
  const [track] = stream?.getVideoTracks() ?? [];
  if (track === undefined) return null;
  if (showsScreen(track)) return 'screen';
  return camera ? 'camera' : null;
}
