import { readVp9Setup } from '../recording/vp9-payload.ts';
import { cutEvenly, MAX_PAYLOAD_BYTES, type Packetizer, PictureIds } from './packetizer.ts';

/** The descriptor with the scalability structure, which is the largest one. */
const DESCRIPTOR_BYTES = 8;
const HAS_PICTURE_ID = 0x80;
const IS_PREDICTED = 0x40;
const BEGINS_FRAME = 0x08;
const ENDS_FRAME = 0x04;
const HAS_STRUCTURE = 0x02;

/** VP9 in RTP without layers, in non-flexible mode: https://www.rfc-editor.org/rfc/rfc9628#section-4.2 */
export class Vp9Packetizer implements Packetizer {
  readonly #ids = new PictureIds();

  packetize(frame: Buffer): Buffer[] {
    if (frame.length === 0) return [];
    const id = this.#ids.next();
    const size = readVp9Setup(frame);
    const pieces = cutEvenly(frame, MAX_PAYLOAD_BYTES - DESCRIPTOR_BYTES);
    return pieces.map((piece, index) => {
      const structure = size !== null && index === 0 ? scalabilityStructure(size) : Buffer.alloc(0);
      const flags =
        HAS_PICTURE_ID |
        (size === null ? IS_PREDICTED : 0) |
        (index === 0 ? BEGINS_FRAME : 0) |
        (index === pieces.length - 1 ? ENDS_FRAME : 0) |
        (structure.length > 0 ? HAS_STRUCTURE : 0);
      return Buffer.concat([Buffer.from([flags]), id, structure, piece]);
    });
  }
}

/** One spatial layer of that size, and nothing about groups of pictures. */
function scalabilityStructure({ width, height }: { width: number; height: number }): Buffer {
  const structure = Buffer.alloc(5);
  structure[0] = 0x10;
  structure.writeUInt16BE(width & 0xffff, 1);
  structure.writeUInt16BE(height & 0xffff, 3);
  return structure;
}
