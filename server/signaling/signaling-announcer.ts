import type { Announcements, ChannelView } from '../../lib/signaling.ts';
import type { Access } from '../access/access.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { Thumbnails } from '../broadcast/thumbnails.ts';
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

/** Sends an announcement to everyone in a room. */
export type Emit = <Name extends keyof Announcements>(room: string, event: Name, body: Announcements[Name]) => void;

/** The sources of the announcements. */
type AnnouncerParts = {
  registry: BroadcastRegistry;
  upcoming: UpcomingShows;
  thumbnails: Thumbnails;
  access: Access;
  views: SignalingViews;
  /** The broadcasts at other web servers. */
  elsewhere?: { onChanged(listener: () => void): () => void } | undefined;
  logger: Logger;
};

/** Announces changes to rooms: visible changes immediately, mere changes of numbers at intervals. */
export class Announcer {
  readonly #parts: AnnouncerParts;
  readonly #everyMs: number;
  readonly #emit: Emit;
  readonly #stops: (() => void)[];
  readonly #lastLook = new Map<string, string>();
  readonly #stale = new Set<string>();
  #isLobbyStale = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: AnnouncerParts, everyMs: number, emit: Emit) {
    const { registry, upcoming, thumbnails, access, elsewhere } = parts;
    this.#parts = parts;
    this.#everyMs = everyMs;
    this.#emit = emit;
    const stopBroadcasts = registry.onChanged((broadcast) => {
      const view = broadcast.view();
      const look = [view.broadcastId, view.phase, view.recording, view.cameraOn, view.picture, view.title].join(' ');
      if (this.#lastLook.get(view.channel) === look) {
        this.#stale.add(view.channel);
        this.#flushLater();
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
    const stopElsewhere = elsewhere?.onChanged(() => this.#announceLobbyLater());
    const stopThumbnails = thumbnails.onChanged((change) => {
      // A presenter who forbids the picture expects it to be gone.
      if (change === 'removed') this.#announceLobby();
      else this.#announceLobbyLater();
    });
    this.#stops = [stopBroadcasts, stopUpcoming, stopLocks, stopElsewhere ?? (() => {}), stopThumbnails];
  }

  close(): void {
    for (const stop of this.#stops) stop();
    clearTimeout(this.#timer);
  }

  #flushLater(): void {
    this.#timer ??= setTimeout(() => this.#flush(), this.#everyMs);
  }

  #flush(): void {
    this.#timer = undefined;
    const stale = [...this.#stale];
    this.#stale.clear();
    if (stale.length === 0 && !this.#isLobbyStale) return;
    this.#isLobbyStale = false;
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

  #announceLobbyLater(): void {
    this.#isLobbyStale = true;
    this.#flushLater();
  }

  #announceLobby(): void {
    this.#emit(lobbyRoom, 'lobby:changed', this.#parts.views.lobby());
  }
}
