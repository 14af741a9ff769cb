import type { Announcements, LobbyView } from '../../lib/signaling.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';

/** The room of the sockets that follow `channel`. */
export const channelRoom = (channel: string): string => `channel:${channel}`;

/** The room of the sockets that show the lobby. */
export const lobbyRoom = 'lobby';

/** The sources of the announcements. */
type AnnouncerParts = { registry: BroadcastRegistry; upcoming: UpcomingShows; logger: Logger };

/** Announces changes to rooms: visible changes immediately, mere changes of numbers at intervals. */
export class Announcer {
  readonly #parts: AnnouncerParts;
  readonly #everyMs: number;
  readonly #emit: <Name extends keyof Announcements>(room: string, event: Name, body: Announcements[Name]) => void;
  readonly #stops: (() => void)[];
  readonly #lastLook = new Map<string, string>();
  readonly #stale = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    { registry, upcoming, logger }: AnnouncerParts,
    everyMs: number,
    emit: <Name extends keyof Announcements>(room: string, event: Name, body: Announcements[Name]) => void,
  ) {
    this.#parts = { registry, upcoming, logger };
    this.#everyMs = everyMs;
    this.#emit = emit;
    const stopBroadcasts = registry.onChanged((broadcast) => {
      const view = broadcast.view();
      const look = [view.broadcastId, view.phase, view.recording, view.cameraOn, view.picture, view.title].join(' ');
      if (this.#lastLook.get(view.channel) === look) {
        this.#stale.add(view.channel);
        this.#timer ??= setTimeout(() => this.#flush(), this.#everyMs);
        return;
      }
      this.#lastLook.set(view.channel, look);
      this.#stale.delete(view.channel);
      if (view.phase === 'ended') this.#lastLook.delete(view.channel);
      this.#emit(channelRoom(view.channel), 'broadcast:changed', { channel: view.channel, broadcast: view });
      this.#emit(lobbyRoom, 'lobby:changed', this.#lobby());
    });
    const stopUpcoming = upcoming.onChanged((channel) => {
      this.#emit(channelRoom(channel), 'upcoming:changed', { channel, upcoming: upcoming.view(channel) });
      this.#emit(lobbyRoom, 'lobby:changed', this.#lobby());
    });
    this.#stops = [stopBroadcasts, stopUpcoming];
  }

  close(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#timer);
  }

  #flush(): void {
    this.#timer = undefined;
    const stale = [...this.#stale];
    this.#stale.clear();
    if (stale.length === 0) return;
    const rooms = [
      ...stale.map((channel) => () => {
        this.#emit(channelRoom(channel), 'broadcast:changed', this.#parts.registry.view(channel));
      }),
      () => this.#emit(lobbyRoom, 'lobby:changed', this.#lobby()),
    ];
    notifyEach(
      rooms,
      (announce) => announce(),
      (error) => this.#parts.logger.error({ err: error }, 'A change could not be announced to a room'),
    );
  }

  #lobby(): LobbyView {
    return { broadcasts: this.#parts.registry.list(), upcoming: this.#parts.upcoming.list() };
  }
}
