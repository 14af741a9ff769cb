import { randomUUID } from 'node:crypto';
import type { AppError } from '../../../../lib/errors.ts';
import type { Candidate } from '../../../../lib/signaling.ts';
import type { Broadcast } from '../../../broadcast/broadcast.ts';
import { BroadcastRegistry } from '../../../broadcast/broadcast-registry.ts';
import type { MediaGateway } from '../../../broadcast/media-gateway.ts';
import { silentListener } from '../../../broadcast/testing/silent-listener.ts';
import { TestPeer } from '../../testing/test-peer.ts';
import type { PoolRig } from './pool-rig.ts';

/** No recording is made here. */
const noRecordings = {
  create: () => Promise.reject(new Error('nothing is recorded')),
  addPart: () => Promise.reject(new Error('nothing is recorded')),
  finish: async () => ({ durationMs: null, failure: null }),
  retitle: async () => {},
  chapters: { note: async () => {} },
  fail: async () => {},
  measure: async () => ({ sizeBytes: 0, joinBytes: 0, writtenAt: null }),
  partSize: async () => 0,
  keepPreview: async () => {},
  space: async () => ({ freeBytes: 1e9 }),
};

type Listener = {
  candidateFound(candidate: Candidate): void;
  closed(error: AppError): void;
  moveWanted(): void;
};

type LinkRequest = { peerId: string; sdpOffer: string; listener: Listener };

/** Asks for a link, and returns the answer. */
type Ask = (request: LinkRequest) => Promise<string>;

/** Somebody in a show, who makes another link when asked to move, as a page does. */
export class ShowPerson {
  /** The current link's end. */
  peer: TestPeer;
  /** Why links were closed. */
  readonly closed: AppError[] = [];
  /** How often another link took the place of this one. */
  moves = 0;
  readonly #role: 'presenter' | 'viewer';
  readonly #broadcast: Broadcast;
  readonly #pools: PoolRig;
  readonly #peerId = randomUUID();
  readonly #isDeaf: boolean;
  #isMoving = false;

  private constructor(role: 'presenter' | 'viewer', broadcast: Broadcast, pools: PoolRig, isDeaf: boolean) {
    this.#role = role;
    this.#broadcast = broadcast;
    this.#pools = pools;
    this.#isDeaf = isDeaf;
    this.peer = this.#newPeer();
  }

  /** @param isDeaf whether requests to move are ignored */
  static async join(
    { role, broadcast, pools, isDeaf = false }: ConstructorOptions,
    ask: Ask,
    move: Ask,
  ): Promise<ShowPerson> {
    const person = new ShowPerson(role, broadcast, pools, isDeaf);
    await person.#connect(person.peer, ask, move);
    return person;
  }

  #newPeer(): TestPeer {
    const peer = new TestPeer({ role: this.#role });
    this.#pools.own(async () => peer.close());
    return peer;
  }

  async #connect(peer: TestPeer, ask: Ask, move: Ask): Promise<void> {
    const listener: Listener = {
      candidateFound: (candidate) => peer.addCandidate(candidate),
      closed: (error) => {
        this.closed.push(error);
        this.peer.conditions.changed();
      },
      moveWanted: () => {
        if (!this.#isDeaf && !this.#isMoving) void this.#move(move);
      },
    };
    const sdpAnswer = await ask({ peerId: this.#peerId, sdpOffer: peer.sdpOffer, listener });
    const addCandidate = (candidate: Candidate) =>
      this.#broadcast.addCandidate(this.#peerId, candidate).catch(() => undefined);
    peer.accept({ sdpAnswer, addCandidate, close: async () => {} });
  }

  async #move(move: Ask): Promise<void> {
    this.#isMoving = true;
    const next = this.#newPeer();
    await this.#connect(next, move, move);
    if (this.#role === 'viewer') {
      await next.conditions.until('a keyframe on the new link', () => next.keyframes > 0, 5_000);
      this.#broadcast.audience.settle(this.#peerId, 'new');
    }
    this.peer.close();
    this.peer = next;
    this.moves += 1;
    this.#isMoving = false;
  }
}

type ConstructorOptions = { role: 'presenter' | 'viewer'; broadcast: Broadcast; pools: PoolRig; isDeaf?: boolean };

/** Shows of the real domain on a pool. */
export class PooledShows {
  readonly registry: BroadcastRegistry;
  readonly #pools: PoolRig;

  constructor(pools: PoolRig, gateway: MediaGateway) {
    this.#pools = pools;
    const limits = { maxVideoKbps: 2_500, presenterGraceMs: 60_000 };
    this.registry = new BroadcastRegistry({ gateway, recordingStore: noRecordings, logger: pools.logger, ...limits });
    pools.own(() => this.registry.close());
  }

  /** Begins a show. */
  async start(channel: string, { isDeaf = false } = {}): Promise<{ broadcast: Broadcast; presenter: ShowPerson }> {
    const about = { channel, title: channel, record: false };
    const broadcast = this.registry.add(about);
    const presenter = await ShowPerson.join(
      { role: 'presenter', broadcast, pools: this.#pools, isDeaf },
      ({ listener, ...request }) =>
        broadcast.open({ ...request, ...about, listener: { ...silentListener, ...listener } }),
      ({ listener, ...request }) => broadcast.resume({ ...request, listener: { ...silentListener, ...listener } }),
    );
    return { broadcast, presenter };
  }

  /** Goes on with a show as its presenter, over a new socket. */
  resume(broadcast: Broadcast): Promise<ShowPerson> {
    const ask: Ask = ({ listener, ...request }) =>
      broadcast.resume({ ...request, listener: { ...silentListener, ...listener } });
    return ShowPerson.join({ role: 'presenter', broadcast, pools: this.#pools }, ask, ask);
  }

  watch(broadcast: Broadcast, { isDeaf = false } = {}): Promise<ShowPerson> {
    return ShowPerson.join(
      { role: 'viewer', broadcast, pools: this.#pools, isDeaf },
      ({ listener, ...request }) =>
        broadcast.audience.join({ ...request, listener: { ...silentListener, ...listener } }),
      ({ listener, ...request }) =>
        broadcast.audience.move({ ...request, listener: { ...silentListener, ...listener } }),
    );
  }
}
