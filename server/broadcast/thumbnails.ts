import type { BroadcastView } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import type { Broadcast } from './broadcast.ts';
import type { BroadcastRegistry } from './broadcast-registry.ts';
import type { RecordingPreviews } from './recording-previews.ts';

/** A preview picture: a JPEG, and its version, by which it differs from any other one of its channel. */
export type Thumbnail = { readonly bytes: Uint8Array; readonly version: number };

/** Where the other web servers find the previews of this one's channels, and this one finds theirs. */
export type ThumbnailExchange = {
  /** `null` removes it. Never rejects. */
  publish(channel: string, thumbnail: Thumbnail | null): void;
  /** @throws AppError `cluster-unavailable` */
  find(channel: string): Promise<Thumbnail | null>;
};

/** A picture that was not replaced for this long, in milliseconds, is removed: it no longer shows what is on. */
const lifetimeMs = 45_000;

type Entry = { broadcastId: string; allowed: boolean; thumbnail: Thumbnail | null; expiry: NodeJS.Timeout | undefined };

type ThumbnailParts = {
  registry: Pick<BroadcastRegistry, 'view' | 'onChanged'>;
  /** Absent where there is only one web server. */
  exchange?: ThumbnailExchange | undefined;
  /** Keeps some of the pictures with recordings. */
  recorded?: Pick<RecordingPreviews, 'note'>;
  logger: Logger;
  lifetimeMs?: number;
};

/**
 * The newest preview picture of each broadcast, in memory only. There is none while the camera is off or the show is
 * interrupted, so that nobody sees an old picture and takes it for the present.
 */
export class Thumbnails {
  readonly #parts: ThumbnailParts;
  readonly #entries = new Map<string, Entry>();
  readonly #listeners = new Set<(change: 'new' | 'removed') => void>();
  readonly #unfollow: () => void;
  #lastVersion = 0;

  constructor(parts: ThumbnailParts) {
    this.#parts = parts;
    this.#unfollow = parts.registry.onChanged((broadcast) => {
      if (broadcast.phase === 'ended') this.#forget(broadcast.channel);
      else if (!isShown(broadcast.view())) this.#remove(broadcast.channel);
    });
  }

  /** Calls `listener` after every change, until the returned function is called. */
  onChanged(listener: (change: 'new' | 'removed') => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Takes a new picture, unless there is none to be shown at the moment.
   * @returns whether previews of this broadcast are allowed
   */
  put(broadcast: Broadcast, bytes: Uint8Array): boolean {
    const entry = this.#entryOf(broadcast);
    if (!entry.allowed || !isShown(broadcast.view())) return entry.allowed;
    // A time, so that it also differs from those before a restart, which browsers may still have.
    this.#lastVersion = Math.max(Date.now(), this.#lastVersion + 1);
    // A copy, as the message that it came with may be a part of a larger buffer.
    entry.thumbnail = { bytes: Uint8Array.from(bytes), version: this.#lastVersion };
    clearTimeout(entry.expiry);
    entry.expiry = setTimeout(() => this.#remove(broadcast.channel), this.#parts.lifetimeMs ?? lifetimeMs);
    // Nothing is lost if the process ends first.
    entry.expiry.unref();
    this.#parts.exchange?.publish(broadcast.channel, entry.thumbnail);
    this.#parts.recorded?.note(broadcast, entry.thumbnail.bytes);
    this.#notify('new');
    return true;
  }

  /** Allows previews of a broadcast, or forbids them and removes the current one. */
  allow(broadcast: Broadcast, allowed: boolean): void {
    this.#entryOf(broadcast).allowed = allowed;
    if (!allowed) this.#remove(broadcast.channel);
  }

  /** The version of the preview of a broadcast here; `undefined` if there is none. */
  versionOf({ channel, broadcastId }: BroadcastView): number | undefined {
    const entry = this.#entries.get(channel);
    return entry?.broadcastId === broadcastId ? entry.thumbnail?.version : undefined;
  }

  /**
   * The newest preview of the broadcast on a channel, at whichever web server it is; `null` if there is none.
   * @throws AppError `cluster-unavailable` if another web server would have to be asked and cannot be
   */
  async find(channel: string): Promise<Thumbnail | null> {
    const { registry, exchange } = this.#parts;
    const { broadcast } = registry.view(channel);
    if (broadcast === null) return (await exchange?.find(channel)) ?? null;
    return this.versionOf(broadcast) === undefined ? null : (this.#entries.get(channel)?.thumbnail ?? null);
  }

  /** Forgets everything. */
  close(): void {
    this.#unfollow();
    for (const { expiry } of this.#entries.values()) clearTimeout(expiry);
    this.#entries.clear();
  }

  #entryOf({ id, channel }: Broadcast): Entry {
    const present = this.#entries.get(channel);
    if (present?.broadcastId === id) return present;
    clearTimeout(present?.expiry);
    const entry: Entry = { broadcastId: id, allowed: true, thumbnail: null, expiry: undefined };
    this.#entries.set(channel, entry);
    return entry;
  }

  #forget(channel: string): void {
    this.#remove(channel, true);
    this.#entries.delete(channel);
  }

  #remove(channel: string, isOver = false): void {
    const entry = this.#entries.get(channel);
    clearTimeout(entry?.expiry);
    if (entry === undefined || entry.thumbnail === null) return;
    entry.thumbnail = null;
    const { registry, exchange } = this.#parts;
    // By now another web server may have the show, and a picture of it.
    if (isOver || registry.view(channel).broadcast?.broadcastId === entry.broadcastId) exchange?.publish(channel, null);
    this.#notify('removed');
  }

  #notify(change: 'new' | 'removed'): void {
    notifyEach(
      this.#listeners,
      (listener) => listener(change),
      (error) => this.#parts.logger.error({ err: error }, 'A change of a preview was not followed everywhere'),
    );
  }
}

/** Whether there is a picture that shows what is on. */
function isShown({ phase, cameraOn }: BroadcastView): boolean {
  return phase === 'live' && cameraOn;
}
