import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { KurentoCommand } from './kurento-command.ts';
import { commandName, findListeners } from './media-server-process.ts';

/** The Kurento that is measured. */
export type NamedKurento = {
  url: string;
  /** Its process id. @throws Error if it is not on this machine, or cannot be distinguished from other processes */
  pid(): Promise<number>;
  close(): Promise<void>;
};

/** Whether the environment names a Kurento, by `KURENTO_COMMAND` or `KURENTO_URL`. */
export function isKurentoNamed(): boolean {
  return Boolean(process.env.KURENTO_COMMAND || process.env.KURENTO_URL);
}

/**
 * Starts the Kurento of `KURENTO_COMMAND`, or uses the one at `KURENTO_URL`, which keeps running when this is closed.
 * @throws Error if the command starts none, or neither is set
 */
export async function openNamedKurento(): Promise<NamedKurento> {
  const started = await KurentoCommand.startIfAsked();
  if (started !== null) return started;
  const url = process.env.KURENTO_URL ?? '';
  if (!URL.canParse(url)) throw new Error('KURENTO_URL must be an address such as ws://127.0.0.1:8888/kurento.');
  return { url, pid: () => findKurento(new URL(url)), async close() {} };
}

async function findKurento({ hostname, port, protocol, href }: URL): Promise<number> {
  const { address } = await lookup(hostname.replace(/^\[|\]$/g, ''));
  const here = Object.values(networkInterfaces()).some((own) => own?.some((one) => one.address === address));
  if (!here) throw new Error(`The Kurento at ${href} is on another machine, so its usage cannot be measured here.`);
  const tcpPort = Number(port) || (protocol === 'wss:' ? 443 : 80);
  const pids = await findListeners(tcpPort);
  const [pid] = pids;
  if (pid !== undefined && pids.length === 1) return pid;
  // A container's port has a forwarder in addition to the Kurento itself.
  const found = await Promise.all(pids.map(async (one) => `${one} (${await commandName(one)})`));
  const what = found.length === 0 ? 'No visible process listens' : `The processes ${found.join(', ')} listen`;
  throw new Error(`${what} on port ${tcpPort}: please select the Kurento with --media-pid.`);
}
