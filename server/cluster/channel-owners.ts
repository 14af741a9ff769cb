import { AppError } from '../../lib/errors.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { SavedBroadcast } from '../broadcast/broadcast-types.ts';
import type { Logger } from '../logger.ts';
import type { FormerPipelines } from './former-pipelines.ts';
import type { Membership } from './membership.ts';
import { clusterUnavailable } from './redis-connection.ts';
import type { SavedShows } from './saved-shows.ts';

/** What going on with a show of another web server needs. */
type OwnersParts = {
  membership: Membership;
  saved: SavedShows;
  registry: BroadcastRegistry;
  /** What other web servers have left on the media servers. */
  former: FormerPipelines;
  /** Makes a recording that another web server began known to this one. */
  adoptRecording: (recordingId: string) => Promise<void>;
  logger: Logger;
};

/** How long the media servers may take to release what the former owner had there, in milliseconds. */
const releaseTimeoutMs = 3_000;
/** A lease without a broadcast is given up after this time, in milliseconds: the show could not begin. */
const unusedMs = 5_000;
const lookEveryMs = 1_000;

/** Which web server does everything for a channel, and how that changes. */
export class ChannelOwners {
  readonly #parts: OwnersParts;
  readonly #adopting = new Map<string, Promise<string>>();
  readonly #stops: (() => void)[];
  readonly #timer: NodeJS.Timeout;
  /** Whether there may be shows whose owner is gone. */
  #isIncomplete = true;
  /** Whether the links of the shows here are about to go on without this web server. */
  #isLettingGo = false;
  #isClosed = false;

  constructor(parts: OwnersParts) {
    const { membership, registry, saved, former } = parts;
    this.#parts = parts;
    this.#stops = [
      registry.onChanged(({ channel, phase }) => {
        const saving = this.#save();
        if (phase !== 'ended') return;
        former.releaseNow(channel);
        // Another web server may have the channel once the end of the show is written.
        void saving.then(() => this.#releaseUnused(channel, 0));
      }),
      membership.follow({
        rosterChanged: ({ left }) => {
          if (left.length > 0) this.#isIncomplete = true;
        },
        leaseLost: (channel) => {
          former.forget(channel);
          saved.forget(channel);
          registry.abandon(channel, movedElsewhere());
        },
        redisBack: () => {
          this.#isIncomplete = true;
          void saved.saveAgain();
        },
      }),
    ];
    this.#timer = setInterval(() => void this.#look(), lookEveryMs);
  }

