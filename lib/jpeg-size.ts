/** The size of a picture, in pixels. */
type PictureSize = { width: number; height: number };

/** The markers of a frame header: all of C0 to CF but those of Huffman tables, extensions and arithmetic coding. */
const notFrames: ReadonlySet<number> = new Set([0xc4, 0xc8, 0xcc]);

/**
 * The size that a JPEG states in its frame header; `null` if the bytes do not begin like a JPEG, or have no such header.
 * The segments before it are skipped by their lengths; see https://www.w3.org/Graphics/JPEG/itu-t81.pdf, B.1 and B.2.
 */
export function jpegSize(bytes: Uint8Array): PictureSize | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return null;
  for (let at = 2; at + 9 <= view.byteLength; ) {
    const marker = view.getUint8(at + 1);
    // No segment between the start of the picture and its first frame lacks a length.
    if (view.getUint8(at) !== 0xff || marker < 0xc0 || (marker >= 0xd0 && marker <= 0xda)) return null;
    if (marker <= 0xcf && !notFrames.has(marker)) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      return width > 0 && height > 0 ? { width, height } : null;
    }
    at += 2 + view.getUint16(at + 2);
  }
  return null;
}
