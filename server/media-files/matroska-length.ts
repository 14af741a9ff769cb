import type { FileHandle } from 'node:fs/promises';
import { readElement } from './matroska-head.ts';

/** The elements that a segment consists of (RFC 9559 §5.1), except Void, by id. */
const partsOfSegment = [
  ...[0x114d9b74, 0x1549a966, 0x1f43b675, 0x1654ae6b, 0x1c53bb6b],
  ...[0x1941a469, 0x1043a770, 0x1254c367],
] as const;
const voidId = 0xec;
const ebmlId = 0x1a45dfa3;
const segmentId = 0x18538067;
/** The longest head of an element, in bytes. */
const headBytes = 12;
/** How far readers look for the next element after bytes that are none, in bytes. */
const searchedBytes = 10 * 2 ** 20;

/**
 * How much of a Matroska or WebM file can be read, in bytes: all of it, or what comes before bytes that are no elements
 * and have none after them, such as the zeros that a power failure leaves. mediabunny (1.61) never returns when it
 * searches those for the next element. For a file of another kind, its size.
 * @throws Error of node:fs
 */
export async function readableLength(file: FileHandle): Promise<number> {
  const { size } = await file.stat();
  const ebml = await headAt(file, 0);
  if (ebml?.id !== ebmlId || ebml.size === null) return size;
  const segment = await headAt(file, ebml.start + ebml.size);
  if (segment?.id !== segmentId) return size;
  let isInCluster = false;
  for (let position = segment.start; position < size; ) {
    const head = await headAt(file, position);
    const isPart = head !== null && isPartOfSegment(head.id);
    if (head !== null && (isPart || isInCluster)) {
      // Only a cluster that grew when it was written has no length; its blocks follow one by one.
      isInCluster = head.size === null || (isInCluster && !isPart);
      position = head.start + (head.size ?? 0);
      continue;
    }
    const next = await findPart(file, position);
    if (next === null) return position;
    isInCluster = false;
    position = next;
  }
  return size;
}

function isPartOfSegment(id: number): boolean {
  return id === voidId || partsOfSegment.some((known) => known === id);
}

/** The head of the element at a place of the file; `start` is where its content begins. `null` if there is none. */
async function headAt(file: FileHandle, position: number): Promise<ReturnType<typeof readElement>> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, position);
  const head = readElement(buffer.subarray(0, bytesRead), 0);
  return head && { ...head, start: position + head.start };
}

/** The place of the next part of a segment; `null` if there is none as far as readers look. */
async function findPart(file: FileHandle, from: number): Promise<number | null> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(searchedBytes), 0, searchedBytes, from);
  const places = partsOfSegment.map((id) => {
    const wanted = Buffer.alloc(4);
    wanted.writeUInt32BE(id);
    return buffer.subarray(0, bytesRead).indexOf(wanted, 1);
  });
  // Readers overlook one in the last bytes.
  const found = places.filter((place) => place > 0 && place < bytesRead - headBytes);
  return found.length === 0 ? null : from + Math.min(...found);
}
