import type { Server as HttpServer } from 'node:http';
import { type DefaultEventsMap, Server } from 'socket.io';
import { AppError } from '../../lib/errors.ts';
import {
  type ClientToServerEvents,
  type IceServer,
  maxMessageBytes,
  type Reply,
  type RequestName,
  requestSchemas,
  type ServerToClientEvents,
  signalingPath,
} from '../../lib/signaling.ts';
import type { Access } from '../access/access.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { ConnectionTests } from '../broadcast/connection-tests.ts';
import type { Seats } from '../broadcast/seats.ts';
import type { Thumbnails } from '../broadcast/thumbnails.ts';
import type { UpcomingShows } from '../broadcast/upcoming-shows.ts';
import { Attendance } from '../conversation/attendance.ts';
import type { Conversations } from '../conversation/conversations.ts';
import type { Gates } from '../gates/gates.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import { answerRequest } from './answer-request.ts';
import { ClusteredSignaling, type ClusterParts } from './clustered-signaling.ts';
import { conversationRoom } from './conversation-requests.ts';
import type { PeerConnection, Request } from './peer-connection.ts';
import { Announcer, type Emit } from './signaling-announcer.ts';
import { SignalingPeer } from './signaling-peer.ts';
import { SignalingViews } from './signaling-views.ts';
import { purposeOf, refuseHandshake, watchSockets } from './socket-gate.ts';

/** The parts of the signalling server. */
export type SignalingParts = {
  httpServer: HttpServer;
  registry: BroadcastRegistry;
  upcoming: UpcomingShows;
  connectionTests: ConnectionTests;
  seats: Seats;
  /** Absent where the server has none. */
  conversations?: Conversations | undefined;
  thumbnails: Thumbnails;
  access: Access;
  gates: Gates;
  /** What several web servers need; absent where there is one. */
  cluster?: ClusterParts | undefined;
  /** The STUN and TURN servers for the next link of a peer; none by default. */
  iceServers?: (peerId: string) => IceServer[];
  logger: Logger;
  /** How long a peer whose socket broke keeps its link, in milliseconds; 5 s by default. A closing page reports it. */
  lingerMs?: number;
  /** The minimum time between announcements of viewer counts, in milliseconds; 250 ms by default. */
  announceEveryMs?: number;
  /** How long a raised hand stays up after its owner's last page has gone, in milliseconds; 60 s by default. */
  handGraceMs?: number | undefined;
};

/** The server's half of the contract. */
export interface SignalingServer {
  /** The open sockets, and the peers whose links are kept, for tests and the health check. */
  readonly counts: { sockets: number; peers: number };
  close(): Promise<void>;
}

/** The reasons of Socket.IO that mean a deliberate departure, rather than a broken socket. */
const deliberate = new Set(['client namespace disconnect', 'server namespace disconnect', 'server shutting down']);

/**
 * How long HTTP answers may go on while the server closes, in milliseconds: the last messages of long polling have left
 * by then. A download that nobody reads, and a connection that a browser opened in advance, would never end.
 */
const lastAnswersMs = 1_000;

/** A socket whose requests were refused this often, because they were too many, is closed. */
const maxRefusals = 1_000;

