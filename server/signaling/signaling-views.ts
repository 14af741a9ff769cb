import type { BroadcastView, ChannelView, LobbyView, UpcomingShow } from '../../lib/signaling.ts';
import type { Access } from '../access/access.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';

/** What different people see of broadcasts. A presenter sees everything of their own. */
export class SignalingViews {
  readonly #parts: { registry: BroadcastRegistry; upcoming: UpcomingShows; access: Access };

  constructor(parts: { registry: BroadcastRegistry; upcoming: UpcomingShows; access: Access }) {
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
    const { registry, upcoming, access } = this.#parts;
    const masked = <Show extends BroadcastView | UpcomingShow>(show: Show): Show =>
      access.isOpen(show.channel) ? show : { ...show, title: show.channel, isLocked: true };
    const broadcasts = registry.list().map((broadcast) => {
      const seen = masked(this.ofViewer(broadcast));
      return seen.isLocked ? { ...seen, viewers: 0, narrowViewers: 0, peakViewers: 0, recordingId: null } : seen;
    });
    return { broadcasts, upcoming: upcoming.list().map(masked) };
  }
}
