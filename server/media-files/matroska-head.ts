import type { FileHandle } from 'node:fs/promises';
import { ebmlId } from './ebml.ts';

/** How much of the file is searched for the elements before the first cluster, in bytes. */
const headBytes = 256 * 1024;
/** How much is searched for the muxer's name, in bytes: all muxers that we know put it in the first few hundred. */
const infoBytes = 4096;

type Element = { id: number; start: number; size: number | null };

/**
 * Whether a Matroska or WebM file has an index (Cues) that a player finds: one that the seek head points to and that
 * really exists there, or one before the media. `false` for a file of another kind.
 */
export async function hasMatroskaIndex(file: FileHandle): Promise<boolean> {
  const head = await readHead(file, headBytes);
  if (head === null) return false;
  const { bytes, segment } = head;
  for (const child of elements(bytes, segment.start, bytes.length)) {
    if (child.id === ebmlId.cues) return true;
    if (child.id === ebmlId.cluster) return false;
    if (child.id === ebmlId.seekHead && child.size !== null) {
      const position = cuesPosition(bytes.subarray(0, child.start + child.size), child.start);
      if (position !== null && (await startsWithCues(file, segment.start + position))) return true;
    }
  }
  return false;
}

/**
 * The name of the muxer that wrote a Matroska or WebM file (MuxingApp, RFC 9559 §5.1.2.13); `null` for a file of
 * another kind, or one without a name.
 */
export async function readMuxingApp(file: FileHandle): Promise<string | null> {
  const head = await readHead(file, infoBytes);
  if (head === null) return null;
  const { bytes, segment } = head;
  for (const info of elements(bytes, segment.start, bytes.length)) {
    if (info.id !== ebmlId.info || info.size === null) continue;
    for (const { id, start, size } of elements(bytes, info.start, info.start + info.size)) {
      // A string may be padded with zeros at its end (RFC 8794 §7.5).
      if (id === ebmlId.muxingApp) return bytes.toString('utf8', start, start + (size ?? 0)).replace(/\0.*$/su, '');
    }
  }
  return null;
}

/** The first bytes of a Matroska file, and the segment in them; `null` for a file of another kind. */
async function readHead(file: FileHandle, length: number): Promise<{ bytes: Buffer; segment: Element } | null> {
  const head = Buffer.alloc(length);
  const { bytesRead } = await file.read(head, 0, length, 0);
  const bytes = head.subarray(0, bytesRead);
  const ebml = readElement(bytes, 0);
  if (ebml?.id !== ebmlId.ebml || ebml.size === null) return null;
  const segment = readElement(bytes, ebml.start + ebml.size);
  return segment?.id === ebmlId.segment ? { bytes, segment } : null;
}

/** The position of the index according to the seek head, counted from the segment's content. */
function cuesPosition(bytes: Buffer, start: number): number | null {
  for (const seek of elements(bytes, start, bytes.length)) {
    if (seek.id !== ebmlId.seek || seek.size === null) continue;
    let id = 0;
    let position: number | null = null;
    for (const entry of elements(bytes, seek.start, seek.start + seek.size)) {
      const value = bytes.subarray(entry.start, entry.start + Math.min(6, entry.size ?? 0));
      // A position may be stored in up to 8 bytes; the two highest are zero in any file that fits on a disk.
      const low = (entry.size ?? 0) > 6 ? bytes.subarray(entry.start + (entry.size ?? 0) - 6) : value;
      if (entry.id === ebmlId.seekId && value.length === 4) id = value.readUInt32BE(0);
      if (entry.id === ebmlId.seekPosition && value.length > 0) position = low.readUIntBE(0, Math.min(6, value.length));
    }
    if (id === ebmlId.cues && position !== null) return position;
  }
  return null;
}

async function startsWithCues(file: FileHandle, position: number): Promise<boolean> {
  const bytes = Buffer.alloc(12);
  const { bytesRead } = await file.read(bytes, 0, bytes.length, position);
  const cues = readElement(bytes.subarray(0, bytesRead), 0);
  if (cues?.id !== ebmlId.cues || cues.size === null) return false;
  const { size } = await file.stat();
  return position + cues.start + cues.size <= size;
}

function* elements(bytes: Buffer, start: number, end: number): Generator<Element> {
  for (let position = start; position < end; ) {
    const found = readElement(bytes, position);
    if (found === null) return;
    yield found;
    if (found.size === null) return;
    position = found.start + found.size;
  }
}

/** Reads an element's id and length (RFC 8794 §5, §6); `null` if there is none. `size` is `null` if it is unknown. */
export function readElement(bytes: Buffer, position: number): Element | null {
  const idLength = Math.clz32(bytes[position] ?? 0) - 23;
  if (idLength > 4 || position + idLength >= bytes.length) return null;
  const first = bytes[position + idLength] ?? 0;
  const sizeLength = Math.clz32(first) - 23;
  const start = position + idLength + sizeLength;
  if (sizeLength > 8 || start > bytes.length) return null;
  let size = first & (0xff >> sizeLength);
  let isUnknown = size === 0xff >> sizeLength;
  for (let i = position + idLength + 1; i < start; i += 1) {
    size = size * 256 + (bytes[i] ?? 0);
    isUnknown = isUnknown && bytes[i] === 0xff;
  }
  return { id: bytes.readUIntBE(position, idLength), start, size: isUnknown ? null : size };
}
