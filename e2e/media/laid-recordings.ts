import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import type { RecordingProblem } from '../../lib/recording-problems.ts';

/** A recording as an earlier run leaves it; what is not given is the same for all. */
export type LaidRecording = {
  title: string;
  channel?: string;
  startedAt?: number;
  durationMs?: number;
  /** The colour of its picture, such as `[200, 80, 40]`; without it, there is none. */
  colour?: readonly [number, number, number];
  visibility?: 'public' | 'unlisted' | 'private';
  state?: 'ready' | 'failed';
  failure?: RecordingProblem;
};

/** A data folder for a server, with recordings, the first of which is the newest. @returns it, and their ids and bytes */
export async function layRecordings(all: readonly LaidRecording[]) {
  const dataDir = await mkdtemp(join(tmpdir(), 'rostrum-library-'));
  const laid = [];
  for (const [index, recording] of all.entries())
    laid.push(await layOne(join(dataDir, 'recordings'), recording, index));
  return { dataDir, laid };
}

async function layOne(folder: string, { colour, ...recording }: LaidRecording, index: number) {
  const { channel = 'math-101', startedAt = Date.UTC(2026, 10, 28, 12) - index * 3_600_000 } = recording;
  const end = index
    .toString(8)
    .padStart(8, '0')
    .replaceAll(/./g, (digit) => String(Number(digit) + 2));
  const id = `${new Date(startedAt).toISOString().slice(0, 10)}-${channel}-${end}`;
  const bytes = randomBytes(2_000 + index);
  await mkdir(join(folder, id), { recursive: true });
  await writeFile(join(folder, id, 'media.mp4'), bytes);
  if (colour !== undefined) {
    const stills = {
      version: 1,
      of: { file: 'media.mp4', sizeBytes: bytes.length },
      hasPoster: true,
      thumbnails: null,
    };
    await writeFile(join(folder, id, 'poster.jpg'), png(colour));
    await writeFile(join(folder, id, 'stills.json'), JSON.stringify(stills));
  }
  const manifest = {
    ...{ version: 1, id, channel, startedAt, durationMs: 754_000, sizeBytes: bytes.length, file: 'media.mp4' },
    ...{ codecs: ['avc', 'opus'], contentType: 'video/mp4', state: 'ready', failure: null },
    ...recording,
  };
  await writeFile(join(folder, id, 'manifest.json'), JSON.stringify(manifest));
  return { id, bytes };
}

/** A picture of one colour, as PNG; browsers go by the bytes. */
function png([red, green, blue]: readonly [number, number, number]): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const head = Buffer.alloc(4);
    head.writeUInt32BE(data.length);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crcOf(body));
    return Buffer.concat([head, body, crc]);
  };
  const size = Buffer.alloc(13);
  size.writeUInt32BE(1, 0);
  size.writeUInt32BE(1, 4);
  size.set([8, 2], 8);
  const pixel = deflateSync(Buffer.from([0, red, green, blue]));
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, chunk('IHDR', size), chunk('IDAT', pixel), chunk('IEND', Buffer.alloc(0))]);
}

function crcOf(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}
