import { createHash } from 'node:crypto';

/* For tests: a reader of ZIP files of any size, which holds nothing but the directory at their end. */

/** A file in a ZIP, as its bytes and the directory at the end describe it. */
export type ZipEntry = { name: string; size: number; crc: number; sha256: string; tail: string };

/** The end of the file that is kept: the directory, for the few files of a test. */
const keptBytes = 64 * 1024;
const tailBytes = 7;

const table = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value >>> 0;
});

/**
 * Reads a ZIP whose files are stored and have data descriptors, also with ZIP64 (APPNOTE 6.3.10 §4.3). A file ends at a
 * descriptor whose size is that of the bytes before it.
 * @throws Error when local headers, descriptors and the directory disagree, or the file is not as long as announced
 */
export async function readZip(
  stream: ReadableStream<Uint8Array>,
  length: number,
  found: (entry: ZipEntry) => void,
  read: () => void,
): Promise<void> {
  let total = 0;
  let kept = Buffer.alloc(0);
  const reader = new SequentialReader();
  for await (const chunk of stream as unknown as AsyncIterable<Uint8Array>) {
    reader.add(Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength));
    total += chunk.byteLength;
    kept = Buffer.concat([kept, chunk]).subarray(-keptBytes);
    read();
  }
  if (total !== length) throw new Error(`The ZIP has ${total} bytes instead of ${length}.`);
  const local = reader.finish();
  const listed = readDirectory(kept, total);
  if (listed.length !== local.length) throw new Error('The directory does not list every file.');
  for (const [index, entry] of local.entries()) {
    const { name, size, crc, offset } = listed[index] ?? { name: '', size: -1, crc: -1, offset: -1 };
    if (name !== entry.name || size !== entry.size || crc !== entry.crc || offset !== entry.offset)
      throw new Error(`The directory describes “${entry.name}” in another way.`);
    found(entry);
  }
}

/** A file whose bytes are arriving; `offset` is where its header is. */
type LocalFile = {
  name: string;
  offset: number;
  size: number;
  crc: number;
  hash: ReturnType<typeof createHash>;
  tail: Buffer;
};

/** Reads local headers, files and descriptors as they arrive. */
class SequentialReader {
  readonly #entries: (ZipEntry & { offset: number })[] = [];
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  #file: LocalFile | null = null;
  #isOver = false;

