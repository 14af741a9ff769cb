/**
 * A relay for UDP that holds every packet back, as a long way does: a process of its own, so that no test that is busy
 * delays it further. Told the port of a server (a number) by its parent, it answers with `{ serverPort, relayPort }`:
 * what comes to the relay's port goes to the server's from a socket that belongs to that sender alone, so that the
 * server can tell senders apart, and the answers go back.
 * Arguments: the server's address, and the time for each way in milliseconds.
 */
import { createSocket, type Socket } from 'node:dgram';

const [serverAddress = '127.0.0.1', oneWayMs = '0'] = process.argv.slice(2);
const relays = new Map<number, Promise<number>>();

/** Timers of one length fire in the order in which they were set, so packets keep theirs. */
function later(action: () => void): void {
  setTimeout(action, Number(oneWayMs));
}

function bind(socket: Socket, address: string): Promise<number> {
  return new Promise((resolve) => socket.bind(0, address, () => resolve(socket.address().port)));
}

function openRelay(serverPort: number): Promise<number> {
  const front = createSocket('udp4');
  const backs = new Map<string, Socket>();
  front.on('message', (packet, peer) => {
    const name = `${peer.address}:${peer.port}`;
    let back = backs.get(name);
    if (back === undefined) {
      back = createSocket('udp4');
      backs.set(name, back);
      back.on('message', (answer) => later(() => front.send(answer, peer.port, peer.address)));
    }
    const socket = back;
    later(() => socket.send(packet, serverPort, serverAddress));
  });
  return bind(front, serverAddress);
}

process.on('message', async (serverPort: number) => {
  const relay = relays.get(serverPort) ?? openRelay(serverPort);
  relays.set(serverPort, relay);
  process.send?.({ serverPort, relayPort: await relay });
});
process.on('disconnect', () => process.exit());
