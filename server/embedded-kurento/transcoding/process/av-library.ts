import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

/*
 * The part of node-av that is used here: FFmpeg's libavcodec, libswscale and libswresample. The package is optional, so
 * its own types may not be there. Functions return a negative number for a fault, as in FFmpeg.
 * @see https://github.com/seydx/node-av
 */

type Rational = { num: number; den: number };
/** FFmpeg's AVChannelLayout. */
export type ChannelLayout = { nbChannels: number; order: number; mask: bigint };

/** A decoded picture or piece of sound (AVFrame). */
export interface AvFrame {
  format: number;
  width: number;
  height: number;
  pts: bigint;
  pictType: number;
  readonly nbSamples: number;
  readonly sampleRate: number;
  readonly channelLayout: ChannelLayout;
  /** The distance between rows of each plane, in bytes. */
  readonly linesize: number[];
  /** The planes. */
  readonly data: Buffer[] | null;
  alloc(): void;
  getBuffer(): number;
  makeWritable(): number;
  ref(other: AvFrame): number;
  unref(): void;
  free(): void;
}

/** An encoded frame (AVPacket). */
export interface AvPacket {
  pts: bigint;
  dts: bigint;
  data: Buffer | null;
  isKeyframe: boolean;
  alloc(): void;
  unref(): void;
  free(): void;
}

/** A decoder or an encoder (AVCodecContext). */
export interface AvCodecContext {
  width: number;
  height: number;
  pixelFormat: number;
  timeBase: object;
  pktTimebase: object;
  framerate: object;
  gopSize: number;
  maxBFrames: number;
  bitRate: bigint;
  rcMaxRate: bigint;
  rcMinRate: bigint;
  rcBufferSize: number;
  threadCount: number;
  sampleRate: number;
  sampleFormat: number;
  channelLayout: ChannelLayout;
  readonly frameSize: number;
  allocContext3(codec: object): void;
  /** Sets an option of the encoder; before it is opened. */
  setOption(name: string, value: string): number;
  /** Options must not be given here: node-av 6.1.1 frees their dictionary twice, which ends the process. */
  open2Sync(codec: object, options: null): number;
  sendPacketSync(packet: AvPacket | null): number;
  receiveFrameSync(frame: AvFrame): number;
  sendFrameSync(frame: AvFrame | null): number;
  receivePacketSync(packet: AvPacket): number;
  flushBuffers(): void;
  freeContext(): void;
}

/** Changes the size and format of pictures (SwsContext). */
export interface AvScaler {
  getContext(width: number, height: number, format: number, toWidth: number, toHeight: number, toFormat: number): void;
  scaleSync(
    from: Buffer[],
    fromLinesize: number[],
    firstRow: number,
    rows: number,
    to: Buffer[],
    toLinesize: number[],
  ): number;
  freeContext(): void;
}

/** Changes the rate, channels and format of sound (SwrContext). */
export interface AvResampler {
  alloc(): void;
  allocSetOpts2(
    toLayout: ChannelLayout,
    toFormat: number,
    toRate: number,
    layout: ChannelLayout,
    format: number,
    rate: number,
  ): number;
  init(): number;
  getOutSamples(samples: number): number;
  convertSync(to: Buffer[], toSamples: number, from: Buffer[], samples: number): number;
  free(): void;
}

export interface AvLibrary {
  readonly Codec: {
    findDecoderByName(name: string): object | null;
    findEncoderByName(name: string): object | null;
  };
  readonly CodecContext: new () => AvCodecContext;
  readonly Frame: {
    new (): AvFrame;
    fromAudioBuffer(
      samples: Buffer,
      properties: {
        nbSamples: number;
        format: number;
        sampleRate: number;
        channelLayout: ChannelLayout;
        timeBase: Rational;
        pts: bigint;
      },
    ): AvFrame;
    fromVideoBuffer(
      planes: Buffer,
      properties: { width: number; height: number; format: number; timeBase: Rational; pts: bigint },
    ): AvFrame;
  };
  readonly Packet: new () => AvPacket;
  readonly Rational: new (num: number, den: number) => object;
  readonly SoftwareScaleContext: new () => AvScaler;
  readonly SoftwareResampleContext: new () => AvResampler;
  readonly Log: { setLevel(level: number): void };
}

/** Constants of FFmpeg: AV_PIX_FMT_YUV420P, AV_SAMPLE_FMT_S16, AV_PICTURE_TYPE_I, AV_LOG_FATAL, AVERROR(EAGAIN). */
export const av = {
  yuv420: 0,
  samples16: 1,
  noPictureType: 0,
  keyPicture: 1,
  logFatal: 8,
  tryAgain: -11,
  mono: { order: 1, nbChannels: 1, mask: 4n },
  stereo: { order: 1, nbChannels: 2, mask: 3n },
} as const;

/** The command that installs the library. */
export const installCommand = 'npm run add-transcoding';

/** The package that contains nothing but the library, beside this folder; compiled modules are in `dist`. */
function packageFolder(): URL {
  const beside = new URL('../package/', import.meta.url);
  return existsSync(fileURLToPath(new URL('package.json', beside)))
    ? beside
    : new URL('../../../../../server/embedded-kurento/transcoding/package/', import.meta.url);
}

/** Whether the library is installed. It may still fail to load. */
export function isAvInstalled(): boolean {
  return existsSync(fileURLToPath(new URL('node_modules/node-av/package.json', packageFolder())));
}

/**
 * Loads the library, which takes about 100 ms and 60 MB.
 * @throws Error when it is not installed, or not for this system
 */
export async function loadAv(): Promise<AvLibrary> {
  if (!isAvInstalled()) throw new Error(`What transcodes is not installed: ${installCommand} does that.`);
  const require = createRequire(new URL('package.json', packageFolder()));
  const library = (await import(pathToFileURL(require.resolve('node-av/lib')).href)) as AvLibrary;
  library.Log.setLevel(av.logFatal);
  return library;
}
