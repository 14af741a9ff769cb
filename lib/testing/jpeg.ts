/**
 * The bytes of a JPEG up to its frame header, which states this size, and zeros after it up to `length` bytes. A comment
 * that looks like a frame header comes first.
 */
export function jpegOf(width: number, height: number, length = 200): Uint8Array<ArrayBuffer> {
  const two = (value: number) => [value >> 8, value & 0xff];
  const comment = [0xff, 0xfe, ...two(11), 0xff, 0xc0, 0, 17, 8, 0, 1, 0, 1];
  const frame = [0xff, 0xc2, ...two(17), 8, ...two(height), ...two(width), 3];
  const bytes = new Uint8Array(length);
  bytes.set([0xff, 0xd8, ...comment, ...frame]);
  return bytes;
}
