import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type Socket } from 'socket.io-client';
import type { Mixing } from '../../../lib/guests.ts';
import type {
  Announcements,
  ClientToServerEvents,
  IceServer,
  Reply,
  ServerToClientEvents,
} from '../../../lib/signaling.ts';
import type { Access } from '../../access/access.ts';
import { createTestAccess } from '../../access/testing/test-access.ts';
import { BroadcastRegistry } from '../../broadcast/broadcast-registry.ts';
import type { SavedBroadcast } from '../../broadcast/broadcast-types.ts';
import { ConnectionTests } from '../../broadcast/connection-tests.ts';
import type { MediaGateway } from '../../broadcast/media-gateway.ts';
import type { RecordingStore } from '../../broadcast/recording-store.ts';
import { Seats } from '../../broadcast/seats.ts';
import { ScriptedGateway } from '../../broadcast/testing/scripted-gateway.ts';
import { Thumbnails } from '../../broadcast/thumbnails.ts';
import { type SavedUpcoming, UpcomingShows } from '../../broadcast/upcoming-shows.ts';
import { readConfig } from '../../config.ts';
import { type ConversationArchive, Conversations } from '../../conversation/conversations.ts';
import type { Journals } from '../../conversation/journals.ts';
import type { GateSettings } from '../../gate-settings.ts';
import { createGates } from '../../gates/gates.ts';
import { openLogger } from '../../logger.ts';
import { createSignalingServer, type SignalingServer } from '../signaling-server.ts';

/** A page's socket, controlled by a test. */
export type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

/** The presenter key of the tests. */
export const key = 'correct horse battery';
/** A request to go live that is valid in every field. */
export const show = { key, channel: 'math-101', title: 'Sums', record: false, sdpOffer: 'v=0' };

/** How long shows wait for a presenter who left and for media, and requests for the media server, in milliseconds. */
export type RigTimes = { presenterGraceMs?: number; mediaGraceMs?: number; mediaServerTimeoutMs?: number };

/** Who may do what, the limits that differ from the default, and conversations. */
export type RigOptions = {
  access?: Access;
  gates?: Partial<GateSettings>;
  /** Where the pictures of a show with guests are combined; the presenter's browser by default. */
  mixing?: Mixing;
  /** What conversations are kept in; without it, there are none. */
  conversations?: { journals: Journals; archive: ConversationArchive };
  /** How long the hands of those stay up who have left, in milliseconds. */
  handGraceMs?: number;
};

/** Domain and signalling on a real port, on top of a gateway that a test can delay and break. */
export class SignalingRig {
  readonly http: Server = createServer();
  readonly gateway = new ScriptedGateway();
  readonly registry: BroadcastRegistry;
  readonly upcoming: UpcomingShows;
  /** The stored announcements. */
  kept: SavedUpcoming[] = [];
  readonly connectionTests: ConnectionTests;
  readonly access: Access;
  readonly seats: Seats;
  readonly conversations: Conversations | undefined;
  readonly thumbnails: Thumbnails;
  readonly signaling: SignalingServer;
  /** The outcomes of recordings, as text. */
  readonly finished: string[] = [];
  /** The STUN and TURN servers that are granted to each peer. */
  iceServers: (peerId: string) => IceServer[] = () => [];
  /** The free space for recordings, in bytes. */
  freeBytes = 1e9;
  readonly #clients: Client[] = [];

