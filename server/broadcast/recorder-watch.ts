import type { MediaKind, ReceivedBytes } from './media-gateway.ts';
import { type PartFinding, PartProgress } from './part-progress.ts';

/** So often, in milliseconds, it is looked what becomes of the file that is being written. */
const lookEveryMs = 1_000;

/** Where to look, and whom to tell. */
export type RecorderWatchParts = {
  /** What the recorder was made for. */
  kinds: readonly MediaKind[];
  /** The size of the file in bytes; `null` when there is none. A rejection says that it cannot be told now. */
  partSize: () => Promise<number | null>;
  /** What came from the presenter so far. A rejection says that it cannot be told now. */
  received: () => Promise<ReceivedBytes>;
  /** Is told the first finding, and that is all. */
  found: (finding: PartFinding) => void;
};

/** Looks after a recorder at work until there is something to tell, or it is closed. */
export class RecorderWatch {
  readonly #parts: RecorderWatchParts;
  readonly #progress: PartProgress;
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  constructor(parts: RecorderWatchParts) {
    this.#parts = parts;
    this.#progress = new PartProgress(parts.kinds);
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
  }

  /** Whether the media server said that it began to write. */
  get began(): boolean {
    return this.#progress.began;
  }

  /** The kinds of the recorder of which something comes. */
  get coming(): MediaKind[] {
    const coming = this.#progress.coming(performance.now());
    return this.#parts.kinds.filter((kind) => coming.includes(kind));
  }

  /** The media server says that it writes now. */
  begin(): void {
    this.#progress.begin();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    // A disk or a media server that hangs is asked once.
    if (this.#looking) return;
    this.#looking = true;
    try {
      const [sizeBytes, received] = await Promise.all([this.#parts.partSize(), this.#parts.received()]);
      const finding = this.#progress.look({ at: performance.now(), sizeBytes, received });
      if (finding === null) return;
      this.close();
      this.#parts.found(finding);
    } catch {
      // The next look may tell more; what is wrong with the media server is told elsewhere.
    } finally {
      this.#looking = false;
    }
  }
}
