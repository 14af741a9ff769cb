import { z } from 'zod';
import { channelSchema, startsAtSchema, titleSchema, type UpcomingShow } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import { badStartTime, channelTaken } from './broadcast-errors.ts';
import type { BroadcastRegistry } from './broadcast-registry.ts';

/** What is kept of a show that was announced. `startsAt` is milliseconds since the epoch. */
export const savedUpcomingSchema = z.object({ channel: channelSchema, title: titleSchema, startsAt: startsAtSchema });
/** A show that was announced, as it is kept on disk. */
export type SavedUpcoming = z.output<typeof savedUpcomingSchema>;

/** Presenters choose whole minutes, so the one that is running now is not yet over. */
const lateMs = 60_000;
/** Who waits for longer than this waits for something else; in milliseconds. */
export const retentionMs = 3 * 3_600_000;
const yearMs = 366 * 86_400_000;
/** The longest that a timer of Node can wait. */
const maxTimerMs = 2 ** 31 - 1;

/** What was announced and has not begun: one show a channel at most. */
export class UpcomingShows {
  readonly #registry: Pick<BroadcastRegistry, 'view'>;
  readonly #keep: (shows: SavedUpcoming[]) => Promise<void>;
  readonly #logger: Logger;
  readonly #shows = new Map<string, SavedUpcoming>();
  readonly #listeners = new Set<(channel: string) => void>();
  readonly #unfollow: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param keep keeps what there is to {@link restore} after every change; never rejects */
  constructor(
    registry: Pick<BroadcastRegistry, 'view' | 'onChanged'>,
    keep: (shows: SavedUpcoming[]) => Promise<void>,
    logger: Logger,
  ) {
    this.#registry = registry;
    this.#keep = keep;
    this.#logger = logger;
    // What goes live on a channel is what was awaited there, whatever it is called by now.
    this.#unfollow = registry.onChanged(({ phase, channel }) => {
      if (phase === 'live') void this.withdraw(channel);
    });
  }

  /** Calls `listener` after every change, with the channel, until the returned function is called. */
  onChanged(listener: (channel: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Announces a show on a channel, in place of what was announced there. Resolves when it is kept.
   * @throws AppError `channel-taken` while the channel has a broadcast, `bad-start-time`
   */
  async announce({ channel, title, startsAt }: SavedUpcoming): Promise<UpcomingShow> {
    const { broadcast } = this.#registry.view(channel);
    if (broadcast !== null) throw channelTaken(broadcast);
    const inMs = startsAt - Date.now();
    if (inMs < -lateMs || inMs > yearMs) throw badStartTime();
    const show = { channel, title, startsAt };
    this.#shows.set(channel, show);
    await this.#changed(channel);
    return show;
  }

  /** Forgets what was announced on `channel`, if anything was. Resolves when that is kept. */
  async withdraw(channel: string): Promise<void> {
    if (this.#shows.delete(channel)) await this.#changed(channel);
  }

  /** What was announced on `channel`; `null` where nothing was. */
  view(channel: string): UpcomingShow | null {
    return this.#shows.get(channel) ?? null;
  }

  /** Everything that was announced, soonest first. */
  list(): UpcomingShow[] {
    return this.#sorted();
  }

  /** Takes up what was announced before the server was started anew. */
  restore(saved: readonly SavedUpcoming[]): void {
    for (const show of saved) this.#shows.set(show.channel, show);
    this.#forgetOld();
  }

  /** Stops to follow what goes on. */
  close(): void {
    this.#unfollow();
    clearTimeout(this.#timer);
  }

  #changed(channel: string): Promise<void> {
    this.#awaitNext();
    notifyEach(
      this.#listeners,
      (listener) => listener(channel),
      (error) => this.#logger.error({ err: error }, 'A change of an announced show could not be told to everybody'),
    );
    return this.#keep(this.#sorted());
  }

  #sorted(): SavedUpcoming[] {
    return [...this.#shows.values()].toSorted((a, b) => a.startsAt - b.startsAt);
  }

  #awaitNext(): void {
    clearTimeout(this.#timer);
    const [next] = this.#sorted();
    if (next === undefined) return;
    const delayMs = next.startsAt + retentionMs - Date.now();
    this.#timer = setTimeout(() => this.#forgetOld(), Math.max(0, Math.min(delayMs, maxTimerMs)));
    // Nothing is lost if the process ends before.
    this.#timer.unref();
  }

  #forgetOld(): void {
    const old = this.#sorted().filter(({ startsAt }) => startsAt + retentionMs <= Date.now());
    for (const { channel } of old) void this.withdraw(channel);
    this.#awaitNext();
  }
}