/** Starts to answer sockets on `httpServer`. */
export function createSignalingServer(parts: SignalingParts): SignalingServer {
  const { gates, logger, lingerMs = 5_000, announceEveryMs = 250 } = parts;
  const io = new Server<ClientToServerEvents, ServerToClientEvents, DefaultEventsMap, Record<string, never>>(
    parts.httpServer,
    {
      path: signalingPath,
      serveClient: false,
      // Pages use WebSockets where they can; proxies that block those let polling through.
      transports: ['websocket', 'polling'],
      maxHttpBufferSize: maxMessageBytes,
      allowRequest: (request, decide) => {
        const refusal = refuseHandshake(request, gates, logger);
        decide(refusal, refusal === null);
      },
      connectTimeout: 10_000,
      // A page that vanished without a message is noticed within 14 s.
      pingInterval: 8_000,
      pingTimeout: 6_000,
      connectionStateRecovery: { maxDisconnectionDuration: lingerMs },
    },
  );
  const stopWatching = watchSockets(io, gates);
  const peers = new Map<string, SignalingPeer>();
  const departures = new Map<string, NodeJS.Timeout>();
  const elsewhere = parts.cluster?.cluster.lobby;
  const views = new SignalingViews({ ...parts, elsewhere });
  // Socket.IO's types cannot tell that event and body belong together once they are passed as a pair.
  const emit: Emit = (room, event, body) => (io.to(room).emit as (event: string, body: unknown) => void)(event, body);
  const { conversations } = parts;
  const attendance = conversations === undefined ? null : new Attendance({ ...parts, conversations });
  const clustered =
    parts.cluster === undefined
      ? null
      : new ClusteredSignaling({ ...parts, ...parts.cluster, views, attendance, io, emit });
  const emitToAll = clustered?.emit ?? emit;
  const announcer = new Announcer({ ...parts, views, elsewhere }, announceEveryMs, emitToAll);
  conversations?.follow((channel, update) => emitToAll(conversationRoom(channel), 'conversation:changed', update));

  const unfollow = parts.access.locks.onChanged((channel) => {
    for (const peer of [...peers.values(), ...(clustered?.peers ?? [])]) {
      peer.passcodeChanged(channel).catch((error: unknown) => {
        logger.error({ err: error }, 'A viewer could not be asked for a new passcode');
      });
    }
  });

  const depart = (id: string) => {
    clearTimeout(departures.get(id));
    departures.delete(id);
    peers.get(id)?.leave();
    peers.delete(id);
    clustered?.departed(id);
  };

  io.on('connection', (socket) => {
    clearTimeout(departures.get(socket.id));
    departures.delete(socket.id);
    // The room with the socket's own id reaches it even after a recovered connection, with the announcements it missed.
    const peer =
      peers.get(socket.id) ??
      new SignalingPeer(socket.id, {
        ...parts,
        views,
        attendance,
        claim: parts.cluster?.claim,
        announcer: {
          announce: (event, body) => emit(socket.id, event, body),
          announceTo: emitToAll,
          leaveRoom: (room) => io.in(socket.id).socketsLeave(room),
        },
      });
    peers.set(socket.id, peer);
    const handle = clustered?.handlerFor(socket.id, peer) ?? ((request, from) => peer.handle(request, from));
    const connection: PeerConnection = {
      visitor: { address: gates.addresses.of(socket.request), session: socket.id },
      rooms: {
        join: (room) => void socket.join(room),
        leave: (room) => void socket.leave(room),
      },
    };
    let refusals = 0;
    socket.onAny((event: string, ...values: unknown[]) => {
      const reply = values.at(-1);
      const receivedAt = Date.now();
      const answer = typeof reply === 'function' ? (reply as (reply: Reply<unknown>) => void) : () => {};
      const answered = answerRequest(event, logger, async () => {
        gates.limits.spend(purposeOf(event), connection.visitor);
        return await handle(readRequest(event, values[0]), connection);
      });
      void answered.then((outcome) => {
        answer({ ...outcome, clock: { receivedAt, repliedAt: Date.now() } });
        if (!outcome.ok && outcome.error.code === 'too-many-requests') refusals += 1;
        if (refusals > maxRefusals) socket.disconnect(true);
      });
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
      unfollow();
      stopWatching();
      notifyEach(peers.keys(), depart, (error) => logger.error({ err: error }, 'A peer could not leave cleanly'));
      clustered?.close();
      attendance?.close();
      const cut = setTimeout(() => parts.httpServer.closeAllConnections(), lastAnswersMs);
      await io.close();
      clearTimeout(cut);
    },
  };
}

/** @throws AppError `bad-request` unless the request is one of the contract's */
function readRequest(event: string, body: unknown): Request {
  if (!Object.hasOwn(requestSchemas, event)) {
    throw new AppError('bad-request', 'The server does not know this request. Please reload the page.');
  }
  const name = event as RequestName;
  const parsed = requestSchemas[name].safeParse(typeof body === 'function' ? {} : (body ?? {}));
  if (!parsed.success) throw badRequest(parsed.error.issues);
  return { name, body: parsed.data } as Request;
}

function badRequest(issues: readonly { path: PropertyKey[]; message: string }[]): AppError {
  const faults = issues.slice(0, 5).map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  return new AppError('bad-request', faults.join(' '));
}
