import type { BroadcastView, ChannelView, LobbyView, UpcomingShow } from '../../lib/signaling.ts';
import type { Access } from '../access/access.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { Thumbnails } from '../broadcast/thumbnails.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';

/** The sources of what people see. */
type ViewParts = {
  registry: BroadcastRegistry;
  upcoming: UpcomingShows;
  thumbnails: Thumbnails;
  access: Access;
  /** The broadcasts at other web servers, as anyone may see them. */
  elsewhere?: { entries(): BroadcastView[] } | undefined;
};

/** What different people see of broadcasts. A presenter sees everything of their own. */
export class SignalingViews {
  readonly #parts: ViewParts;

  constructor(parts: ViewParts) {
    this.#parts = parts;
  }

  /** A broadcast as its viewers see it: without the way to a recording that presenters have not given them. */
  ofViewer(broadcast: BroadcastView): BroadcastView {
    return this.#parts.access.policy.recordings === 'public' ? broadcast : { ...broadcast, recordingId: null };
  }

  /** A channel as its viewers see it. */
  channel(channel: string): ChannelView {
    const { broadcast } = this.#parts.registry.view(channel);
    return { channel, broadcast: broadcast && this.ofViewer(broadcast) };
  }

  /** What is on, as anyone may see it. Of a channel that not everyone may watch, only that it is on. */
  lobby(): LobbyView {
    const { upcoming, elsewhere } = this.#parts;
    const others = elsewhere?.entries() ?? [];
    const broadcasts = [...this.ownBroadcasts(), ...others];
    if (others.length > 0) broadcasts.sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
    return { broadcasts, upcoming: upcoming.list().map((show) => this.#masked(show)) };
  }

  /** The part of the lobby's broadcasts that this web server has. */
  ownBroadcasts(): BroadcastView[] {
    return this.#parts.registry.list().map((broadcast) => {
      const seen = this.#masked(this.ofViewer(broadcast));
      if (seen.isLocked) return { ...seen, viewers: 0, narrowViewers: 0, peakViewers: 0, recordingId: null };
      const thumbnail = this.#parts.thumbnails.versionOf(broadcast);
      return thumbnail === undefined ? seen : { ...seen, thumbnail };
    });
  }

  #masked<Show extends BroadcastView | UpcomingShow>(show: Show): Show {
    return this.#parts.access.isOpen(show.channel) ? show : { ...show, title: show.channel, isLocked: true };
  }
}
