import type { PipedFrame, TranscodedCodec } from '../pipe-messages.ts';
import type { AvFrame, AvLibrary } from './av-library.ts';
import { PictureDecoder } from './picture-decoder.ts';
import { SoundDecoder } from './sound-decoder.ts';

/** Pictures that wait longer than this are decoded, but not encoded; in milliseconds. */
const lateMs = 250;
/** Pictures that wait longer are not even decoded, up to the next keyframe. */
const hopelessMs = 1_000;

/** Receives what an input decodes. What it is given is only borrowed. */
export type RawListener = {
  /** @param isLate whether this process does not keep up, so that the picture is better left out */
  picture?(frame: AvFrame, atMs: number, capturedMs: number, isLate: boolean): void;
  /** Pairs of 16-bit samples at 48 kHz. */
  sound?(samples: Buffer, atMs: number, capturedMs: number): void;
  /** Another stream begins, with a clock of its own. */
  streamChanged?(stream: number): void;
};

/** What an input reports. */
type InputEvents = {
  keyframeNeeded(): void;
  fault(error: unknown): void;
};

type Decoder = { decode(frame: PipedFrame): void; skip(): void; close(): void };

/** Decodes the frames of one source, once for all that use them. */
export class Input {
  readonly kind: 'audio' | 'video';
  readonly #library: AvLibrary;
  readonly #events: InputEvents;
  readonly #listeners = new Set<RawListener>();
  #decoder: Decoder | null = null;
  #stream = 0;
  #current: { capturedMs: number; atMs: number; isLate: boolean } = { capturedMs: 0, atMs: 0, isLate: false };

  constructor(library: AvLibrary, kind: 'audio' | 'video', events: InputEvents) {
    this.#library = library;
    this.kind = kind;
    this.#events = events;
  }

  get stream(): number {
    return this.#stream;
  }

  add(listener: RawListener): void {
    this.#listeners.add(listener);
  }

  remove(listener: RawListener): void {
    this.#listeners.delete(listener);
  }

  /** The frames that follow are of this stream and codec. */
  begin(stream: number, codec: TranscodedCodec): void {
    this.#decoder?.close();
    this.#decoder = null;
    this.#stream = stream;
    for (const listener of this.#listeners) listener.streamChanged?.(stream);
    this.#decoder = this.kind === 'video' ? this.#openPictures(codec) : this.#openSound(codec);
  }

  /** @param nowMs the present, on the clock of `sentMs` */
  take(frame: PipedFrame, nowMs: number): void {
    const waitedMs = nowMs - frame.sentMs;
    this.#current = { capturedMs: frame.capturedMs, atMs: frame.atMs, isLate: waitedMs > lateMs };
    if (this.kind === 'video' && waitedMs > hopelessMs && !frame.isKeyframe) this.#decoder?.skip();
    else this.#decoder?.decode(frame);
  }

  close(): void {
    this.#decoder?.close();
    this.#decoder = null;
    this.#listeners.clear();
  }

  #openPictures(codec: TranscodedCodec): Decoder {
    const decoder = new PictureDecoder(this.#library, codec, {
      picture: (picture, atMs) => {
        const { capturedMs, atMs: currentMs, isLate } = this.#current;
        // A decoder that reorders pictures outputs a former one.
        this.#each((listener) => listener.picture?.(picture, atMs, capturedMs + atMs - currentMs, isLate));
      },
      keyframeNeeded: () => this.#events.keyframeNeeded(),
    });
    return {
      decode: ({ data, isKeyframe, atMs }) => decoder.decode(data, isKeyframe, atMs),
      skip: () => decoder.skip(),
      close: () => decoder.close(),
    };
  }

  #openSound(codec: TranscodedCodec): Decoder {
    const decoder = new SoundDecoder(this.#library, codec, (samples, atMs) =>
      this.#each((listener) => listener.sound?.(samples, atMs, this.#current.capturedMs)),
    );
    return {
      decode: ({ data, atMs }) => decoder.decode(data, atMs),
      skip: () => undefined,
      close: () => decoder.close(),
    };
  }

  /** A fault of one encoding must not stop the others. */
  #each(tell: (listener: RawListener) => void): void {
    for (const listener of this.#listeners) {
      try {
        tell(listener);
      } catch (error) {
        this.#events.fault(error);
      }
    }
  }
}
