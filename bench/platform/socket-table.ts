import { readdir, readFile, readlink } from 'node:fs/promises';

/** A socket that waits for what comes from outside: a TCP socket that listens, or a UDP socket without a peer. */
export type WaitingSocket = {
  protocol: 'TCP' | 'UDP';
  /** The local address; `0.0.0.0` or `::` is all of them. */
  address: string;
  port: number;
  /** Its name among the open files of a process. */
  link: string;
};

/** The states of https://docs.kernel.org/networking/proc_net_tcp.html: TCP_LISTEN, and TCP_CLOSE for a UDP socket. */
const waitingStates = { TCP: '0A', UDP: '07' } as const;

/** The waiting sockets in the network of the process `pid`, whoever holds them. Linux only. */
export async function readSocketTable(pid: number): Promise<WaitingSocket[]> {
  const tables = await Promise.all(
    (['TCP', 'UDP'] as const).flatMap((protocol) =>
      ['', '6'].map(async (version) => {
        const path = `/proc/${pid}/net/${protocol.toLowerCase()}${version}`;
        const table = await readFile(path, 'utf8').catch(() => '');
        return table.split('\n').flatMap((line) => parseEntry(protocol, line.trim().split(/\s+/)));
      }),
    ),
  );
  return tables.flat();
}

/** The waiting sockets that one of the processes holds. */
export async function waitingSocketsOf(pids: readonly number[]): Promise<WaitingSocket[]> {
  const held = await Promise.all(
    pids.map(async (pid) => {
      const links = await openFiles(pid);
      return (await readSocketTable(pid)).filter(({ link }) => links.includes(link));
    }),
  );
  return held.flat();
}

/** What the open files of the process `pid` are; none if it has ended or belongs to somebody else. */
export async function openFiles(pid: number): Promise<string[]> {
  const files = await readdir(`/proc/${pid}/fd`).catch(() => []);
  return await Promise.all(files.map((file) => readlink(`/proc/${pid}/fd/${file}`).catch(() => '')));
}

function parseEntry(protocol: 'TCP' | 'UDP', fields: string[]): WaitingSocket[] {
  const [, local = '', , state] = fields;
  const [, hexAddress = '', hexPort = ''] = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/.exec(local) ?? [];
  if (hexAddress === '' || state !== waitingStates[protocol]) return [];
  const address = parseAddress(hexAddress);
  return [{ protocol, address, port: Number.parseInt(hexPort, 16), link: `socket:[${fields[9]}]` }];
}

/** The kernel prints words of 32 bits in the machine's byte order, which is little-endian wherever Node runs on Linux. */
function parseAddress(hex: string): string {
  const bytes = Buffer.from(hex, 'hex').swap32();
  if (bytes.length === 4) return bytes.join('.');
  const groups = [0, 2, 4, 6, 8, 10, 12, 14].map((at) => bytes.readUInt16BE(at).toString(16));
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}
