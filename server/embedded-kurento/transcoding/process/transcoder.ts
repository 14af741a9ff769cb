import { type Command, type PipedFrame, type Report, sharedMs, type TranscodedCodec } from '../pipe-messages.ts';
import type { AvLibrary } from './av-library.ts';
import { Composite } from './composite.ts';
import { Input } from './input.ts';
import { PictureEncoder } from './picture-encoder.ts';
import { SoundEncoder } from './sound-encoder.ts';

/** Where the transcoder writes to. */
export type TranscoderOutput = {
  report(report: Report): void;
  frame(frame: PipedFrame): void;
};

/** Something that a command made, and that `close` ends. */
type Made = { close(): void; requestKeyframe?(): void; limit?(maxBps: number | null): void };

/** Carries out commands: decodes, composes and encodes. One thread, so that nothing has to be locked. */
export class Transcoder {
  readonly #library: AvLibrary;
  readonly #output: TranscoderOutput;
  readonly #inputs = new Map<number, Input>();
  readonly #composites = new Map<number, Composite>();
  readonly #compositeOfPort = new Map<number, Composite>();
  readonly #made = new Map<number, Made>();
  #clockOffsetMs = 0;

  constructor(library: AvLibrary, output: TranscoderOutput) {
    this.#library = library;
    this.#output = output;
  }

  /** Carries out a command. One that cannot be is reported as a fault of what it is about. */
  execute(command: Command): void {
    if (command.do === 'clock') {
      this.#clockOffsetMs = command.offsetMs;
      return;
    }
    if (command.do === 'ping') {
      this.#output.report({ say: 'alive' });
      return;
    }
    try {
      this.#execute(command);
    } catch (error) {
      this.#fault(command.id, error);
    }
  }

  /** Takes a frame for an input. */
  take(frame: PipedFrame): void {
    try {
      this.#inputs.get(frame.id)?.take(frame, this.#now());
    } catch (error) {
      this.#fault(frame.id, error);
    }
  }

  #execute(command: Exclude<Command, { do: 'clock' | 'ping' }>): void {
    const { id } = command;
    switch (command.do) {
      case 'input':
        this.#openInput(id, command.kind);
        break;
      case 'stream':
        this.#inputs.get(id)?.begin(command.stream, command.codec);
        break;
      case 'composite':
        this.#openComposite(id, command);
        break;
      case 'port':
        this.#openPort(id, command);
        break;
      case 'feed':
        this.#compositeOfPort.get(id)?.setFed(id, command.kind, command.isFed);
        break;
      case 'encode':
        this.#encodeInput(id, command.input, command.codec);
        break;
      case 'encodePicture':
        this.#encodePicture(id, command.composite, command.codec);
        break;
      case 'encodeSound':
        this.#encodeSound(id, command.composite, command.withoutPort, command.codec);
        break;
      case 'bitrate':
        this.#made.get(id)?.limit?.(command.maxBps);
        break;
      case 'keyframe':
        this.#made.get(id)?.requestKeyframe?.();
        break;
      case 'close':
        this.#made.get(id)?.close();
        this.#made.delete(id);
    }
  }

  readonly #now = () => sharedMs() + this.#clockOffsetMs;

  #openInput(id: number, kind: 'audio' | 'video'): void {
    const input = new Input(this.#library, kind, {
      keyframeNeeded: () => this.#output.report({ say: 'keyframe-needed', id }),
      fault: (error) => this.#fault(id, error),
    });
    this.#inputs.set(id, input);
    this.#made.set(id, {
      close: () => {
        this.#inputs.delete(id);
        input.close();
      },
    });
  }

  #openComposite(id: number, shape: { width: number; height: number; framesPerSecond: number }): void {
    const composite = new Composite(this.#library, shape, this.#now, (error) => this.#fault(id, error));
    this.#composites.set(id, composite);
    this.#made.set(id, {
      close: () => {
        this.#composites.delete(id);
        composite.close();
      },
    });
  }

  #openPort(id: number, { composite: of, audio, video }: { composite: number; audio: number; video: number }): void {
    const composite = this.#composites.get(of);
    const [sound, picture] = [this.#inputs.get(audio), this.#inputs.get(video)];
    if (composite === undefined || sound === undefined || picture === undefined) return;
    composite.addPort(id, sound, picture);
    this.#compositeOfPort.set(id, composite);
    this.#made.set(id, {
      close: () => {
        this.#compositeOfPort.delete(id);
        composite.removePort(id);
      },
    });
  }

  #encodeInput(id: number, inputId: number, codec: TranscodedCodec): void {
    const input = this.#inputs.get(inputId);
    if (input === undefined) return;
    const send = this.#sender(id, () => input.stream);
    if (input.kind === 'video') {
      let encoder = new PictureEncoder(this.#library, codec, send);
      const listener = {
        picture: (frame: Parameters<PictureEncoder['encode']>[0], atMs: number, _captured: number, isLate: boolean) => {
          if (!isLate) encoder.encode(frame, atMs);
        },
        // Times of another stream may be earlier.
        streamChanged: () => {
          encoder.close();
          encoder = new PictureEncoder(this.#library, codec, send);
        },
      };
      this.#keep(id, input, listener, () => encoder);
    } else {
      let encoder = new SoundEncoder(this.#library, codec, send);
      const listener = {
        sound: (samples: Buffer, atMs: number) => encoder.encode(samples, atMs),
        streamChanged: () => {
          encoder.close();
          encoder = new SoundEncoder(this.#library, codec, send);
        },
      };
      this.#keep(id, input, listener, () => encoder);
    }
  }

  #keep(id: number, input: Input, listener: Parameters<Input['add']>[0], encoder: () => Made): void {
    input.add(listener);
    this.#made.set(id, {
      requestKeyframe: () => encoder().requestKeyframe?.(),
      close: () => {
        input.remove(listener);
        encoder().close();
      },
    });
  }

  #encodePicture(id: number, of: number, codec: TranscodedCodec): void {
    const composite = this.#composites.get(of);
    if (composite === undefined) return;
    const encoder = new PictureEncoder(this.#library, codec, this.#sender(id));
    composite.addPictureEncoder(encoder);
    this.#made.set(id, {
      requestKeyframe: () => encoder.requestKeyframe(),
      limit: (maxBps) => encoder.limit(maxBps),
      close: () => {
        composite.removePictureEncoder(encoder);
        encoder.close();
      },
    });
  }

  #encodeSound(id: number, of: number, withoutPort: number, codec: TranscodedCodec): void {
    const composite = this.#composites.get(of);
    if (composite === undefined) return;
    const encoder = new SoundEncoder(this.#library, codec, this.#sender(id));
    composite.addSoundEncoder(encoder, withoutPort);
    this.#made.set(id, {
      close: () => {
        composite.removeSoundEncoder(encoder);
        encoder.close();
      },
    });
  }

  #sender(id: number, stream: () => number = () => 0) {
    return (data: Buffer, isKeyframe: boolean, atMs: number): void => {
      const sentMs = this.#now();
      this.#output.frame({ id, isKeyframe, stream: stream(), atMs, capturedMs: atMs, sentMs, data });
    };
  }

  #fault(id: number, error: unknown): void {
    this.#output.report({ say: 'fault', id, text: error instanceof Error ? error.message : String(error) });
  }
}
