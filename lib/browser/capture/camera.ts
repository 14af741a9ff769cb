import { type ReadableStore, Store } from '../page/store.ts';
import type { SentPicture } from '../rtc/sender-health.ts';
import type { MediaRequest } from './media-plan.ts';

/** What the presenter lets through. A camera that is off sends black, so nothing has to be negotiated anew. */
export type Switches = { microphone: boolean; camera: boolean };

const allOn: Switches = { microphone: true, camera: true };

/** What opens and stops devices. */
export type CameraParts = {
  /** `null` when the person, who was asked for something, thought better of it. */
  openMedia: (request: MediaRequest) => Promise<MediaStream | null>;
  stopMedia: (stream: MediaStream | null) => void;
  /** Lets through what the switches say; without it, all tracks of a stream obey. */
  switchMedia?: (stream: MediaStream, switches: Switches) => void;
};

/** Opens the presenter's devices, of which only the newest choice counts, and mutes them. */
export class Camera {
  readonly #parts: CameraParts;
  readonly #switches = new Store<Switches>(allOn);
  readonly switches: ReadableStore<Switches> = this.#switches;
  /** Counts the requests: only the newest one's stream is kept. */
  #requests = 0;

  constructor(parts: CameraParts) {
    this.#parts = parts;
  }

  /**
   * Opens what was chosen; `null` when somebody left, chose another one, or chose nothing while the browser was asking.
   * @throws AppError of a camera, unless nobody wants to know any more
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

  /** Turns microphone or camera of `stream` off and on again, and of every stream to come. */
  switchOn(change: Partial<Switches>, stream: MediaStream | null): void {
    this.#switches.set({ ...this.#switches.get(), ...change });
    this.#deliver(stream);
  }

  /** Turns everything off; a camera that still opens is turned off when it does. */
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

/** Cameras that do not look at their owner, by what they are called. */
const looksAway = /\b(back|rear|environment|capture|hdmi|virtual|obs)\b|후면/i;

/** True when `track` shows a screen, with the camera or without it. Its hint tells encoders the same. */
export function showsScreen(track: MediaStreamTrack | undefined): boolean {
  return track?.contentHint === 'detail';
}

/** True for a camera that faces the presenter, who expects a mirror; never for a screen, whose letters would be turned. */
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
