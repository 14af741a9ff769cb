import type { AddressInfo, Server } from 'node:net';
import { StartError } from '../start-messages.ts';

type Place = {
  port: number;
  /** The local address or name; `null` means all addresses, of both families if the machine has both. */
  host: string | null;
  /** The name of the setting that the port comes from. */
  setting: 'PORT' | 'HTTP_PORT';
};

/**
 * Starts to listen, and returns the port.
 * @throws StartError if the server cannot listen there
 */
export function listen(server: Server, place: Place): Promise<number> {
  const { port, host } = place;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, place)));
    // Without a host, Node listens on ::, which takes IPv4 as well, or on 0.0.0.0 where there is no IPv6.
    server.listen({ port, ...(host === null ? {} : { host }) }, () => resolve((server.address() as AddressInfo).port));
  });
}

function listenError(error: NodeJS.ErrnoException, { port, host, setting }: Place): unknown {
  const sentences: Record<string, string> = {
    EADDRINUSE: `Port ${port} is taken by another program: please stop that program, or set ${setting} to another number.`,
    EACCES: `This user is not allowed to listen on port ${port}: please set ${setting} to a number above 1023.`,
    EADDRNOTAVAIL: `This machine does not have the address ${host}: please correct HOST.`,
  };
  const sentence = sentences[error.code ?? ''];
  return sentence === undefined ? error : new StartError(sentence, { cause: error });
}
