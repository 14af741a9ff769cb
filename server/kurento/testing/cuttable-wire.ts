import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP relay between a client and a server on this machine, for tests of broken connections. */
export type CuttableWire = {
  readonly url: string;
  /** Breaks every connection; new ones can be made immediately. */
  cut(): void;
  /** Breaks every connection and accepts no new one until `mend()`. */
  sever(): void;
  mend(): void;
  /** Holds back everything that the server sends until `thaw()`, as a stalled network would. */
  freeze(): void;
  thaw(): void;
  close(): void;
};

/** Opens a relay to the server at `url`, with the same path. */
export async function openWire(url: string): Promise<CuttableWire> {
  const target = new URL(url);
  const pairs = new Set<{ client: Socket; server: Socket }>();
  let severed = false;
  let frozen = false;
  const listening = createServer((client) => {
    client.on('error', () => {});
    if (severed) {
      client.destroy();
      return;
    }
    const server = connect(Number(target.port), target.hostname);
    server.on('error', () => {});
    const pair = { client, server };
    pairs.add(pair);
    client.pipe(server).pipe(client);
    if (frozen) server.unpipe(client);
    for (const end of [client, server]) {
      end.on('close', () => {
        pairs.delete(pair);
        client.destroy();
        server.destroy();
      });
    }
  });
  listening.listen(0, target.hostname);
  await once(listening, 'listening');
  // A TCP server's address is an object; only pipes have a string.
  const { port } = listening.address() as AddressInfo;
  const cut = () => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
  };
  return {
    url: `ws://${target.hostname}:${port}${target.pathname}${target.search}`,
    cut,
    sever: () => {
      severed = true;
      cut();
    },
    mend: () => {
      severed = false;
    },
    freeze: () => {
      frozen = true;
      for (const { client, server } of pairs) server.unpipe(client);
    },
    thaw: () => {
      frozen = false;
      for (const { client, server } of pairs) server.pipe(client);
    },
    close: () => {
      listening.close();
      cut();
    },
  };
}
