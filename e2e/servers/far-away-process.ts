/**
 * A UDP relay that delays every packet, like a long path. It is a separate process, so that a busy test does not delay
 * packets further. When its parent sends the port of a server (a number), it answers with `{ serverPort, relayPort }`.
 * Packets to the relay's port are forwarded to the server's port from a separate socket for each sender, so that the
 * server can distinguish senders, and the answers go back.
 * Arguments: the server's address, and the delay in each direction in milliseconds.
 */
import { createSocket, type Socket } from 'node:dgram';

function bind(socket: Socket, address: string): Promise<number> {
  return new Promise((resolve) => socket.bind(0, address, () => resolve(socket.address().port)));
}

/** @returns the port at which the long path to the server begins */
function openRelay(serverAddress: string, serverPort: number, oneWayMs: number): Promise<number> {
  const front = createSocket('udp4');
  const backs = new Map<string, Socket>();
  // Timers of equal length fire in the order in which they were set, so packets keep their order.
  const later = (action: () => void): void => void setTimeout(action, oneWayMs);
  const openBack = (name: string, address: string, port: number): Socket => {
    const back = createSocket('udp4');
    backs.set(name, back);
    back.on('message', (answer) => later(() => front.send(answer, port, address)));
    return back;
  };
  front.on('message', (packet, { address, port }) => {
    const name = `${address}:${port}`;
    const back = backs.get(name) ?? openBack(name, address, port);
    later(() => back.send(packet, serverPort, serverAddress));
  });
  return bind(front, serverAddress);
}

function serveParent(serverAddress: string, oneWayMs: number): void {
  const relays = new Map<number, Promise<number>>();
  process.on('message', async (serverPort: number) => {
    const relay = relays.get(serverPort) ?? openRelay(serverAddress, serverPort, oneWayMs);
    relays.set(serverPort, relay);
    process.send?.({ serverPort, relayPort: await relay });
  });
  process.on('disconnect', () => process.exit());
}

serveParent(process.argv[2] ?? '127.0.0.1', Number(process.argv[3]));
