import { readdir, readFile, readlink } from 'node:fs/promises';

/**
 * The process of the embedded media server that the web server `pid` runs and that serves at the address told in
 * `words`, such as the web server's banner: another one may stand by, and is not meant.
 * @throws Error when there is none, as between two
 */
export async function findMediaServer(pid: number, words: string): Promise<number> {
  const port = Number(/ws:\/\/[^\s/]+:(\d+)/.exec(words)?.[1]);
  for (const child of await childrenOf(pid)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('embedded-kurento') && (await listensOn(child, port))) return child;
  }
  throw new Error(`The server ${pid} runs no media server on port ${port}.`);
}

/** The processes that the process `pid` started and that still run. */
export async function childrenOf(pid: number): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.trim().split(/\s+/).filter(Boolean).map(Number);
}

/** Whether the process `pid` has the socket that listens on the TCP port `port`. */
export async function listensOn(pid: number, port: number): Promise<boolean> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(`/proc/${pid}/net/${name}`, 'utf8').catch(() => '')),
  );
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const listening = '0A';
  const sockets = tables
    .flatMap((table) => table.split('\n').map((line) => line.trim().split(/\s+/)))
    .filter(([, address, , state]) => address?.endsWith(suffix) && state === listening)
    .map((fields) => `socket:[${fields[9]}]`);
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  const links = await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
  return links.some((link) => sockets.includes(link));
}
