import type { EndReason } from '../../lib/broadcast-state.ts';
import type { AppError } from '../../lib/errors.ts';
import type { BroadcastView, ChannelView } from '../../lib/signaling.ts';
import { notifyEach } from '../notify-each.ts';
import { Broadcast } from './broadcast.ts';
import { channelTaken, notLive, shuttingDown, tooManyBroadcasts } from './broadcast-errors.ts';
import type { BroadcastParts, Presenter, SavedBroadcast, StartRequest } from './broadcast-types.ts';
import type { NewShow } from './broadcast-view.ts';
import { Outages } from './outages.ts';
import { isSameToken } from './presenter.ts';

/** Called with a broadcast that changed, by those who show broadcasts to users. */
export type RegistryListener = (broadcast: Broadcast) => void;

/** The parts of a registry. */
export type RegistryParts = Omit<BroadcastParts, 'outages' | keyof typeof defaults> &
  Partial<Pick<BroadcastParts, keyof typeof defaults>> & {
    /** How many broadcasts there may be at the same time; no limit by default. */
    maxBroadcasts?: number | null;
  };

/** The defaults of what need not be given. */
const defaults = {
  ...{ mediaTimeoutMs: 15_000, mediaGraceMs: 15_000, mediaServerTimeoutMs: 8_000 },
  mixing: 'presenter',
} satisfies Partial<BroadcastParts>;

const owner: Presenter = { name: 'the owner', keyId: null };

/** All channels: at most one broadcast on each. A broadcast that has ended frees its channel immediately. */
export class BroadcastRegistry {
  readonly #parts: Omit<BroadcastParts, 'outages'>;
  readonly #maxBroadcasts: number;
  readonly #outages = new Outages();
  readonly #onAir = new Map<string, Broadcast>();
  readonly #ending = new Set<Promise<void>>();
  readonly #listeners = new Set<RegistryListener>();
  #elsewhere = () => 0;
  #closed = false;
  #mediaServerError: AppError | null = null;

  constructor({ maxBroadcasts, ...parts }: RegistryParts) {
    this.#maxBroadcasts = maxBroadcasts ?? Number.POSITIVE_INFINITY;
    this.#parts = { ...defaults, ...parts };
  }

