import { ResilientPresenter } from '../load/resilient-presenter.ts';
import { ResilientViewer } from '../load/resilient-viewer.ts';
import type { SoakOptions } from '../options/soak-options.ts';
import { wait } from '../platform/clock.ts';
import type { FaultyServer } from '../servers/faulty-server.ts';

/** The stay of one viewer; times in milliseconds. */
export type Stay = { name: string; stayedMs: number; longestFreezeMs: number; rejoins: number; sawPictures: boolean };

const channel = 'soak';
/** A viewer who leaves sooner is allowed to have seen nothing. */
const shortStayMs = 15_000;

/** One show that people join and leave, while the presenter and the media server fail now and then. */
export class SoakedShow {
  readonly stays: Stay[] = [];
  readonly counts = { joined: 0, left: 0, resumes: 0, kills: 0 };
  readonly #server: FaultyServer;
  readonly #options: SoakOptions;
  readonly #present = new Map<ResilientViewer, { name: string; sinceMs: number }>();
  #presenter: ResilientPresenter | null = null;

  constructor(server: FaultyServer, options: SoakOptions) {
    this.#server = server;
    this.#options = options;
  }

  /** Runs until `minutes` are over or `signal` is aborted, and then disconnects everyone. */
  async run(minutes: number, signal: AbortSignal): Promise<void> {
    const { url, key } = this.#server;
    const presenter = await ResilientPresenter.start({ url }, { key, channel, title: 'Soak', record: true });
    this.#presenter = presenter;
    try {
      await this.#live(minutes, signal);
      await presenter.stop();
    } finally {
      for (const viewer of [...this.#present.keys()]) await this.#leave(viewer);
      await presenter.close();
    }
  }

  async #live(minutes: number, signal: AbortSignal): Promise<void> {
    const { 'change-every': changeS, 'resume-every': resumeS, 'kill-every': killS } = this.#options;
    const startMs = Date.now();
    const due = { change: startMs, resume: startMs + resumeS * 1_000, kill: startMs + killS * 1_000 };
    while (Date.now() - startMs < minutes * 60_000 && !signal.aborted) {
      const nowMs = Date.now();
      if (nowMs >= due.change) {
        due.change += changeS * 1_000;
        await this.#change();
      }
      if (nowMs >= due.resume) {
        due.resume += resumeS * 1_000;
        this.counts.resumes += 1;
        this.#presenter?.breakOff();
      }
      if (nowMs >= due.kill) {
        due.kill += killS * 1_000;
        this.counts.kills += 1;
        await this.#server.killMediaServer();
      }
      if (this.#presenter?.isOver) throw new Error(`The show was lost: ${this.#presenter.trouble}`);
      await wait(50);
    }
  }

  /** One viewer joins or leaves: the more viewers there are, the likelier it is that one leaves. */
  async #change(): Promise<void> {
    const [first] = this.#present.keys();
    if (first !== undefined && Math.random() * this.#options.viewers < this.#present.size) {
      // The first viewer stays from beginning to end, and sees everything that happens.
      const [, second = first] = this.#present.keys();
      await this.#leave(second);
      return;
    }
    this.counts.joined += 1;
    const viewer = ResilientViewer.watch({ url: this.#server.url }, channel);
    this.#present.set(viewer, { name: `viewer ${this.counts.joined}`, sinceMs: Date.now() });
  }

  async #leave(viewer: ResilientViewer): Promise<void> {
    const stay = this.#present.get(viewer);
    this.#present.delete(viewer);
    if (stay === undefined) return;
    this.counts.left += 1;
    const stayedMs = Date.now() - stay.sinceMs;
    this.stays.push({
      name: stay.name,
      stayedMs,
      longestFreezeMs: viewer.pictures.longestGapMs,
      rejoins: viewer.rejoins,
      sawPictures: viewer.pictures.sources > 0 || stayedMs < shortStayMs,
    });
    await viewer.close();
  }
}
