import { type ChildProcess, fork } from 'node:child_process';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ALL_FORMATS, EncodedPacketSink, FilePathSource, Input } from 'mediabunny';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readRecording } from '../embedded-kurento/recording/recording-rig.ts';
import { inspectMedia } from './media-file.ts';
import { openRecordingLibrary } from './recording-library.ts';
import { age, keepLines } from './recording-rig.ts';

const program = fileURLToPath(new URL('../embedded-kurento/recording/killed-recorder.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;
const kills = 20;
const atOnce = 10;
/** What may be lost, in milliseconds. */
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

/** Records in a process of its own and kills that once it was fed `killAtMs`; resolves how far it really was. */
function recordAndKill(path: string, killAtMs: number): Promise<number> {
  const child = fork(program, [path], { execArgv: ['--import', loader] });
  children.push(child);
  let fedMs = 0;
  child.on('message', (message) => {
    fedMs = Number(message);
    if (fedMs >= killAtMs) child.kill('SIGKILL');
  });
  return new Promise((resolve) => child.once('close', () => resolve(fedMs)));
}

test.each([
  ['of VP8', { audio: 'opus', video: 'VP8' }, 'media.webm', ['vp8', 'opus']],
  ['of H.264', { audio: 'opus', video: 'H264' }, 'media.mp4', ['avc', 'opus']],
])(
  `a recorder %s that is killed at ${kills} random moments loses at most a second each time`,
  async (_, codecs, file, found) => {
    const { logger } = keepLines();
    const show = { channel: 'math', title: '', startedAt: 0, codecs: { audio: 'opus', video: 'VP8' } } as const;
    const first = await openRecordingLibrary({ folder, logger });
    const killed: { id: string; fedMs: number }[] = [];
    while (killed.length < kills) {
      const batch = Array.from({ length: atOnce }, async () => {
        const { id, uri } = await first.create({ ...show, codecs });
        const fedMs = await recordAndKill(fileURLToPath(uri), 1200 + Math.random() * 2000);
        await age(fileURLToPath(uri));
        return { id, fedMs };
      });
      killed.push(...(await Promise.all(batch)));
    }
    await first.close();

    const library = await openRecordingLibrary({ folder, logger });
    const losses: number[] = [];
    for (const { id, fedMs } of killed) {
      await vi.waitFor(async () => expect((await library.get(id)).state).toBe('ready'), { timeout: 10_000 });
      const path = join(folder, id, file);
      const { video, audio } = await readRecording(path);
      losses.push(fedMs - Math.min((video.at(-1)?.captureMs ?? 0) + 40, (audio.at(-1)?.captureMs ?? 0) + 20));
      expect(await inspectMedia(path)).toMatchObject({ isSeekable: true, codecs: found });
      expect(await soughtMark(path, 0.9)).toBe(0);
      expect((await library.get(id)).durationMs).toBeGreaterThanOrEqual(fedMs - maxLossMs);
    }
    await library.close();
    expect(killed).toHaveLength(kills);
    expect(Math.max(...losses), `lost, in ms: ${losses.join()}`).toBeLessThanOrEqual(maxLossMs);
  },
  60_000,
);

/** The moment of capture, in milliseconds, of the keyframe that a player shows first after a jump to `seconds`. */
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
