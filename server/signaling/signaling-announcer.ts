import type { Announcements, ChannelView } from '../../lib/signaling.ts';
import type { Access } from '../access/access.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import type { SignalingViews } from './signaling-views.ts';

/** The room of the sockets that follow `channel` as viewers. */
export const channelRoom = (channel: string): string => `channel:${channel}`;

/** The room of the presenters of `channel`. */
export const presenterRoom = (channel: string): string => `presenter:${channel}`;

/** The room of the sockets that show the lobby. */
export const lobbyRoom = 'lobby';

/** The sources of the announcements. */
type AnnouncerParts = {
  registry: BroadcastRegistry;
  upcoming: UpcomingShows;
  access: Access;
  views: SignalingViews;
  logger: Logger;
};

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
    { registry, upcoming, access, views, logger }: AnnouncerParts,
    everyMs: number,
    emit: <Name extends keyof Announcements>(room: string, event: Name, body: Announcements[Name]) => void,
  ) {
    this.#parts = { registry, upcoming, access, views, logger };
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
      this.#announce({ channel: view.channel, broadcast: view });
      this.#announceLobby();
    });
    const stopUpcoming = upcoming.onChanged((channel) => {
      for (const room of [channelRoom(channel), presenterRoom(channel)]) {
        this.#emit(room, 'upcoming:changed', { channel, upcoming: upcoming.view(channel) });
      }
      this.#announceLobby();
    });
    const stopLocks = access.locks.onChanged(() => this.#announceLobby());
    this.#stops = [stopBroadcasts, stopUpcoming, stopLocks];
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
      ...stale.map((channel) => () => this.#announce(this.#parts.registry.view(channel))),
      () => this.#announceLobby(),
    ];
    notifyEach(
      rooms,
      (announce) => announce(),
      (error) => this.#parts.logger.error({ err: error }, 'A change could not be announced to a room'),
    );
  }

  #announce({ channel, broadcast }: ChannelView): void {
    const seen = broadcast && this.#parts.views.ofViewer(broadcast);
    this.#emit(channelRoom(channel), 'broadcast:changed', { channel, broadcast: seen });
    this.#emit(presenterRoom(channel), 'broadcast:changed', { channel, broadcast });
  }

  #announceLobby(): void {
    this.#emit(lobbyRoom, 'lobby:changed', this.#parts.views.lobby());
  }
}