  /** Calls `listener` after every change of a broadcast up to its end, until the returned function is called. */
  onChanged(listener: RegistryListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Counts the broadcasts elsewhere as well, for the limit of all. */
  share(elsewhere: () => number): void {
    this.#elsewhere = elsewhere;
  }

  /**
   * Puts a new broadcast on its channel; {@link Broadcast.open} starts it.
   * @throws AppError `channel-taken`, `too-many-broadcasts`, `shutting-down`, `media-server-unavailable`
   */
  add(
    { channel, title, record }: Omit<StartRequest, 'peerId' | 'sdpOffer' | 'listener'>,
    { name, keyId }: Presenter = owner,
  ): Broadcast {
    this.requireOpen();
    if (this.#mediaServerError !== null) throw this.#mediaServerError;
    const present = this.#onAir.get(channel);
    if (present !== undefined) throw channelTaken(present.view());
    if (this.#onAir.size + this.#elsewhere() >= this.#maxBroadcasts) throw tooManyBroadcasts();
    const logger = this.#parts.logger.child({ presenter: name });
    return this.#add({ channel, title, record: record ? 'on' : 'off', keyId }, null, logger);
  }

  /** @throws AppError `shutting-down` once no broadcast may begin or be resumed */
  requireOpen(): void {
    if (this.#closed) throw shuttingDown();
  }

  /** Restores the broadcasts that were on when the server was killed. Each waits for its presenter. */
  restore(saved: readonly SavedBroadcast[]): void {
    for (const one of saved) this.#changed(this.#add(one, one));
  }

  /**
   * Somebody else goes on with the show on `channel`: all links here are closed for `error`, nothing is announced, and
   * nothing more is done about its recording. Does nothing if there is no show.
   */
  abandon(channel: string, error: AppError): void {
    const broadcast = this.#onAir.get(channel);
    this.#onAir.delete(channel);
    broadcast?.abandon(error);
  }

  /**
   * Like {@link abandon}, but links go on without us, until their owners have others.
   * @returns what tells those who have links to make others at the next owner
   */
  letGo(channel: string, error: AppError): () => void {
    const broadcast = this.#onAir.get(channel);
    this.#onAir.delete(channel);
    return broadcast?.letGo(error) ?? (() => {});
  }

  /** The data that {@link restore} needs. */
  save(): SavedBroadcast[] {
    return [...this.#onAir.values()].map((broadcast) => broadcast.save()).filter((saved) => saved !== null);
  }

  /** @throws AppError `not-live` when there is no broadcast on `channel` */
  get(channel: string): Broadcast {
    const broadcast = this.#onAir.get(channel);
    if (broadcast === undefined) throw notLive(channel);
    return broadcast;
  }

  /** Whether `token` is the resume token of the broadcast on `channel`. */
  isResumable(channel: string, token: string): boolean {
    const broadcast = this.#onAir.get(channel);
    return broadcast !== undefined && isSameToken(token, broadcast.resumeToken);
  }

  /** A channel as anyone may see it. */
  view(channel: string): ChannelView {
    return { channel, broadcast: this.#onAir.get(channel)?.view() ?? null };
  }

  /** The broadcasts on air, longest-running first. One that is still starting is not on air. */
  list(): BroadcastView[] {
    return [...this.#onAir.values()]
      .map((broadcast) => broadcast.view())
      .filter((view) => view.startedAt !== null)
      .toSorted((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  }

  /** The channel of the broadcast with this id; `null` if it is not on. */
  channelOf(broadcastId: string): string | null {
    return [...this.#onAir.values()].find(({ id }) => id === broadcastId)?.channel ?? null;
  }

  /** The channels that have a broadcast, even one that is still starting. */
  get channels(): string[] {
    return [...this.#onAir.keys()];
  }

  /** The number of broadcasts, including those that are still starting. */
  get count(): number {
    return this.#onAir.size;
  }

  /** Whether broadcasts can start. */
  get mediaServerAvailable(): boolean {
    return this.#mediaServerError === null;
  }

  /** The media server went away. Broadcasts wait for it, and none can start until {@link mediaServerRegained}. */
  mediaServerLost(error: AppError): void {
    this.#mediaServerError = error;
    this.#outages.note();
    this.#notifyBroadcasts((broadcast) => broadcast.mediaServerLost(error));
  }

  mediaServerRegained(): void {
    this.#mediaServerError = null;
    this.#notifyBroadcasts((broadcast) => broadcast.mediaServerRegained());
  }

  /** The media server keeps dying: the waiting presenters and viewers see that this may take longer. */
  mediaServerLoops(): void {
    this.#outages.noteLoop();
    this.#notifyBroadcasts((broadcast) => this.#changed(broadcast));
  }

  /** Ends the broadcasts that began with a presenter key that is not among the valid ones. */
  endRevoked(validKeyIds: ReadonlySet<string>): void {
    this.#notifyBroadcasts((broadcast) => {
      const { keyId } = broadcast.info;
      if (keyId !== null && !validKeyIds.has(keyId)) void broadcast.end('key-revoked');
    });
  }

  /** Ends every broadcast and prevents new ones; resolves when the recordings are finished. Never rejects. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#endAll('server-stopped');
    await Promise.all(this.#ending);
  }

  /**
   * Finishes the files that are being written, without ending any show: the server is about to end, and the next run
   * continues from what {@link save} returns. Resolves when the media server has written the files. Never rejects.
   */
  async suspend(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#onAir.values()].map((broadcast) => broadcast.recording.suspend()));
  }

  async #endAll(reason: EndReason): Promise<void> {
    await Promise.all([...this.#onAir.values()].map((broadcast) => broadcast.end(reason)));
  }

  #add(show: NewShow, saved: SavedBroadcast | null, logger = this.#parts.logger): Broadcast {
    const broadcast = new Broadcast(
      show,
      { ...this.#parts, logger, outages: this.#outages },
      (changed) => this.#changed(changed),
      saved,
    );
    this.#onAir.set(show.channel, broadcast);
    return broadcast;
  }

  #changed(broadcast: Broadcast): void {
    if (this.#onAir.get(broadcast.channel) !== broadcast) return;
    if (broadcast.phase === 'ended') {
      this.#onAir.delete(broadcast.channel);
      // The end has only begun here. Closing the registry waits for the recordings too.
      const ending = Promise.resolve().then(() => broadcast.end('stopped'));
      this.#ending.add(ending);
      void ending.finally(() => this.#ending.delete(ending));
    }
    notifyEach(
      this.#listeners,
      (listener) => listener(broadcast),
      (error) =>
        this.#parts.logger.error({ err: error }, 'A change of a broadcast could not be sent to every listener'),
    );
  }

  /** A fault in one broadcast must not keep the others from being notified. */
  #notifyBroadcasts(notify: (broadcast: Broadcast) => void): void {
    notifyEach(this.#onAir.values(), notify, (error) => {
      this.#parts.logger.error({ err: error }, 'A broadcast could not follow a change');
    });
  }
}