  /**
   * @param recordingStore the store for recordings; without it, they are only counted
   * @param times how long shows and requests wait
   * @param realGateway a gateway to a real media server, in place of the scripted one
   * @param options who may do what, by default the holder of the key everything; and the limits that differ from the
   * default
   */
  constructor(
    recordingStore?: RecordingStore,
    times: RigTimes = {},
    realGateway?: MediaGateway,
    { access, gates: changes = {}, mixing = 'presenter', conversations, handGraceMs }: RigOptions = {},
  ) {
    const gateway = realGateway ?? this.gateway;
    const logger = openLogger('silent');
    this.registry = new BroadcastRegistry({
      gateway,
      recordingStore: recordingStore ?? {
        create: async () => ({ id: 'a-recording', uri: 'file:///nowhere' }),
        addPart: async (id) => {
          this.finished.push(`part of ${id}`);
          return { uri: 'file:///nowhere-2' };
        },
        finish: async (id) => {
          this.finished.push(`finished ${id}`);
          return { durationMs: null, failure: null };
        },
        retitle: async (id, title) => void this.finished.push(`${id} is “${title}” now`),
        chapters: { note: async () => {} },
        fail: async (id) => void this.finished.push(`failed ${id}`),
        measure: async () => ({ sizeBytes: 0, joinBytes: 0, writtenAt: null }),
        partSize: async () => 0,
        keepPreview: async () => {},
        space: async () => ({ freeBytes: this.freeBytes }),
      },
      logger,
      mixing,
      maxVideoKbps: 2500,
      mediaTimeoutMs: 5_000,
      presenterGraceMs: times.presenterGraceMs ?? 600,
      mediaGraceMs: times.mediaGraceMs ?? 600,
      mediaServerTimeoutMs: times.mediaServerTimeoutMs ?? 1_000,
      maxBroadcasts: changes.capacity?.broadcasts ?? null,
    });
    this.upcoming = new UpcomingShows(
      this.registry,
      async (shows) => {
        this.kept = shows;
      },
      logger,
    );
    this.connectionTests = new ConnectionTests({ gateway, logger, maxVideoKbps: 2500, most: 2, lastsMs: 500 });
    const settings: GateSettings = { ...readConfig({}).gates, ...changes };
    const gates = createGates(settings, null, logger);
    this.access = access ?? createTestAccess(key, { gate: gates.checks });
    this.seats = new Seats({ capacity: settings.capacity, offerMs: 1_500, placeMs: 400 });
    this.registry.onChanged(({ phase, channel }) => {
      if (phase === 'ended') this.seats.clear(channel);
    });
    this.conversations = conversations && new Conversations({ ...conversations, registry: this.registry, logger });
    this.thumbnails = new Thumbnails({ registry: this.registry, logger });
    this.signaling = createSignalingServer({
      httpServer: this.http,
      registry: this.registry,
      upcoming: this.upcoming,
      connectionTests: this.connectionTests,
      access: this.access,
      seats: this.seats,
      conversations: this.conversations,
      thumbnails: this.thumbnails,
      gates,
      iceServers: (peerId) => this.iceServers(peerId),
      logger,
      lingerMs: 300,
      announceEveryMs: 10,
      handGraceMs,
    });
  }

  /** Listens on a free port. */
  static async open(
    recordingStore?: RecordingStore,
    times?: RigTimes,
    realGateway?: MediaGateway,
    options?: RigOptions,
  ): Promise<SignalingRig> {
    const rig = new SignalingRig(recordingStore, times, realGateway, options);
    await new Promise<void>((resolve) => void rig.http.listen(0, '127.0.0.1', resolve));
    return rig;
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    await this.registry.close();
    await this.conversations?.close();
    this.upcoming.close();
    await this.signaling.close();
    this.seats.close();
    this.thumbnails.close();
    this.http.close();
  }

  /** The address at which it listens, `http://host:port`. */
  get url(): string {
    const { port } = this.http.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  /** Returns a page that has connected. */
  async connect(): Promise<Client> {
    const client: Client = io(this.url, { transports: ['websocket'], reconnectionDelay: 20 });
    this.#clients.push(client);
    await new Promise<void>((resolve) => void client.once('connect', resolve));
    return client;
  }

  /** Returns a presenter whose media flows, and the token with which the show can be resumed. */
  async goLive(changes: Partial<typeof show> = {}): Promise<{ presenter: Client; resumeToken: string }> {
    const presenter = await this.connect();
    const live = next(presenter, 'broadcast:changed', ({ broadcast }) => broadcast?.phase === 'live');
    const reply = await ask(presenter, 'broadcast:start', { ...show, ...changes });
    if (!reply.ok) throw new Error(reply.error.message);
    this.gateway.links.at(-1)?.listener.flowChanged('video', true);
    await live;
    return { presenter, resumeToken: String(reply.data.resumeToken) };
  }

  /** The broadcasts that the server would store on disk now. */
  save(): SavedBroadcast[] {
    return this.registry.save();
  }
}

/** Sends any body, valid or not, and returns the reply. */
export function ask(client: Client, event: string, body?: unknown): Promise<Reply<Record<string, unknown>>> {
  const send = client.timeout(10_000).emitWithAck as (event: string, ...body: unknown[]) => Promise<never>;
  return send.call(client.timeout(10_000), event, ...(body === undefined ? [] : [body]));
}

/** Resolves to the next announcement that matches. */
export function next<Name extends keyof Announcements>(
  client: Client,
  event: Name,
  fits: (body: Announcements[Name]) => boolean = () => true,
): Promise<Announcements[Name]> {
  return new Promise((resolve) => {
    const listener = (body: Announcements[Name]) => {
      if (!fits(body)) return;
      client.off(event, listener as never);
      resolve(body);
    };
    client.on(event, listener as never);
  });
}
