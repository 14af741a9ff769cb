import type { MediaKind, ReceivedBytes } from './media-gateway.ts';

/** A sample of a part that is being written; `at` is in milliseconds. */
type PartLook = {
  at: number;
  /** The size of its file in bytes; `null` when there is no file. */
  sizeBytes: number | null;
  /** How much was received from the presenter so far. */
  received: ReceivedBytes;
};

/**
 * The finding about a part. `gone`: its file was deleted. `stuck`: media arrives, but none of it reaches the file.
 * `held-up`: the same, because the media server waits for a kind that does not arrive. `complete`: a kind that the
 * recorder was made without arrives again.
 */
export type PartFinding = 'gone' | 'stuck' | 'held-up' | 'complete';

/** A file that is missing in this many consecutive samples is gone: some disks are slow to show a new file. */
const looksUntilGone = 2;
/** If media arrives for this long without reaching the file, the part is stuck; in milliseconds … */
const stuckMs = 5_000;
/**
 * … and there is more of it, in bytes, than a media server buffers before it writes. A Kurento writes 65,536 bytes at a
 * time if there is a picture, and twice a second if there is none.
 */
const gathered = { withPicture: 150_000, withoutPicture: 8_000 };
/**
 * A kind arrives if some of it was received within `comesMs`, and has ceased if none was for `ceasedMs`; in
 * milliseconds.
 */
const comesMs = 2_500;
const ceasedMs = 4_000;

/**
 * Detects what media servers do not report about the parts they write: a Kurento goes on writing into a file that was
 * deleted, and waits forever, without any report, for each kind that its recorder was made for. Its owner feeds it
 * samples from time to time.
 */
export class PartProgress {
  readonly #kinds: ReadonlySet<MediaKind>;
  readonly #last = new Map<MediaKind, { bytes: number; cameAt: number; since: number }>();
  #began = false;
  #missing = 0;
  /** The size of the file when it last grew, and how much had been received by then. */
  #mark: { at: number; sizeBytes: number; bytes: number } | null = null;

  /** @param kinds the kinds that the recorder was made for */
  constructor(kinds: readonly MediaKind[]) {
    this.#kinds = new Set(kinds);
  }

  /** Whether the media server has reported that it began to write. */
  get began(): boolean {
    return this.#began;
  }

  /** The media server reports that it is writing now. */
  begin(): void {
    this.#began = true;
    this.#mark = null;
  }

  /** The kinds that arrive from the presenter. */
  coming(at: number): MediaKind[] {
    return [...this.#last].filter(([, { cameAt }]) => at - cameAt <= comesMs).map(([kind]) => kind);
  }

  /** The finding from this sample; `null` when all is well, or when it is too early to tell. */
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
        // Another link of the presenter, which counts from zero.
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
    // Time counts only once something arrived that should be in the file.
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
    // If a kind may just have ceased, wait until it is certain, so that `stuck` and `held-up` are not confused.
    if (kinds.some((silentMs) => silentMs > comesMs && silentMs < ceasedMs)) return null;
    if (kinds.every((silentMs) => silentMs <= comesMs)) return 'stuck';
    return kinds.some((silentMs) => silentMs <= comesMs) ? 'held-up' : null;
  }

  /** How much was received of the kinds that the recorder was made for, in bytes. */
  #recordable(received: ReceivedBytes): number {
    return [...this.#kinds].reduce((sum, kind) => sum + (received[kind] ?? 0), 0);
  }

  #isComplete(at: number): boolean {
    return this.coming(at).some(
      (kind) => !this.#kinds.has(kind) && at - (this.#last.get(kind)?.since ?? at) >= comesMs,
    );
  }
}

/** How often the file that is being written is sampled, in milliseconds. */
const lookEveryMs = 1_000;

/** The sources of the samples, and the callback for the finding. */
type RecorderMonitorParts = {
  /** The kinds that the recorder was made for. */
  kinds: readonly MediaKind[];
  /** The size of the file in bytes; `null` when there is none. A rejection means that it is unknown at the moment. */
  partSize: () => Promise<number | null>;
  /** How much was received from the presenter so far. A rejection means that it is unknown at the moment. */
  received: () => Promise<ReceivedBytes>;
  /** Called with the first finding, and only once. */
  found: (finding: PartFinding) => void;
};

/** Monitors a recorder at work until there is a finding, or until it is closed. */
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

  /** Whether the media server has reported that it began to write. */
  get began(): boolean {
    return this.#progress.began;
  }

  /** The kinds of the recorder that arrive. */
  get coming(): MediaKind[] {
    const coming = this.#progress.coming(performance.now());
    return this.#parts.kinds.filter((kind) => coming.includes(kind));
  }

  /** The media server reports that it is writing now. */
  begin(): void {
    this.#progress.begin();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    // A disk or a media server that hangs is asked only once.
    if (this.#looking) return;
    this.#looking = true;
    try {
      const [sizeBytes, received] = await Promise.all([this.#parts.partSize(), this.#parts.received()]);
      const finding = this.#progress.look({ at: performance.now(), sizeBytes, received });
      if (finding === null) return;
      this.close();
      this.#parts.found(finding);
    } catch {
      // The next sample may succeed; faults of the media server are reported elsewhere.
    } finally {
      this.#looking = false;
    }
  }
}
