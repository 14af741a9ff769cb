import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { testSeed } from '../codecs/testing/test-seed.ts';
import type { Feeding } from '../embedded-kurento/recording/testing/killed-recorder.ts';
import { readRecording } from '../embedded-kurento/recording/testing/recording-rig.ts';
import { inspectMedia } from './media-file.ts';
import { RecordingLibrary } from './recording-library.ts';
import { age, captureLogs } from './testing/recording-rig.ts';

const program = fileURLToPath(new URL('../embedded-kurento/recording/testing/killed-recorder.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
/** A few kills for every run, and a larger sample for `npm run test:all`. */
const rounds = [
  { kills: 10, tags: [] },
  { kills: 40, tags: ['long'] },
];
const atOnce = 10;
/** The codecs that presenters send, and the files that result. */
const formats = [
  { sent: 'VP8', found: 'vp8', file: 'media.webm' },
  { sent: 'H264', found: 'avc', file: 'media.mp4' },
] as const;
/** The maximum time that a show is fed before its recorder is killed, in milliseconds. */
const longestMs = 3200;
/** The maximum loss of media that the recorder was given, in milliseconds, from its first moment on. */
const maxLossMs = 1000;

let folder: string;
let children: ChildProcess[];

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'recordings-')));
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

/** Records in a separate process and kills that once it was fed `killAtMs`; resolves to its last message. */
function recordAndKill(path: string, killAtMs: number, soundAfterMs: number): Promise<Feeding> {
  const env = { ...process.env, FUZZ_SEED: `${testSeed}` };
  const child = fork(program, [path, `${soundAfterMs}`], { execArgv: ['--import', loader], env });
  children.push(child);
  let feeding: Feeding = { fedMs: 0, isAnnounced: false };
  child.on('message', (message) => {
    // The program sends only this type.
    feeding = message as Feeding;
    if (feeding.fedMs >= killAtMs) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.once('close', () => resolve(feeding)));
}

for (const { kills, tags } of rounds) {
  test(
    `a recorder that is killed at ${kills} random moments loses at most a second each time`,
    { tags, timeout: 120_000 },
    () => losesLittle(kills),
  );
}

async function losesLittle(kills: number): Promise<void> {
  const { logger } = captureLogs();
  const show = { channel: 'math', title: '', startedAt: 0 };
  const first = await RecordingLibrary.open({ folder, logger });
  const killed: ({ id: string; soundAfterMs: number; format: (typeof formats)[number] } & Feeding)[] = [];
  while (killed.length < kills) {
    const batch = Array.from({ length: atOnce }, async (_, index) => {
      const format = formats[Math.floor(index / 2) % formats.length] ?? formats[0];
      const { id, uri } = await first.create({ ...show, codecs: { audio: 'opus', video: format.sent } });
      // Every second show has no sound at first, or none before it is over.
      const soundAfterMs = index % 2 === 0 ? 0 : Math.round(Math.random() * longestMs);
      const feeding = await recordAndKill(fileURLToPath(uri), Math.random() * longestMs, soundAfterMs);
      // A recorder that was killed immediately may not have created its file yet.
      await age(fileURLToPath(uri)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT' || feeding.isAnnounced) throw error;
      });
      return { id, soundAfterMs, format, ...feeding };
    });
    killed.push(...(await Promise.all(batch)));
  }
  await first.close();

  const library = await RecordingLibrary.open({ folder, logger });
  const losses: number[] = [];
  for (const { id, fedMs, isAnnounced, soundAfterMs, format } of killed) {
    const settled = expect.stringMatching(/^(ready|failed)$/);
    await vi.waitFor(async () => expect((await library.get(id)).state).toEqual(settled), { timeout: 10_000 });
    const { state, durationMs } = await library.get(id);
    if (state === 'failed') {
      // Nothing was in the file yet, and the recorder had not reported otherwise.
      expect(isAnnounced).toBe(false);
      losses.push(fedMs);
      continue;
    }
    const path = join(folder, id, format.file);
    const { video, audio } = await readRecording(path);
    const videoMs = (video.at(-1)?.captureMs ?? 0) + 40;
    const audioMs = Math.min(fedMs, Math.max(soundAfterMs, (audio.at(-1)?.captureMs ?? 0) + 20));
    losses.push(fedMs - Math.min(videoMs, audioMs));
    const codecs = audio.length > 0 ? [format.found, 'opus'] : [format.found];
    expect(await inspectMedia(path)).toMatchObject({ isSeekable: true, codecs });
    expect(await soughtMark(path, 0.9)).toBe(0);
    expect(durationMs).toBeGreaterThanOrEqual(fedMs - maxLossMs);
  }
  await library.close();
  expect(killed).toHaveLength(kills);
  console.log(`lost, in ms: ${losses.toSorted((a, b) => a - b).join(' ')}`);
  expect(Math.max(...losses)).toBeLessThanOrEqual(maxLossMs);
}

/** The time of capture, in milliseconds, of the keyframe that a player shows first after seeking to `seconds`. */
async function soughtMark(path: string, seconds: number): Promise<number | undefined> {
  const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
  try {
    const track = await input.getPrimaryVideoTrack();
    const packet = track === null ? null : await new EncodedPacketSink(track).getKeyPacket(seconds);
    return packet === null ? undefined : Buffer.from(packet.data).readUInt32BE(100);
  } finally {
    input.dispose();
  }
}
