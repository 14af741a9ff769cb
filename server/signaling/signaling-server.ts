import type { Server as HttpServer } from 'node:http';
import { type DefaultEventsMap, Server } from 'socket.io';
import { AppError, toErrorBody } from '../../lib/errors.ts';
import {
  type ClientToServerEvents,
  maxMessageBytes,
  type Reply,
  type RequestName,
  requestSchemas,
  type ServerToClientEvents,
  signalingPath,
} from '../../lib/signaling.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { ConnectionTests } from '../broadcast/connection-tests.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import { Announcer } from './signaling-announcer.ts';
import { type PeerRooms, type Request, SignalingPeer } from './signaling-peer.ts';

/** What the signalling server is made of. */
export type SignalingParts = {
  httpServer: HttpServer;
  registry: BroadcastRegistry;
  upcoming: UpcomingShows;
  connectionTests: ConnectionTests;
  checkKey: (key: string) => boolean;
  logger: Logger;
  /** How long somebody whose socket broke keeps the link: 5 s unless told; a page that closes says so itself. */
  lingerMs?: number;
  /** Changes of a viewer count are told at most this often: every 250 ms unless told. */
  announceEveryMs?: number;
};

/** The half of the contract that the server plays. */
export interface SignalingServer {
  /** Open sockets and people whose links are kept, for tests and the health check. */
  readonly counts: { sockets: number; peers: number };
  close(): Promise<void>;
}

/** The reasons of Socket.IO that mean "I leave", rather than "the socket broke". */
const deliberate = new Set(['client namespace disconnect', 'server namespace disconnect', 'server shutting down']);

/** Starts to answer sockets on `httpServer`. */
export function createSignalingServer(parts: SignalingParts): SignalingServer {
  const { logger, lingerMs = 5_000, announceEveryMs = 250 } = parts;
  const io = new Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, Record<string, never>>(
    parts.httpServer,
    {
      path: signalingPath,
      serveClient: false,
      // Pages take WebSockets where they can; proxies that stop those let polling through.
      transports: ['websocket', 'polling'],
      maxHttpBufferSize: maxMessageBytes,
      // Polling by script tags (JSONP) would let other sites read what is answered; no page of ours needs it.
      allowRequest: (request, decide) => decide(null, !isJsonp(request.url)),
      // A page that vanished without a word is noticed within 14 s.
      pingInterval: 8_000,
      pingTimeout: 6_000,
      connectionStateRecovery: { maxDisconnectionDuration: lingerMs },
    },
  );
  const peers = new Map<string, SignalingPeer>();
  const departures = new Map<string, NodeJS.Timeout>();
  const announcer = new Announcer(parts, announceEveryMs, (room, event, body) => {
    // Socket.IO cannot see that event and body belong together once they travel as a pair.
    (io.to(room).emit as (event: string, body: unknown) => void)(event, body);
  });

  const depart = (id: string) => {
    clearTimeout(departures.get(id));
    departures.delete(id);
    peers.get(id)?.leave();
    peers.delete(id);
  };

  io.on('connection', (socket) => {
    clearTimeout(departures.get(socket.id));
    departures.delete(socket.id);
    // A room of the socket's own name reaches it also after a recovered connection, with what it missed.
    const peer =
      peers.get(socket.id) ??
      new SignalingPeer(socket.id, {
        ...parts,
        announcer: {
          announce: (event, body) => (io.to(socket.id).emit as (event: string, body: unknown) => void)(event, body),
        },
      });
    peers.set(socket.id, peer);
    const rooms = {
      join: (room: string) => void socket.join(room),
      leave: (room: string) => void socket.leave(room),
    };
    socket.onAny((event: string, ...values: unknown[]) => {
      const reply = values.at(-1);
      const receivedAt = Date.now();
      const answer = typeof reply === 'function' ? (reply as (reply: Reply<unknown>) => void) : () => {};
      void answerRequest(peer, event, values[0], rooms, logger).then((outcome) =>
        answer({ ...outcome, clock: { receivedAt, repliedAt: Date.now() } }),
      );
    });
    socket.on('disconnect', (reason) => {
      if (deliberate.has(reason) || lingerMs === 0) depart(socket.id);
      else
        departures.set(
          socket.id,
          setTimeout(() => depart(socket.id), lingerMs),
        );
    });
  });

  return {
    get counts() {
      return { sockets: io.of('/').sockets.size, peers: peers.size };
    },
    async close() {
      announcer.close();
      notifyEach(peers.keys(), depart, (error) => logger.error({ err: error }, 'A peer could not leave in order'));
      await io.close();
    },
  };
}

function isJsonp(url: string | undefined): boolean {
  return /[?&]j=/.test(url ?? '');
}

/** The only try/catch between wire and domain: whatever happens becomes a reply. */
async function answerRequest(
  peer: SignalingPeer,
  event: string,
  body: unknown,
  rooms: PeerRooms,
  logger: Logger,
): Promise<Reply<unknown>> {
  try {
    if (!Object.hasOwn(requestSchemas, event)) {
      throw new AppError('bad-request', 'The server does not know this request. Please reload the page.');
    }
    const name = event as RequestName;
    const parsed = requestSchemas[name].safeParse(typeof body === 'function' ? {} : (body ?? {}));
    if (!parsed.success) throw badRequest(parsed.error.issues);
    return { ok: true, data: await peer.handle({ name, body: parsed.data } as Request, rooms) };
  } catch (error) {
    const known = error instanceof AppError && error.code !== 'internal';
    if (!known) logger.error({ err: error, request: event.slice(0, 40) }, 'A request failed');
    else logger.debug({ err: error, request: event.slice(0, 40) }, 'A request was refused');
    return { ok: false, error: toErrorBody(error) };
  }
}

function badRequest(issues: readonly { path: PropertyKey[]; message: string }[]): AppError {
  const faults = issues.slice(0, 5).map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  return new AppError('bad-request', faults.join(' '));
}
