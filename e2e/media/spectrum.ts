import type { Locator } from 'playwright/test';

/** The level of each frequency, in decibels: the first at 0 Hz, and each `binHz` above the previous one. */
export type Spectrum = { levels: readonly number[]; binHz: number };

/** A method of media elements that TypeScript's types lack: https://www.w3.org/TR/mediacapture-fromelement/ */
type Capturable = HTMLMediaElement & { captureStream(): MediaStream };

/**
 * Listens for slightly more than half a second to the output of the element `video`, which plays a stream or a file.
 * Without sound there are no levels. An element that does not play, or is muted, is silent, whatever its stream
 * carries. Chromium's `captureStream` returns the tracks of the stream itself, so the state of the element is checked
 * as well. `Loudspeaker` measures the real output.
 */
export async function listenTo(video: Locator): Promise<Spectrum> {
  return video.evaluate(async (element) => {
    const player = element as HTMLVideoElement;
    const silence = { levels: [], binHz: 1 };
    const stream = player.src === '' ? player.srcObject : (player as unknown as Capturable).captureStream();
    const isHeard = () =>
      !player.paused && !player.muted && player.volume > 0 && player.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
    if (!isHeard() || !(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return silence;
    const from = player.currentTime;
    const audio = new AudioContext();
    await audio.resume();
    const analyser = new AnalyserNode(audio, { fftSize: 8_192, smoothingTimeConstant: 0.2 });
    audio.createMediaStreamSource(stream).connect(analyser);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const levels = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(levels);
    await audio.close();
    if (!isHeard() || player.currentTime - from < 0.3) return silence;
    return { levels: [...levels], binHz: audio.sampleRate / analyser.fftSize };
  });
}

/** How loud a frequency is, in decibels; -200 where there is no sound. */
export function levelAt({ levels, binHz }: Spectrum, hz: number): number {
  return levels[Math.round(hz / binHz)] ?? -200;
}

/** The loudest frequency below `belowHz`, in Hz; 0 if it is silent. */
export function loudestHz({ levels, binHz }: Spectrum, belowHz: number): number {
  let loudest = 0;
  let level = -90;
  for (const [bin, decibels] of levels.entries()) {
    if (bin * binHz > belowHz || decibels <= level) continue;
    loudest = bin * binHz;
    level = decibels;
  }
  return loudest;
}
