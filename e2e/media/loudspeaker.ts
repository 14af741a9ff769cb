import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const rate = 48_000;
const bytesPerSample = 4;
/** How much of the newest sound is measured, in samples. */
const listenedSamples = rate * 0.8;

/**
 * A virtual loudspeaker. It measures the sound output of a browser that is started with `env`, after everything that
 * can silence it. It needs ALSA, which Chromium on Linux always has, and a start without Playwright's `--mute-audio`.
 */
export class Loudspeaker {
  readonly env: Readonly<Record<string, string>>;
  readonly #folder: string;

  private constructor(folder: string, env: Record<string, string>) {
    this.#folder = folder;
    this.env = env;
  }

  static async open(): Promise<Loudspeaker> {
    const folder = await mkdtemp(join(tmpdir(), 'loudspeaker-'));
    const program = fileURLToPath(new URL('loudspeaker-process.mjs', import.meta.url));
    const config = join(folder, 'asound.conf');
    await writeFile(
      config,
      `pcm.!default { type plug slave { pcm "loudspeaker" format S16_LE rate ${rate} channels 2 } }
pcm.loudspeaker { type file slave.pcm "nothing" file "|'${process.execPath}' '${program}' '${folder}'" format "raw" }
pcm.nothing { type null }
`,
    );
    // Browsers would prefer a running sound server to ALSA.
    return new Loudspeaker(folder, { ALSA_CONFIG_PATH: config, PULSE_SERVER: '/nonexistent' });
  }

  /** The recent level of a tone of this frequency, in decibels relative to full scale. */
  async loudness(hz: number): Promise<number> {
    const names = (await readdir(this.#folder)).filter((name) => name.endsWith('.pcm'));
    const powers = await Promise.all(names.map((name) => readPower(join(this.#folder, name), hz)));
    return 10 * Math.log10(Math.max(1e-12, ...powers));
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** The power of one frequency at the end of a file: https://en.wikipedia.org/wiki/Goertzel_algorithm */
async function readPower(path: string, hz: number): Promise<number> {
  const { size, mtimeMs } = await stat(path);
  const length = listenedSamples * bytesPerSample;
  // A file that no longer grows belongs to a stream that has ended.
  if (size < length || Date.now() - mtimeMs > 500) return 0;
  const samples = Buffer.alloc(length);
  const file = await open(path);
  try {
    await file.read(samples, 0, length, size - (size % bytesPerSample) - length);
  } finally {
    await file.close();
  }
  const turn = 2 * Math.cos((2 * Math.PI * hz) / rate);
  let [one, two] = [0, 0];
  for (let at = 0; at < listenedSamples; at++) {
    const next = samples.readInt16LE(at * bytesPerSample) / 32_768 + turn * one - two;
    two = one;
    one = next;
  }
  return (one * one + two * two - turn * one * two) / (listenedSamples / 2) ** 2;
}
