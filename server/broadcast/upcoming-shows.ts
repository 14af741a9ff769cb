import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { channelSchema, startsAtSchema, titleSchema } from '../../lib/requests/show-schemas.ts';
import type { UpcomingShow } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import { badStartTime, channelTaken } from './broadcast-errors.ts';
import type { BroadcastRegistry } from './broadcast-registry.ts';

/** An announced show as it is kept on disk. `startsAt` is in milliseconds since the epoch. */
export const savedUpcomingSchema = z.object({
  channel: channelSchema,
  title: titleSchema,
  startsAt: startsAtSchema,
  /** By what calendars know the show, and how often it was changed; absent if it was announced by an earlier version. */
  calendar: z.object({ uid: z.string(), sequence: z.number() }).optional(),
});
/** An announced show, as it is kept on disk. */
export type SavedUpcoming = z.output<typeof savedUpcomingSchema>;

/** An announced show, and what calendars know it by. */
export type CalendarShow = UpcomingShow & { uid: string; sequence: number };

/** Presenters choose whole minutes, so the current minute still counts as the future. */
const lateMs = 60_000;
/** An announcement is dropped this long after its start time, in milliseconds: no viewer still waits for that show. */
export const retentionMs = 3 * 3_600_000;
const yearMs = 366 * 86_400_000;
/** The longest delay of a Node timer. */
const maxTimerMs = 2 ** 31 - 1;

/** The shows that were announced and have not begun: at most one per channel. */
export class UpcomingShows {
  readonly #registry: Pick<BroadcastRegistry, 'view'>;
  readonly #keep: (shows: SavedUpcoming[]) => Promise<void>;
  readonly #logger: Logger;
  readonly #shows = new Map<string, SavedUpcoming>();
  readonly #listeners = new Set<(channel: string) => void>();
  readonly #unfollow: () => void;
  #timer: NodeJS.Timeout | undefined;

  /** @param keep called after every change to save the shows for {@link restore}; never rejects */
  constructor(
    registry: Pick<BroadcastRegistry, 'view' | 'onChanged'>,
    keep: (shows: SavedUpcoming[]) => Promise<void>,
    logger: Logger,
  ) {
    this.#registry = registry;
    this.#keep = keep;
    this.#logger = logger;
    // A show that goes live on a channel is the one that was announced there, even if its title has changed.
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
   * Announces a show on a channel, replacing any earlier announcement there. Resolves when it is saved.
   * @throws AppError `channel-taken` while the channel has a broadcast, `bad-start-time`
   */
  async announce({ channel, title, startsAt }: UpcomingShow): Promise<UpcomingShow> {
    const { broadcast } = this.#registry.view(channel);
    if (broadcast !== null) throw channelTaken(broadcast);
    const inMs = startsAt - Date.now();
    if (inMs < -lateMs || inMs > yearMs) throw badStartTime();
    const { uid, sequence } = this.#shows.get(channel)?.calendar ?? { uid: randomUUID(), sequence: -1 };
    const show = { channel, title, startsAt };
    this.#shows.set(channel, { ...show, calendar: { uid, sequence: sequence + 1 } });
    await this.#changed(channel);
    return show;
  }

  /** Withdraws the announcement on `channel`, if there is one. Resolves when the change is saved. */
  async withdraw(channel: string): Promise<void> {
    if (this.#shows.delete(channel)) await this.#changed(channel);
  }

  /** The show on `channel` was announced, changed or withdrawn (`null`) by somebody who has saved that. */
  put(channel: string, show: SavedUpcoming | null): void {
    if (show === null) this.#shows.delete(channel);
    else this.#shows.set(channel, show);
    this.#notify(channel);
  }

  /** The show announced on `channel`; `null` if there is none. */
  view(channel: string): UpcomingShow | null {
    const show = this.#shows.get(channel);
    return show === undefined ? null : viewOf(show);
  }

  /** All announced shows, soonest first. */
  list(): UpcomingShow[] {
    return this.#sorted().map(viewOf);
  }

  /** The show announced on `channel` with what calendars know it by; `null` if there is none. */
  forCalendar(channel: string): CalendarShow | null {
    const show = this.#shows.get(channel);
    if (show === undefined) return null;
    return { ...viewOf(show), ...(show.calendar ?? { uid: `announced-on-${channel}`, sequence: 0 }) };
  }

  /** Restores the shows that were announced before the server was restarted. */
  restore(saved: readonly SavedUpcoming[]): void {
    for (const show of saved) this.#shows.set(show.channel, show);
    this.#forgetOld();
  }

  /** Stops following the registry and cancels the timer. */
  close(): void {
    this.#unfollow();
    clearTimeout(this.#timer);
  }

  #changed(channel: string): Promise<void> {
    this.#notify(channel);
    return this.#keep(this.#sorted());
  }

  #notify(channel: string): void {
    this.#awaitNext();
    notifyEach(
      this.#listeners,
      (listener) => listener(channel),
      (error) =>
        this.#logger.error({ err: error }, 'A change of an announced show could not be sent to every listener'),
    );
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
    // Nothing is lost if the process ends first.
    this.#timer.unref();
  }

  #forgetOld(): void {
    const old = this.#sorted().filter(({ startsAt }) => startsAt + retentionMs <= Date.now());
    for (const { channel } of old) void this.withdraw(channel);
    this.#awaitNext();
  }
}

function viewOf({ channel, title, startsAt }: SavedUpcoming): UpcomingShow {
  return { channel, title, startsAt };
}
