import type { Announcements } from '../lib/signaling.ts';
import type { BroadcastRegistry } from './broadcast/broadcast-registry.ts';
import { channelRoom, lobbyRoom } from './signaling-rooms.ts';

/** Tells rooms of changes: what people do and see at once, a mere change of numbers now and then. */
export class Announcer {
  readonly #registry: BroadcastRegistry;
  readonly #everyMs: number;
  readonly #emit: <Name extends keyof Announcements>(room: string, event: Name, body: Announcements[Name]) => void;
  readonly #stop: () => void;
  readonly #lastLook = new Map<string, string>();
  readonly #stale = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    registry: BroadcastRegistry,
    everyMs: number,
    emit: <Name extends keyof Announcements>(room: string, event: Name, body: Announcements[Name]) => void,
  ) {
    this.#registry = registry;
    this.#everyMs = everyMs;
    this.#emit = emit;
    this.#stop = registry.onChanged((broadcast) => {
      const view = broadcast.view();
      const look = [view.broadcastId, view.phase, view.recording, view.cameraOn, view.title].join(' ');
      if (this.#lastLook.get(view.channel) === look) {
        this.#stale.add(view.channel);
        this.#timer ??= setTimeout(() => this.#flush(), this.#everyMs);
        return;
      }
      this.#lastLook.set(view.channel, look);
      this.#stale.delete(view.channel);
      if (view.phase === 'ended') this.#lastLook.delete(view.channel);
      this.#emit(channelRoom(view.channel), 'broadcast:changed', { channel: view.channel, broadcast: view });
      this.#emit(lobbyRoom, 'lobby:changed', { broadcasts: this.#registry.list() });
    });
  }

  close(): void {
    this.#stop();
    clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = undefined;
    for (const channel of this.#stale) {
      this.#emit(channelRoom(channel), 'broadcast:changed', this.#registry.view(channel));
    }
    if (this.#stale.size > 0) this.#emit(lobbyRoom, 'lobby:changed', { broadcasts: this.#registry.list() });
    this.#stale.clear();
  }
}
