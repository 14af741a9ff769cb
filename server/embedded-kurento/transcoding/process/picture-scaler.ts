import { type AvFrame, type AvLibrary, type AvScaler, av } from './av-library.ts';

/** Where a picture is drawn in another one, in pixels; all even. */
export type Rectangle = {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
};

/** A new picture; its planes are not cleared. */
export function newPicture(library: AvLibrary, width: number, height: number): AvFrame {
  const frame = new library.Frame();
  frame.alloc();
  frame.width = width;
  frame.height = height;
  frame.format = av.yuv420;
  if (frame.getBuffer() < 0) throw new Error(`There is no memory for a picture of ${width} × ${height}`);
  return frame;
}

/** Changes the size and format of pictures of one stream. */
export class PictureScaler {
  readonly #library: AvLibrary;
  #scaler: AvScaler | null = null;
  #shape = '';
  #plain: AvFrame | null = null;

  constructor(library: AvLibrary) {
    this.#library = library;
  }

  /** The picture in the format 4:2:0 with an even size: itself, or a copy that is valid until the next call. */
  plain(picture: AvFrame): AvFrame {
    const [width, height] = [picture.width & ~1, picture.height & ~1];
    if (picture.format === av.yuv420 && width === picture.width && height === picture.height) return picture;
    if (this.#plain?.width !== width || this.#plain.height !== height) {
      this.#plain?.free();
      this.#plain = newPicture(this.#library, width, height);
    }
    this.#plain.makeWritable();
    this.draw(picture, this.#plain, { left: 0, top: 0, width, height });
    return this.#plain;
  }

  /** Draws `picture` into a part of `canvas`, stretched to fill it. */
  draw(picture: AvFrame, canvas: AvFrame, { left, top, width, height }: Rectangle): void {
    const from = picture.data ?? [];
    const { linesize } = canvas;
    const to = (canvas.data ?? []).map((plane, index) => {
      const half = index === 0 ? 1 : 2;
      return plane.subarray((top / half) * (linesize[index] ?? 0) + left / half);
    });
    const rows = { from: picture.linesize.slice(0, from.length), to: linesize.slice(0, to.length) };
    this.#scalerFor(picture, width, height).scaleSync(from, rows.from, 0, picture.height, to, rows.to);
  }

  close(): void {
    this.#scaler?.freeContext();
    this.#scaler = null;
    this.#plain?.free();
    this.#plain = null;
  }

  #scalerFor({ width, height, format }: AvFrame, toWidth: number, toHeight: number): AvScaler {
    const shape = [width, height, format, toWidth, toHeight].join(' ');
    if (this.#scaler !== null && this.#shape === shape) return this.#scaler;
    this.#scaler?.freeContext();
    this.#scaler = new this.#library.SoftwareScaleContext();
    this.#scaler.getContext(width, height, format, toWidth, toHeight, av.yuv420);
    this.#shape = shape;
    return this.#scaler;
  }
}
