import type { Page } from 'playwright/test';

/** The content of the test source, for checks of picture and sound. */
export const testSource = {
  width: 640,
  height: 360,
  /** The picture's background, as red, green and blue of 0 … 255. */
  colour: [20, 90, 200] as const,
  /** The continuous tone, in Hz. */
  toneHz: 440,
  /** The tone of the clap, in Hz, and its interval and duration, in milliseconds. */
  clapHz: 1_760,
  clapEveryMs: 2_000,
  clapForMs: 300,
  /** The clock is written as this many black or white squares, most significant bit first: milliseconds. */
  clockBits: 24,
} as const;

/** The options of a test source; see {@link installTestSource}. */
export type SourceSettings = {
  width: number;
  height: number;
  grain?: boolean;
  prompt?: boolean;
  silent?: boolean;
  /** Those of {@link testSource} by default. */
  colour?: readonly [number, number, number];
  toneHz?: number;
};

/**
 * Gives `page` a camera and a microphone whose picture and sound a test can recognise: a blue background, a clock in
 * black and white squares along the top, and a clap (a white lower half and a high tone) every two seconds.
 * It replaces only the device; everything behind getUserMedia is the browser's own. The size is that of the picture, in
 * pixels. With `grain`, its lower half is full of moving detail, so that it needs the bitrate of a camera. A canvas is
 * captured up to a frame after it was drawn; a `prompt` source sends each frame at the moment when it is drawn, like a
 * camera, thirty times a second, where the browser supports it (Chromium). A `silent` source has no microphone. See
 * {@link freezeTestSource} for a camera that stops delivering frames.
 */
export async function installTestSource(page: Page, picture: SourceSettings = testSource): Promise<void> {
  await page.addInitScript(
    (source) => {
      const open = async (wanted?: MediaStreamConstraints) => {
        const canvas = document.createElement('canvas');
        canvas.width = source.width;
        canvas.height = source.height;
        const context = canvas.getContext('2d');
        const audio = new AudioContext();
        const output = audio.createMediaStreamDestination();
        const play = (hz: number, volume: number) => {
          const oscillator = new OscillatorNode(audio, { frequency: hz });
          const gain = new GainNode(audio, { gain: volume });
          oscillator.connect(gain).connect(output);
          oscillator.start();
          return gain;
        };
        play(source.toneHz, 0.2);
        const clap = play(source.clapHz, 0);
        const side = source.width / source.clockBits;
        const grain = source.grain ? new OffscreenCanvas(source.width * 2, source.height) : null;
        const grainContext = grain?.getContext('2d');
        if (grain && grainContext) {
          const pixels = grainContext.createImageData(grain.width, grain.height);
          for (let at = 0; at < pixels.data.length; at += 4) {
            pixels.data.fill(Math.random() * 255, at, at + 3);
            pixels.data[at + 3] = 60;
          }
          grainContext.putImageData(pixels, 0, 0);
        }
        const draw = () => {
          // It may be suspended until the page is touched, and does not resume automatically at the first click.
          if (audio.state === 'suspended') audio.resume();
          if (context === null || Reflect.get(window, 'cameraIsFrozen') === true) return;
          const now = Date.now();
          const clapping = now % source.clapEveryMs < source.clapForMs;
          clap.gain.value = clapping ? 0.4 : 0;
          context.fillStyle = `rgb(${source.colour.join(' ')})`;
          context.fillRect(0, 0, source.width, source.height);
          if (clapping) {
            context.fillStyle = 'white';
            context.fillRect(0, source.height / 2, source.width, source.height / 2);
          }
          if (grain !== null) {
            const x = Math.random() * source.width;
            context.drawImage(
              grain,
              x,
              0,
              source.width,
              source.height / 2,
              0,
              source.height / 2,
              source.width,
              source.height / 2,
            );
          }
          for (let bit = 0; bit < source.clockBits; bit++) {
            const on = Math.floor(now / 2 ** (source.clockBits - 1 - bit)) % 2 === 1;
            context.fillStyle = on ? 'white' : 'black';
            context.fillRect(bit * side, 0, side, side * 2);
          }
        };
        const captureDrawn = () => {
          setInterval(draw, 1000 / 60);
          draw();
          return canvas.captureStream(30).getVideoTracks();
        };
        const sendDrawn = () => {
          const track = new MediaStreamTrackGenerator({ kind: 'video' });
          const writer = track.writable.getWriter();
          setInterval(() => {
            if (Reflect.get(window, 'cameraIsFrozen') === true) return;
            draw();
            // The browser may no longer need the frame, which is no error.
            writer.write(new VideoFrame(canvas, { timestamp: performance.now() * 1000 })).catch(() => undefined);
          }, 1000 / 30);
          return [track];
        };
        const tracks = [
          ...(wanted?.video ? (source.prompt ? sendDrawn() : captureDrawn()) : []),
          ...(wanted?.audio && !source.silent ? output.stream.getAudioTracks() : []),
        ];
        return new MediaStream(tracks);
      };
      navigator.mediaDevices.getUserMedia = open;
    },
    {
      ...testSource,
      width: picture.width,
      height: picture.height,
      grain: picture.grain ?? false,
      prompt: picture.prompt ?? false,
      silent: picture.silent ?? false,
      colour: picture.colour ?? testSource.colour,
      toneHz: picture.toneHz ?? testSource.toneHz,
    },
  );
}

