import type { AvFrame, AvLibrary } from './av-library.ts';
import { fitInto, gridCells } from './grid.ts';
import type { PictureEncoder } from './picture-encoder.ts';
import { newPicture, PictureScaler, type Rectangle } from './picture-scaler.ts';

/** How a composite is made; sizes in pixels. */
export type CompositeShape = { width: number; height: number; framesPerSecond: number };

/** Black in the format 4:2:0 with limited range (ITU-R BT.601). */
const black = [16, 128, 128] as const;
/** Pictures that wait for their time; more than this is more than the longest delay. */
const maxWaiting = 40;

type Waiting = { frame: AvFrame; dueMs: number };
type Place = { waiting: Waiting[]; shown: AvFrame | null; isDrawn: boolean; scaler: PictureScaler };

/** Draws the pictures of all ports into one, so many times a second. */
export class CompositePicture {
  readonly #library: AvLibrary;
  readonly #shape: CompositeShape;
  readonly #now: () => number;
  readonly #fault: (error: unknown) => void;
  readonly #canvas: AvFrame;
  readonly #encoders = new Set<PictureEncoder>();
  /** In the order of their ports. Only ports that have sent a picture have a place. */
  readonly #places = new Map<number, Place>();
  #timer: NodeJS.Timeout | undefined;
  #nextMs = 0;

  constructor(library: AvLibrary, shape: CompositeShape, now: () => number, fault: (error: unknown) => void) {
    this.#library = library;
    this.#shape = shape;
    this.#now = now;
    this.#fault = fault;
    this.#canvas = newPicture(library, shape.width, shape.height);
    this.#rearrange();
  }

  /** Takes a picture of a port, which is shown when it is due. */
  take(port: number, picture: AvFrame, dueMs: number): void {
    const frame = new this.#library.Frame();
    frame.alloc();
    if (frame.ref(picture) < 0) return;
    let place = this.#places.get(port);
    if (place === undefined) {
      place = { waiting: [], shown: null, isDrawn: false, scaler: new PictureScaler(this.#library) };
      this.#places.set(port, place);
      const sorted = [...this.#places].sort(([one], [other]) => one - other);
      this.#places.clear();
      for (const [id, kept] of sorted) this.#places.set(id, kept);
      this.#rearrange();
    }
    place.waiting.push({ frame, dueMs });
    // While nobody looks, only the newest picture is kept.
    const most = this.#encoders.size === 0 ? 1 : maxWaiting;
    for (const { frame: oldest } of place.waiting.splice(0, place.waiting.length - most)) oldest.free();
  }

  /** The port has no picture any more; the others close ranks. */
  remove(port: number): void {
    const place = this.#places.get(port);
    if (place === undefined) return;
    for (const { frame } of place.waiting) frame.free();
    place.shown?.free();
    place.scaler.close();
    this.#places.delete(port);
    this.#rearrange();
  }

  addEncoder(encoder: PictureEncoder): void {
    this.#encoders.add(encoder);
    if (this.#timer !== undefined) return;
    this.#nextMs = this.#now();
    this.#schedule();
  }

  removeEncoder(encoder: PictureEncoder): void {
    this.#encoders.delete(encoder);
    if (this.#encoders.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const port of [...this.#places.keys()]) this.remove(port);
    this.#canvas.free();
  }

  #schedule(): void {
    const periodMs = 1000 / this.#shape.framesPerSecond;
    const lateMs = this.#now() - this.#nextMs;
    // A process that does not keep up leaves pictures out, instead of being ever later.
    this.#nextMs += periodMs * Math.max(1, Math.ceil(lateMs / periodMs));
    this.#timer = setTimeout(() => this.#tick(), Math.max(0, this.#nextMs - this.#now()));
  }

  #tick(): void {
    const atMs = this.#nextMs;
    try {
      this.#draw(this.#now());
    } catch (error) {
      this.#fault(error);
    }
    for (const encoder of this.#encoders) {
      try {
        encoder.encode(this.#canvas, atMs);
      } catch (error) {
        this.#fault(error);
      }
    }
    this.#schedule();
  }

  #draw(nowMs: number): void {
    this.#canvas.makeWritable();
    const cells = this.#cells();
    for (const [index, place] of [...this.#places.values()].entries()) {
      const cell = cells[index];
      this.#advance(place, nowMs);
      if (cell === undefined || place.shown === null || place.isDrawn) continue;
      place.isDrawn = true;
      place.scaler.draw(place.shown, this.#canvas, fitInto(cell, place.shown.width, place.shown.height));
    }
  }

  /** Shows the newest picture that is due. */
  #advance(place: Place, nowMs: number): void {
    const due = place.waiting.filter(({ dueMs }) => dueMs <= nowMs);
    const newest = due.at(-1);
    if (newest === undefined) return;
    place.waiting = place.waiting.filter(({ dueMs }) => dueMs > nowMs);
    for (const { frame } of due) if (frame !== newest.frame) frame.free();
    const isSameShape = place.shown?.width === newest.frame.width && place.shown.height === newest.frame.height;
    if (place.shown !== null && !isSameShape) this.#rearrange();
    place.shown?.free();
    place.shown = newest.frame;
    place.isDrawn = false;
  }

  #cells(): Rectangle[] {
    return gridCells(this.#places.size, this.#shape.width, this.#shape.height);
  }

  /** Clears the whole picture, so that every port is drawn again at its place. */
  #rearrange(): void {
    this.#canvas.makeWritable();
    for (const [index, plane] of (this.#canvas.data ?? []).entries()) plane.fill(black[index] ?? 0);
    for (const place of this.#places.values()) place.isDrawn = false;
  }
}
