import type { MediaKind, ReceivedBytes } from './media-gateway.ts';

/** What there is to see of a part that is being written, at a moment in milliseconds. */
type PartLook = {
  at: number;
  /** The size of its file in bytes; `null` when there is no file. */
  sizeBytes: number | null;
  /** What came from the presenter so far. */
  received: ReceivedBytes;
};

/**
 * What is found out about a part. `gone`: its file was deleted. `stuck`: media comes and none of it reaches the file.
 * `held-up`: the same, because the media server waits for a kind that does not come. `complete`: a kind comes again
 * that the recorder was made without.
 */
export type PartFinding = 'gone' | 'stuck' | 'held-up' | 'complete';

/** A file that is not there at so many looks, one after the other, is gone: some disks are slow to show a new one. */
const looksUntilGone = 2;
/** Media that comes for so long without reaching the file does not reach it, in milliseconds … */
const stuckMs = 5_000;
/**
 * … once there is more of it, in bytes, than a media server gathers before it writes. A Kurento writes 65,536 bytes at
 * once where there is a picture, and twice a second where there is none.
 */
const gathered = { withPicture: 150_000, withoutPicture: 8_000 };
/** A kind comes, or does not, of which something came within the former, or nothing for the latter; in milliseconds. */
const comesMs = 2_500;
const ceasedMs = 4_000;

/**
 * Finds out what media servers do not tell of the parts they write: a Kurento goes on writing into a file that was
 * deleted, and waits for ever, without a word, for each kind that its recorder was made for. Fed with a look now and
 * then.
 */
export class PartProgress {
  readonly #kinds: ReadonlySet<MediaKind>;
  readonly #last = new Map<MediaKind, { bytes: number; cameAt: number; since: number }>();
  #began = false;
  #missing = 0;
  /** What the file held when it last grew, and what had come until then. */
  #mark: { at: number; sizeBytes: number; bytes: number } | null = null;

  /** @param kinds what the recorder was made for */
  constructor(kinds: readonly MediaKind[]) {
    this.#kinds = new Set(kinds);
  }

  /** Whether the media server said that it began to write. */
  get began(): boolean {
    return this.#began;
  }

  /** The media server says that it writes now. */
  begin(): void {
    this.#began = true;
    this.#mark = null;
  }

  /** The kinds that come from the presenter. */
  coming(at: number): MediaKind[] {
    return [...this.#last].filter(([, { cameAt }]) => at - cameAt <= comesMs).map(([kind]) => kind);
  }

  /** What is to be found; `null` when all is well, or cannot be told yet. */
  look({ at, sizeBytes, received }: PartLook): PartFinding | null {
    this.#note(at, received);
    if (this.#began) {
      this.#missing = sizeBytes === null ? this.#missing + 1 : 0;
      if (this.#missing >= looksUntilGone) return 'gone';
    }
    if (this.#isStuck(at, sizeBytes ?? 0, this.#recordable(received))) return this.#whyStuck(at);
    return this.#isComplete(at) ? 'complete' : null;
  }

  #note(at: number, received: ReceivedBytes): void {
    for (const [kind, bytes] of Object.entries(received) as [MediaKind, number][]) {
      const last = this.#last.get(kind);
      if (last === undefined || bytes < last.bytes) {
        // Another link of the presenter, which counts from the beginning.
        this.#last.set(kind, { bytes, cameAt: Number.NEGATIVE_INFINITY, since: at });
        this.#mark = null;
      } else if (bytes > last.bytes) {
        const since = at - last.cameAt <= comesMs ? last.since : at;
        this.#last.set(kind, { bytes, cameAt: at, since });
      }
    }
  }

  #isStuck(at: number, sizeBytes: number, bytes: number): boolean {
    const mark = this.#mark;
    // Time counts only once something came that ought to be in the file.
    if (mark === null || sizeBytes !== mark.sizeBytes || bytes <= mark.bytes) {
      this.#mark = { at, sizeBytes, bytes };
      return false;
    }
    if (at - mark.at < stuckMs) return false;
    if (!this.#began) return true;
    return bytes - mark.bytes >= (this.#kinds.has('video') ? gathered.withPicture : gathered.withoutPicture);
  }

  #whyStuck(at: number): PartFinding | null {
    const kinds = [...this.#kinds].map((kind) => at - (this.#last.get(kind)?.cameAt ?? Number.NEGATIVE_INFINITY));
    // A kind that may just have ceased is waited for, so that the two are not mistaken for each other.
    if (kinds.some((silentMs) => silentMs > comesMs && silentMs < ceasedMs)) return null;
    if (kinds.every((silentMs) => silentMs <= comesMs)) return 'stuck';
    return kinds.some((silentMs) => silentMs <= comesMs) ? 'held-up' : null;
  }

  /** How much came of what the recorder was made for, in bytes. */
  #recordable(received: ReceivedBytes): number {
    return [...this.#kinds].reduce((sum, kind) => sum + (received[kind] ?? 0), 0);
  }

  #isComplete(at: number): boolean {
    return this.coming(at).some(
      (kind) => !this.#kinds.has(kind) && at - (this.#last.get(kind)?.since ?? at) >= comesMs,
    );
  }
}

/** So often, in milliseconds, it is looked what becomes of the file that is being written. */
const lookEveryMs = 1_000;

/** Where to look, and whom to tell. */
type RecorderMonitorParts = {
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
export class RecorderMonitor {
  readonly #parts: RecorderMonitorParts;
  readonly #progress: PartProgress;
  readonly #timer: NodeJS.Timeout;
  #looking = false;

  constructor(parts: RecorderMonitorParts) {
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
