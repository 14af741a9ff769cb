import { loudness } from '../capture/level-meter.ts';

/** A sound that is a part of the mix. */
export type MixedVoice = { track: MediaStreamTrack; isMuted: boolean };

/** The one sound of a show with guests. */
export type ProgramSound = {
  track: MediaStreamTrack;
  /** Mixes these, by the ids of the people, and nothing else. */
  mix(voices: ReadonlyMap<string, MixedVoice>): void;
  /** How loud everybody in the mix is now; see `loudness`. Muted people are silent. */
  levels(): ReadonlyMap<string, number>;
  close(): void;
};

type Input = { track: MediaStreamTrack; source: AudioNode; gain: GainNode; analyser: AnalyserNode; isMuted: boolean };

/** How quickly somebody becomes audible, as a time constant in seconds: a switch that is any faster clicks. */
const fadeS = 0.02;

/** Mixes many sounds into one, and keeps them from being louder together than a recording can hold. */
export function openProgramSound(): ProgramSound | null {
  const context = new AudioContext();
  // A limiter: nothing below the threshold is changed, and hardly anything gets above it.
  const limiter = new DynamicsCompressorNode(context, {
    ...{ threshold: -6, knee: 3, ratio: 20 },
    ...{ attack: 0.003, release: 0.2 },
  });
  const output = new MediaStreamAudioDestinationNode(context, { channelCount: 2 });
  limiter.connect(output);
  // The presenter has clicked on the page, so the browser allows sound.
  context.resume().catch(() => undefined);
  const [track] = output.stream.getAudioTracks();
  if (track === undefined) return null;
  const inputs = new Map<string, Input>();
  const samples = new Float32Array(1_024);

  const drop = (id: string) => {
    const input = inputs.get(id);
    inputs.delete(id);
    input?.source.disconnect();
    input?.gain.disconnect();
  };
  const add = ({ track: own, isMuted }: MixedVoice): Input => {
    const source = context.createMediaStreamSource(new MediaStream([own]));
    const gain = new GainNode(context, { gain: isMuted ? 0 : 1 });
    const analyser = new AnalyserNode(context, { fftSize: samples.length });
    source.connect(gain).connect(limiter);
    gain.connect(analyser);
    return { track: own, source, gain, analyser, isMuted };
  };
  return {
    track,
    mix: (voices) => {
      for (const [id, input] of inputs) if (voices.get(id)?.track !== input.track) drop(id);
      for (const [id, voice] of voices) {
        const input = inputs.get(id);
        if (input === undefined) inputs.set(id, add(voice));
        else if (input.isMuted !== voice.isMuted) {
          input.isMuted = voice.isMuted;
          input.gain.gain.setTargetAtTime(voice.isMuted ? 0 : 1, context.currentTime, fadeS);
        }
      }
    },
    levels: () => {
      const levels = new Map<string, number>();
      for (const [id, { analyser }] of inputs) {
        analyser.getFloatTimeDomainData(samples);
        levels.set(id, loudness(samples));
      }
      return levels;
    },
    close: () => {
      for (const id of [...inputs.keys()]) drop(id);
      track.stop();
      context.close().catch(() => undefined);
    },
  };
}
