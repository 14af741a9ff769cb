import type { IncomingMessage } from 'node:http';
import type { Server } from 'socket.io';
import { AppError } from '../../lib/errors.ts';
import type { RequestName } from '../../lib/signaling.ts';
import type { Gates } from '../gates/gates.ts';
import type { Purpose } from '../gates/rate-limits.ts';
import type { Logger } from '../logger.ts';

/** How many messages may wait for a socket that does not read them. */
const maxWaitingMessages = 500;
/** How often that is checked, in milliseconds. */
const checkEveryMs = 2_000;

/** What the requests count as; all others are mere messages. */
const purposes: Partial<Record<RequestName, Purpose>> = {
  'candidate:add': 'candidate',
  'viewer:join': 'join',
  'viewer:move': 'join',
  'broadcast:start': 'start',
  'tier:open': 'start',
  'guest:enter': 'join',
  'contribution:send': 'join',
  'contribution:receive': 'join',
  'broadcast:resume': 'start',
  'test:start': 'start',
  'conversation:say': 'chat',
  'question:ask': 'chat',
  'conversation:react': 'reaction',
  'question:vote': 'vote',
  'hand:raise': 'vote',
  'poll:vote': 'vote',
};

/** The kind of event that a request counts as. The name is the sender's, and may be anything. */
export function purposeOf(event: string): Purpose {
  return (Object.hasOwn(purposes, event) ? purposes[event as RequestName] : undefined) ?? 'message';
}

/**
 * Decides about the handshake of a socket, by WebSocket or polling. Later requests of a socket name its secret id.
 * @returns the reason to refuse it; `null` if it may connect
 */
export function refuseHandshake(request: IncomingMessage, gates: Gates, logger: Logger): string | null {
  // Polling by script tags (JSONP) would let other sites read the answers; our pages do not need it.
  if (/[?&]j=/.test(request.url ?? '')) return 'JSONP is not supported.';
  const address = gates.addresses.of(request);
  try {
    gates.limits.spend('connect', { address });
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
  if (!gates.isOwnOrigin(request)) {
    const { origin, host } = request.headers;
    logger.warn({ origin, host }, 'A socket of another site was refused; a proxy in front needs PUBLIC_URL');
    return 'Pages of other sites may not connect here.';
  }
  return gates.sockets.isFull(address) ? 'Too many connections come from this address.' : null;
}

/**
 * Counts the open sockets of each address, and closes those that do not read what they are sent.
 * @returns a function that stops
 */
export function watchSockets({ engine }: Server, gates: Gates): () => void {
  const open = new Set<EngineSocket>();
  // Typed as `any` by Socket.IO; the same object as in `socket.conn`.
  engine.on('connection', (socket: EngineSocket) => {
    const giveBack = gates.sockets.take(gates.addresses.of(socket.request));
    open.add(socket);
    socket.once('close', () => {
      open.delete(socket);
      giveBack();
    });
  });
  const timer = setInterval(() => {
    for (const socket of open) if (socket.writeBuffer.length > maxWaitingMessages) socket.close(true);
  }, checkEveryMs);
  return () => clearInterval(timer);
}

/** A connection of Engine.IO, as far as it is used here. */
type EngineSocket = {
  readonly request: IncomingMessage;
  /** The packets that have not been handed to the transport. */
  readonly writeBuffer: readonly unknown[];
  once(event: 'close', listener: () => void): void;
  /** @param discard whether packets that wait are dropped */
  close(discard: boolean): void;
};
