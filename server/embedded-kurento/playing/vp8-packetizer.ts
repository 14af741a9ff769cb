import { cutEvenly, MAX_PAYLOAD_BYTES, type Packetizer, PictureIds } from './packetizer.ts';

const DESCRIPTOR_BYTES = 4;

/** VP8 in RTP, with picture ids: https://www.rfc-editor.org/rfc/rfc7741#section-4.2 */
export class Vp8Packetizer implements Packetizer {
  readonly #ids = new PictureIds();

  packetize(frame: Buffer): Buffer[] {
    if (frame.length === 0) return [];
    const id = this.#ids.next();
    return cutEvenly(frame, MAX_PAYLOAD_BYTES - DESCRIPTOR_BYTES).map((piece, index) => {
      // X is set throughout, S where the frame begins; of the extensions there is the picture id alone.
      const descriptor = Buffer.from([index === 0 ? 0x90 : 0x80, 0x80]);
      return Buffer.concat([descriptor, id, piece]);
    });
  }
}
