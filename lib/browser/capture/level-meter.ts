/** A running measurement. */
export type LevelMeter = { close: () => void };

/**
 * Calls `onLevel` about twenty times a second with the loudness of the stream's microphone, 0 to 1 on a perceptual
 * scale. It is never called for a stream without a microphone, or in a browser without Web Audio.
 */
export function startLevelMeter(stream: MediaStream, onLevel: (level: number) => void): LevelMeter {
  if (stream.getAudioTracks().length === 0 || typeof AudioContext === 'undefined') return { close: () => undefined };
  const context = new AudioContext();
  const source = context.createMediaStreamSource(stream);
  const analyser = context.createAnalyser();
  analyser.fftSize = 1_024;
  source.connect(analyser);
  const samples = new Float32Array(analyser.fftSize);
  const timer = setInterval(() => {
    // Safari suspends it until the person has interacted with the page.
    if (context.state === 'suspended') context.resume().catch(() => undefined);
    analyser.getFloatTimeDomainData(samples);
    onLevel(loudness(samples));
  }, 50);
  return {
    close: () => {
      clearInterval(timer);
      source.disconnect();
      context.close().catch(() => undefined);
    },
  };
}

/** The loudness of samples between -1 and 1: 0 at -60 dB and below, 1 at full scale. */
export function loudness(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index += 1) sum += (samples[index] ?? 0) ** 2;
  if (sum === 0) return 0;
  const decibels = 10 * Math.log10(sum / samples.length);
  return Math.min(1, Math.max(0, (decibels + 60) / 60));
}
