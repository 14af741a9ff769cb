import type { EndReason } from '../../lib/broadcast-state.ts';
import { AppError } from '../../lib/errors.ts';
import type { BroadcastView, ChannelView } from '../../lib/signaling.ts';
import { Broadcast, type BroadcastParts, type StartRequest } from './broadcast.ts';
import { notLive } from './broadcast-errors.ts';

/** What the registry tells whoever shows broadcasts to people. */
export type RegistryListener = (broadcast: Broadcast) => void;

/** All channels: at most one broadcast on each. A broadcast that has ended leaves its channel free at once. */
export class BroadcastRegistry {
  readonly #parts: BroadcastParts;
  readonly #onAir = new Map<string, Broadcast>();
  readonly #ending = new Set<Promise<void>>();
  readonly #listeners = new Set<RegistryListener>();
  #closed = false;
  #mediaServerError: AppError | null = null;

  constructor(parts: BroadcastParts) {
    this.#parts = parts;
  }

  /** Calls `listener` after every change of a broadcast up to its end, until the returned function is called. */
  onChanged(listener: RegistryListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /**
   * Starts a broadcast and puts it on its channel before anything is waited for.
   * @throws AppError `channel-taken`, `shutting-down`, `media-server-unavailable`, and as MediaGateway does
   */
  async start(request: StartRequest): Promise<{ broadcast: Broadcast; sdpAnswer: string }> {
    if (this.#closed) {
      throw new AppError('shutting-down', 'The server is about to restart. Please try again in a minute.');
    }
    if (this.#mediaServerError !== null) throw this.#mediaServerError;
    if (this.#onAir.has(request.channel)) {
      throw new AppError(
        'channel-taken',
        `Somebody is already live on “${request.channel}”. Please choose another channel, or end that broadcast first.`,
      );
    }
    const broadcast = new Broadcast(request, this.#parts, (changed) => this.#changed(changed));
    this.#onAir.set(request.channel, broadcast);
    return { broadcast, sdpAnswer: await broadcast.open(request) };
  }

  /** @throws AppError `not-live` when there is no broadcast on `channel` */
  get(channel: string): Broadcast {
    const broadcast = this.#onAir.get(channel);
    if (broadcast === undefined) throw notLive(channel);
    return broadcast;
  }

  /** The broadcast of the presenter `peerId`, if there is one. */
  find(peerId: string): Broadcast | undefined {
    return [...this.#onAir.values()].find((broadcast) => broadcast.presenterId === peerId);
  }

  /** A channel as anybody may see it. */
  view(channel: string): ChannelView {
    return { channel, broadcast: this.#onAir.get(channel)?.view() ?? null };
  }

  /** What is on air, longest first; what only starts is not on air. */
  list(): BroadcastView[] {
    return [...this.#onAir.values()]
      .map((broadcast) => broadcast.view())
      .filter((view) => view.startedAt !== null)
      .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  }

  /** How many broadcasts there are, those that only start included. */
  get count(): number {
    return this.#onAir.size;
  }

  /** Whether broadcasts can start. */
  get mediaServerAvailable(): boolean {
    return this.#mediaServerError === null;
  }

  /** The media server went away: what was on it is over, and nothing starts until {@link mediaServerRegained}. */
  mediaServerLost(error: AppError): void {
    this.#mediaServerError = error;
    void this.#endAll('media-failed');
  }

  mediaServerRegained(): void {
    this.#mediaServerError = null;
  }

  /** Ends every broadcast and lets no other start; resolves when recordings are finished. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#endAll('server-stopped');
    await Promise.all(this.#ending);
  }

  async #endAll(reason: EndReason): Promise<void> {
    await Promise.all([...this.#onAir.values()].map((broadcast) => broadcast.end(reason)));
  }

  #changed(broadcast: Broadcast): void {
    if (this.#onAir.get(broadcast.channel) !== broadcast) return;
    if (broadcast.phase === 'ended') {
      this.#onAir.delete(broadcast.channel);
      // The end was only begun here; who closes the registry waits for its recordings too.
      const ending = Promise.resolve().then(() => broadcast.end('stopped'));
      this.#ending.add(ending);
      void ending.finally(() => this.#ending.delete(ending));
    }
    for (const listener of this.#listeners) listener(broadcast);
  }
}
