import type { Locator } from 'playwright/test';

/** How loud each frequency is, in decibels: the first at 0 Hz, and each `binHz` above the one before it. */
export type Spectrum = { levels: readonly number[]; binHz: number };

/** Listens to what `video` plays for a good half of a second; without sound there are no levels. */
export async function listenTo(video: Locator): Promise<Spectrum> {
  return video.evaluate(async (element) => {
    const stream = (element as HTMLVideoElement).srcObject;
    if (!(stream instanceof MediaStream) || stream.getAudioTracks().length === 0) return { levels: [], binHz: 1 };
    const audio = new AudioContext();
    await audio.resume();
    const analyser = new AnalyserNode(audio, { fftSize: 8_192, smoothingTimeConstant: 0.2 });
    audio.createMediaStreamSource(stream).connect(analyser);
    await new Promise((resolve) => setTimeout(resolve, 600));
    const levels = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(levels);
    await audio.close();
    return { levels: [...levels], binHz: audio.sampleRate / analyser.fftSize };
  });
}
