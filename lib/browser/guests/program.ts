import type { GuestLayout, GuestView } from '../../guests.ts';
import { openProgramPicture, type ProgramPerson, type ProgramPicture, type ProgramSize } from './program-picture.ts';
import { type MixedVoice, openProgramSound, type ProgramSound } from './program-sound.ts';
import type { ReceivedStreams } from './receivers.ts';
import { Speakers } from './speakers.ts';

/** What a program is made of. */
export type ProgramParts = {
  /** The presenter; without a picture while the camera is off. */
  presenter: ProgramPerson & { sound: MediaStreamTrack | null };
  /** The guests who are on air. */
  guests: readonly GuestView[];
  streams: ReceivedStreams;
  layout: GuestLayout;
};

/** The events of a program. */
export type ProgramEvents = {
  /** Others speak now. */
  onSpeaking: (speaking: ReadonlySet<string>) => void;
  /** This machine has begun, or ceased, to be too slow. */
  onPace: (isBehind: boolean) => void;
};

/** How often it is determined who speaks, in milliseconds. */
const listenMs = 100;

/** The one picture and the one sound of a show with guests. */
export class Program {
  #stream: MediaStream;
  readonly #picture: ProgramPicture;
  readonly #sound: ProgramSound;
  readonly #speakers = new Speakers();
  readonly #timer: ReturnType<typeof setInterval>;
  #parts: ProgramParts | null = null;

  private constructor(picture: ProgramPicture, sound: ProgramSound, onSpeaking: ProgramEvents['onSpeaking']) {
    this.#picture = picture;
    this.#sound = sound;
    this.#stream = new MediaStream([picture.track, sound.track]);
    this.#timer = setInterval(() => {
      if (!this.#speakers.note(sound.levels(), performance.now())) return;
      onSpeaking(this.#speakers.speaking);
      this.#draw();
    }, listenMs);
  }

  /** What is sent; another stream after each change of the size. */
  get stream(): MediaStream {
    return this.#stream;
  }

  /** Opens a program that shows nothing yet; `null` in a browser that cannot make one. */
  static open(size: ProgramSize, { onSpeaking, onPace }: ProgramEvents): Program | null {
    const picture = openProgramPicture(size, onPace);
    const sound = openProgramSound();
    if (picture !== null && sound !== null) return new Program(picture, sound, onSpeaking);
    picture?.close();
    sound?.close();
    return null;
  }

  /** Shows and mixes these from now on. */
  show(parts: ProgramParts): void {
    this.#parts = parts;
    const { presenter, guests, streams } = parts;
    const voices = new Map<string, MixedVoice>();
    if (presenter.sound !== null) voices.set(presenter.id, { track: presenter.sound, isMuted: false });
    for (const { id, isMuted } of guests) {
      const [track] = streams.get(id)?.getAudioTracks() ?? [];
      if (track !== undefined) voices.set(id, { track, isMuted });
    }
    this.#sound.mix(voices);
    // The mix is encoded like the presenter's own sound, which may be music.
    this.#sound.track.contentHint = presenter.sound?.contentHint ?? 'speech';
    // A screen's text must stay legible; otherwise motion must stay smooth.
    this.#picture.track.contentHint = presenter.isScreen && presenter.picture !== null ? 'detail' : 'motion';
    this.#draw();
  }

  /** Goes on in another size. @returns the former track of the picture, to be stopped when it is no longer sent */
  resize(size: ProgramSize): MediaStreamTrack {
    const former = this.#picture.resize(size);
    this.#picture.track.contentHint = former.contentHint;
    this.#stream = new MediaStream([this.#picture.track, this.#sound.track]);
    return former;
  }

  close(): void {
    clearInterval(this.#timer);
    this.#picture.close();
    this.#sound.close();
  }

  #draw(): void {
    if (this.#parts === null) return;
    const { presenter, guests, streams, layout } = this.#parts;
    const people = guests.map(({ id, name, cameraOn, isConnected }): ProgramPerson => {
      const [track = null] = streams.get(id)?.getVideoTracks() ?? [];
      return { id, name, isScreen: false, picture: cameraOn && isConnected ? track : null };
    });
    this.#picture.show({ people: [presenter, ...people], layout, speaker: this.#speakers.main });
  }
}