/**
 * Makes the camera of `page` stop delivering frames while its track stays live, or deliver them again. For a late
 * viewer, Chromium may ask a canvas for its last frame once more; a `prompt` source has none to give.
 */
export async function freezeTestSource(page: Page, frozen: boolean): Promise<void> {
  await page.evaluate((isFrozen) => Object.assign(window, { cameraIsFrozen: isFrozen }), frozen);
}

/** Makes `page` send its picture in H264 only, from its next load on. */
export async function sendOnlyH264(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const prefer = RTCRtpTransceiver.prototype.setCodecPreferences;
    RTCRtpTransceiver.prototype.setCodecPreferences = function (codecs) {
      const wanted = [...codecs].filter(({ mimeType }) => /^video\/(h264|rtx)$/i.test(mimeType));
      prefer.call(this, this.sender.track?.kind === 'video' ? wanted : [...codecs]);
    };
  });
}

/** Makes `page` receive pictures in H264 only, from its next load on. */
export async function receiveOnlyH264(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const prefer = RTCRtpTransceiver.prototype.setCodecPreferences;
    RTCRtpTransceiver.prototype.setCodecPreferences = function (codecs) {
      const wanted = [...codecs].filter(({ mimeType }) => /^video\/(h264|rtx)$/i.test(mimeType));
      prefer.call(this, this.receiver.track.kind === 'video' && wanted.length > 0 ? wanted : [...codecs]);
    };
  });
}

/** The content of a frame of the test source at its receiver. */
export type SeenFrame = {
  /** The colour of the background. */
  colour: [number, number, number];
  /** The clock's milliseconds, modulo 2²⁴; `null` if the squares cannot be read. */
  clockMs: number | null;
  /** The receiver's own clock at the time of the check, modulo 2²⁴. */
  seenAtMs: number;
};

/** Reads the current frame of the page's video whose label is `label`. */
export function lookAtFrame(page: Page, label: string): Promise<SeenFrame> {
  return page.getByLabel(label, { exact: true }).evaluate((element, source) => {
    const video = element as HTMLVideoElement;
    const canvas = document.createElement('canvas');
    canvas.width = source.width;
    canvas.height = source.height;
    const context = canvas.getContext('2d');
    if (context === null) throw new Error('This browser has no canvas.');
    const seenAtMs = Date.now() % 2 ** source.clockBits;
    context.drawImage(video, 0, 0, source.width, source.height);
    const pixel = (x: number, y: number) => [...context.getImageData(x, y, 1, 1).data.slice(0, 3)];
    const side = source.width / source.clockBits;
    let clockMs: number | null = 0;
    for (let bit = 0; bit < source.clockBits; bit++) {
      const [red = 0] = pixel(Math.round((bit + 0.5) * side), Math.round(side));
      if (red > 80 && red < 175) clockMs = null;
      if (clockMs !== null) clockMs = clockMs * 2 + (red >= 128 ? 1 : 0);
    }
    const colour = pixel(source.width / 2, Math.round(source.height * 0.35));
    return { colour: colour as [number, number, number], clockMs, seenAtMs };
  }, testSource);
}
