import { io, type Manager, type Socket } from 'socket.io-client';
import type { ClientToServerEvents, ServerToClientEvents, signalingPath } from '../../signaling.ts';
import type { StoredValues } from '../page/browser-storage.ts';
import { TransportChoice } from './transport-choice.ts';

/** A Socket.IO socket, typed by the contract. */
export type SignalingSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

/**
 * Where to connect, the longest that an attempt may take, in milliseconds, and the storage for how the network treats
 * WebSockets.
 */
export type SocketOptions = { url: string | undefined; timeoutMs: number; memory: StoredValues };

/*
 * Written out, and checked by the compiler against the contract, because importing the value would bring the
 * validation library into every page.
 */
const path: typeof signalingPath = '/socket.io';

/** Creates a socket that connects on request, by any transport that the network lets through. */
export function openSocket({ url, timeoutMs, memory }: SocketOptions): SignalingSocket {
  // One socket plays one role, so it never shares a connection with another: `forceNew`.
  const settings = {
    path,
    // Use the first transport that is not refused; see TransportChoice for those that get no answer.
    tryAllTransports: true,
    autoConnect: false,
    forceNew: true,
    // Socket.IO randomises half of every delay, so that an audience does not reconnect all at once.
    reconnectionDelay: 150,
    reconnectionDelayMax: 2_000,
    randomizationFactor: 0.5,
  };
  const socket: SignalingSocket = url === undefined ? io(settings) : io(url, settings);
  chooseTransports(socket.io, new TransportChoice(memory), timeoutMs);
  return socket;
}

/** Plans each attempt, and records its outcome. */
function chooseTransports(manager: Manager, choice: TransportChoice, maxTimeoutMs: number): void {
  let openedAt = 0;
  const transport = () => (manager.engine.transport.name === 'websocket' ? 'websocket' : 'polling');
  const plan = () => {
    const { transports, timeoutMs } = choice.plan();
    // Socket.IO reads them at every attempt: https://socket.io/docs/v4/client-options/#transports
    manager.opts.transports = transports;
    // A connection attempt on a network that is gone must not delay the next one.
    manager.timeout(Math.min(maxTimeoutMs, timeoutMs));
  };
  plan();
  manager.on('reconnect_attempt', plan);
  manager.on('error', (error) => {
    if (error.message === 'timeout') choice.unanswered(transport());
  });
  manager.on('open', () => {
    openedAt = performance.now();
    manager.engine.once('upgrade', () => {
      openedAt = performance.now();
      choice.upgraded();
    });
  });
  manager.on('close', (reason) => {
    const isAccident = reason === 'transport close' || reason === 'transport error' || reason === 'ping timeout';
    if (isAccident) choice.broke(transport(), performance.now() - openedAt);
  });
}