  add(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#buffer = this.#buffer.length === 0 ? chunk : Buffer.concat([this.#buffer, chunk]);
    while (!this.#isOver && this.#step());
  }

  finish(): (ZipEntry & { offset: number })[] {
    if (!this.#isOver) throw new Error('The ZIP has no directory.');
    return this.#entries;
  }

  /** @returns whether there may be more to read in what has arrived */
  #step(): boolean {
    return this.#file === null ? this.#readHeader() : this.#readFile(this.#file);
  }

  #readHeader(): boolean {
    if (this.#buffer.length < 30) return false;
    const signature = this.#buffer.readUInt32LE(0);
    if (signature === 0x02014b50) {
      this.#isOver = true;
      return false;
    }
    if (signature !== 0x04034b50) throw new Error('There is no file where one should begin.');
    const [nameLength, extraLength] = [this.#buffer.readUInt16LE(26), this.#buffer.readUInt16LE(28)];
    const length = 30 + nameLength + extraLength;
    if (this.#buffer.length < length) return false;
    if ((this.#buffer.readUInt16LE(6) & 0x808) !== 0x808)
      throw new Error('A name is not UTF-8, or a size not at the end.');
    if (this.#buffer.readUInt16LE(8) !== 0) throw new Error('A file is compressed.');
    const name = this.#buffer.toString('utf8', 30, 30 + nameLength);
    this.#file = {
      name,
      offset: this.#at,
      size: 0,
      crc: 0xffffffff,
      hash: createHash('sha256'),
      tail: Buffer.alloc(0),
    };
    this.#drop(length);
    return true;
  }

  #readFile(file: LocalFile): boolean {
    const descriptor = this.#findDescriptor(file);
    const size = descriptor?.at ?? Math.max(0, this.#buffer.length - 23);
    const bytes = this.#buffer.subarray(0, size);
    file.hash.update(bytes);
    file.crc = crcOf(file.crc, bytes);
    file.size += size;
    if (size > 0) file.tail = Buffer.from(Buffer.concat([file.tail, bytes]).subarray(-tailBytes));
    this.#drop(size + (descriptor?.length ?? 0));
    if (descriptor === null) return false;
    const crc = ~file.crc >>> 0;
    if (crc !== descriptor.crc) throw new Error(`The checksum of “${file.name}” is wrong.`);
    const { name, offset } = file;
    this.#entries.push({
      name,
      offset,
      size: file.size,
      crc,
      sha256: file.hash.digest('hex'),
      tail: file.tail.toString(),
    });
    this.#file = null;
    return true;
  }

  /** The descriptor that matches the bytes before it. Its signature alone could be in the media by chance. */
  #findDescriptor(file: LocalFile): { at: number; length: number; crc: number } | null {
    for (let at = this.#buffer.indexOf('PK\x07\x08', 0, 'latin1'); at >= 0; ) {
      for (const isLarge of [true, false]) {
        const length = isLarge ? 24 : 16;
        if (at + length + 4 > this.#buffer.length) continue;
        const size = isLarge ? Number(this.#buffer.readBigUInt64LE(at + 16)) : this.#buffer.readUInt32LE(at + 12);
        const next = this.#buffer.readUInt32LE(at + length);
        if (size === file.size + at && (next === 0x04034b50 || next === 0x02014b50))
          return { at, length, crc: this.#buffer.readUInt32LE(at + 4) };
      }
      at = this.#buffer.indexOf('PK\x07\x08', at + 1, 'latin1');
    }
    return null;
  }

  #drop(length: number): void {
    this.#buffer = this.#buffer.subarray(length);
    this.#at += length;
  }
}

/** CRC-32, before its last inversion. */
function crcOf(start: number, bytes: Buffer): number {
  let crc = start;
  for (const byte of bytes) crc = (crc >>> 8) ^ (table[(crc ^ byte) & 0xff] ?? 0);
  return crc >>> 0;
}

type Listed = { name: string; size: number; crc: number; offset: number };

/** The directory at the end, found as readers find it: from the last record backwards. */
function readDirectory(end: Buffer, total: number): Listed[] {
  const startsAt = total - end.length;
  const last = end.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  let [count, at] = [end.readUInt16LE(last + 10), end.readUInt32LE(last + 16)];
  const locator = last - 20;
  if (locator >= 0 && end.readUInt32LE(locator) === 0x07064b50) {
    const record = Number(end.readBigUInt64LE(locator + 8)) - startsAt;
    if (end.readUInt32LE(record) !== 0x06064b50) throw new Error('The ZIP64 record is not where it should be.');
    [count, at] = [Number(end.readBigUInt64LE(record + 32)), Number(end.readBigUInt64LE(record + 48))];
  }
  const listed: Listed[] = [];
  let place = at - startsAt;
  for (let index = 0; index < count; index += 1) {
    if (end.readUInt32LE(place) !== 0x02014b50) throw new Error('The directory is not where it should be.');
    const [nameLength, extraLength] = [end.readUInt16LE(place + 28), end.readUInt16LE(place + 30)];
    const name = end.toString('utf8', place + 46, place + 46 + nameLength);
    let [size, offset] = [end.readUInt32LE(place + 24), end.readUInt32LE(place + 42)];
    let extra = place + 46 + nameLength + 4;
    if (size === 0xffffffff) {
      size = Number(end.readBigUInt64LE(extra));
      extra += 16;
    }
    if (offset === 0xffffffff) offset = Number(end.readBigUInt64LE(extra));
    listed.push({ name, size, crc: end.readUInt32LE(place + 16), offset });
    place += 46 + nameLength + extraLength + end.readUInt16LE(place + 32);
  }
  return listed;
}
