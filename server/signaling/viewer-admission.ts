import type { Replies, RequestBody } from '../../lib/signaling.ts';
import type { Access, Identity } from '../access/access.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';
import type { Visitor } from '../gates/rate-limits.ts';
import { channelRoom, presenterRoom } from './signaling-announcer.ts';
import type { SignalingViews } from './signaling-views.ts';

/** The parts of an admission. */
type AdmissionParts = {
  registry: BroadcastRegistry;
  upcoming: UpcomingShows;
  access: Access;
  views: SignalingViews;
};

/** Which channel a person follows, and what let them in. */
export class ViewerAdmission {
  readonly #parts: AdmissionParts;
  #followed: { channel: string; identity: Identity } | null = null;

  constructor({ registry, upcoming, access, views }: AdmissionParts) {
    this.#parts = { registry, upcoming, access, views };
  }

  /**
   * Subscribes to a channel: as its presenter with a resume token, and as a viewer otherwise.
   * @param join called with the room to join
   * @throws AppError as {@link Access.requireViewer} does
   */
  async follow(
    { channel, credential }: RequestBody<'channel:follow'>,
    visitor: Visitor,
    join: (room: string) => void,
  ): Promise<Replies['channel:follow']> {
    const { registry, upcoming, access, views } = this.#parts;
    if (credential !== undefined && registry.isResumable(channel, credential)) {
      join(presenterRoom(channel));
      return { ...registry.view(channel), upcoming: upcoming.view(channel) };
    }
    const identity = await this.require(channel, credential, visitor);
    const ticket = await access.ticketFor(identity, channel);
    join(channelRoom(channel));
    const view = { ...views.channel(channel), upcoming: upcoming.view(channel) };
    return ticket === null ? view : { ...view, ticket };
  }

  /** Lets a viewer in. @throws AppError as {@link Access.requireViewer} does */
  async require(channel: string, credential: string | undefined, visitor: Visitor): Promise<Identity> {
    const identity = await this.#parts.access.requireViewer(credential, channel, visitor);
    this.#followed = { channel, identity };
    return identity;
  }

  /** @throws AppError `passcode-required` or `invitation-required` if the person was not let in to the channel */
  requireAdmitted(channel: string): void {
    const { access } = this.#parts;
    const isLetIn = this.#followed?.channel === channel && access.mayWatch(this.#followed.identity, channel);
    if (!isLetIn && !access.isOpen(channel)) throw access.refusal(channel);
  }

  /** Whether the person was let in to `channel` and may no longer watch it, as its passcode has changed. */
  async isOver(channel: string): Promise<boolean> {
    const { access } = this.#parts;
    const followed = this.#followed;
    if (followed?.channel !== channel) return false;
    const identity = await access.renew(followed.identity);
    if (access.mayWatch(identity, channel) || this.#followed !== followed) return false;
    this.#followed = null;
    return true;
  }
}