  /**
   * The web server that answers for a channel: this one if nobody owns the channel, and after it has taken over a show
   * whose owner is gone.
   * @throws AppError `cluster-unavailable`
   */
  async locate(channel: string): Promise<string> {
    const { membership, saved } = this.#parts;
    if (this.#isClosed) throw clusterUnavailable();
    // The lease is taken first, and the show is there some moments later.
    const adopting = this.#adopting.get(channel);
    if (adopting !== undefined) return await adopting;
    const owner = await membership.ownerOf(channel);
    if (owner !== null) return owner;
    return (await saved.load(channel)) === null ? membership.id : await this.#adopt(channel);
  }

  /**
   * Takes a channel for a new show.
   * @throws AppError `channel-taken` if another web server was faster, `cluster-unavailable`
   */
  async claim(channel: string): Promise<void> {
    const owner = await this.#adopt(channel);
    if (owner === this.#parts.membership.id) return;
    throw new AppError('channel-taken', `Somebody is already live on “${channel}”. Please choose another channel.`);
  }

  /** Takes over the shows whose owners are gone. Never rejects. */
  async adoptAll(): Promise<void> {
    const { membership, saved, registry, logger } = this.#parts;
    this.#isIncomplete = false;
    try {
      for (const { channel } of await saved.loadAll()) {
        if (this.#isClosed) return;
        if (membership.owns(channel) && registry.view(channel).broadcast !== null) continue;
        const owner = await membership.ownerOf(channel);
        if (owner === null) await this.#adopt(channel);
        // Its lease may last a little longer than its place in the roster.
        else if (owner !== membership.id && !membership.others.has(owner)) this.#isIncomplete = true;
      }
    } catch (error) {
      this.#isIncomplete = true;
      logger.debug({ err: error }, 'The shows of other web servers could not be looked for');
    }
  }

  /**
   * Nothing is done for any channel here any more: others, or a later run, go on from what is saved.
   * @param links whether links are closed, or go on without this web server, until those who have them have made others
   * @returns what tells those who have links that go on; call it when another web server can have the channels
   */
  async giveUpAll(links: 'close' | 'go-on'): Promise<() => void> {
    const { registry, saved } = this.#parts;
    this.#isLettingGo = links === 'go-on';
    await this.#save();
    this.close();
    const tells = registry.channels.map((channel) => {
      saved.forget(channel);
      if (links === 'go-on') return registry.letGo(channel, movedElsewhere());
      registry.abandon(channel, movedElsewhere());
      return () => {};
    });
    return () => {
      for (const tell of tells) tell();
    };
  }

  close(): void {
    this.#isClosed = true;
    this.#parts.former.close();
    clearInterval(this.#timer);
    for (const stop of this.#stops) stop();
  }

  #save(): Promise<void> {
    const { registry, saved } = this.#parts;
    const shows = registry.save();
    if (!this.#isLettingGo) return saved.save(shows);
    const flows = ({ channel }: SavedBroadcast) => registry.view(channel).broadcast?.phase === 'live';
    return saved.save(shows.map((show) => ({ ...show, isFlowing: flows(show) })));
  }

  async #look(): Promise<void> {
    const { membership, registry } = this.#parts;
    for (const channel of membership.channels) void this.#releaseUnused(channel, unusedMs);
    if (membership.redisState === 'away' || this.#isClosed) return;
    for (const channel of registry.channels) if (!membership.owns(channel)) void this.#retake(channel);
    if (this.#isIncomplete && !membership.isRegrouping) await this.adoptAll();
  }

  /** @returns the owner: this web server, or the one that was faster */
  #adopt(channel: string): Promise<string> {
    const adopting =
      this.#adopting.get(channel) ?? this.#takeOver(channel).finally(() => this.#adopting.delete(channel));
    this.#adopting.set(channel, adopting);
    return adopting;
  }

  async #takeOver(channel: string): Promise<string> {
    const { membership, registry, saved, former, adoptRecording, logger } = this.#parts;
    registry.requireOpen();
    const owner = await membership.ownerOf(channel);
    const isHere = owner === membership.id && registry.view(channel).broadcast !== null;
    if (isHere || (owner !== null && owner !== membership.id)) return owner;
    if (membership.isRegrouping && (await saved.load(channel)) !== null) throw clusterUnavailable();
    const taken = await membership.take(channel);
    if ('owner' in taken) return taken.owner;
    if (registry.view(channel).broadcast !== null) return membership.id;
    const show = await saved.load(channel);
    if (show === null) return membership.id;
    const { id, isFlowing = false } = show;
    const context = { channel, broadcastId: id, fence: taken.fence };
    if (isFlowing) logger.info(context, 'The web server of a show has stopped in order; its show goes on here');
    else logger.warn(context, 'The web server of a show is gone; its show goes on here');
    await within(releaseTimeoutMs, former.release({ id, channel, isFlowing })).catch((error: unknown) => {
      logger.warn({ ...context, err: error }, 'What the former web server had on a media server was not released');
    });
    if (show.recordingId !== null) {
      await adoptRecording(show.recordingId).catch((error: unknown) => {
        logger.error({ ...context, err: error }, 'The recording of a show that goes on here cannot be read');
      });
    }
    // The show may have been lost again while the media servers were asked.
    if (!(await membership.confirm(channel))) throw clusterUnavailable();
    registry.restore([show]);
    return membership.id;
  }

  /** A show began in the very moment in which the channel of the former one was given up. */
  async #retake(channel: string): Promise<void> {
    const { membership, registry } = this.#parts;
    const taken = await membership.take(channel).catch(() => null);
    if (taken !== null && 'owner' in taken) registry.abandon(channel, movedElsewhere());
  }

  async #releaseUnused(channel: string, afterMs: number): Promise<void> {
    const { membership, registry } = this.#parts;
    if (registry.view(channel).broadcast !== null || this.#adopting.has(channel)) return;
    if (membership.ownedMs(channel) >= afterMs) await membership.release(channel);
  }
}

/** The error for those on a show that goes on at another web server. */
function movedElsewhere(): AppError {
  return new AppError('cluster-unavailable', 'This show goes on at another server. Please wait, or reload the page.');
}

async function within(timeoutMs: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(clusterUnavailable()), timeoutMs);
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
