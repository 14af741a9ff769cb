import { readdir, readFile, readlink } from 'node:fs/promises';
import { openFiles, readSocketTable } from '../platform/socket-table.ts';

/**
 * The process of the embedded media server that the web server `pid` runs and that serves at the address in `words`,
 * such as the web server's banner. There may also be a standby process, which is ignored.
 * @throws Error if there is none, as in the moment between two
 */
export async function findMediaServer(pid: number, words: string): Promise<number> {
  return findOnPort(pid, portsIn(words)[0] ?? Number.NaN);
}

/**
 * The same for all addresses in `words`, in their order: the media servers of a pool.
 * @throws Error if one of them is missing
 */
export async function findMediaServers(pid: number, words: string): Promise<number[]> {
  const ports = portsIn(words);
  if (ports.length === 0) throw new Error(`The server ${pid} does not say where its media server is.`);
  return await Promise.all(ports.map((port) => findOnPort(pid, port)));
}

function portsIn(words: string): number[] {
  return [...words.matchAll(/ws:\/\/[^\s/]+:(\d+)/g)].map(([, port]) => Number(port));
}

async function findOnPort(pid: number, port: number): Promise<number> {
  for (const child of await childrenOf(pid)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('embedded-kurento') && (await listensOn(child, port))) return child;
  }
  throw new Error(`The server ${pid} runs no media server on port ${port}.`);
}

/** The processes that the process `pid` started and that are still running. */
export async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(/\s+/).filter(Boolean).map(Number);
}

/** The processes that listen on the TCP port `port`, as far as this process has permission to see them. */
export async function findListeners(port: number): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0);
  // Processes that share a network share the table of its sockets.
  const sockets = new Map<string, Promise<string[]>>();
  const listening = await Promise.all(
    pids.map(async (pid) => {
      const network = await readlink(`/proc/${pid}/ns/net`).catch(() => '');
      const open = sockets.get(network) ?? listeningSockets(pid, port);
      sockets.set(network, open);
      return holdsOneOf(pid, await open);
    }),
  );
  return pids.filter((_, index) => listening[index]);
}

/** The name of the process `pid`, at most 15 characters; empty if it has ended. */
export async function commandName(pid: number): Promise<string> {
  return (await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')).trim();
}

/** Whether the process `pid` holds the socket that listens on the TCP port `port`. */
async function listensOn(pid: number, port: number): Promise<boolean> {
  return holdsOneOf(pid, await listeningSockets(pid, port));
}

/** The sockets that listen on the TCP port `port` in the network of the process `pid`, as its open files name them. */
async function listeningSockets(pid: number, port: number): Promise<string[]> {
  const table = await readSocketTable(pid);
  return table.filter((socket) => socket.protocol === 'TCP' && socket.port === port).map(({ link }) => link);
}

async function holdsOneOf(pid: number, sockets: readonly string[]): Promise<boolean> {
  if (sockets.length === 0) return false;
  return (await openFiles(pid)).some((link) => sockets.includes(link));
}
