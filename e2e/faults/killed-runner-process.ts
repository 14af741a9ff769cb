import { childrenOf } from '../../bench/servers/media-server-process.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

/*
 * Acts like a worker of the test runner: starts the given program, reports its processes, and waits until it is killed.
 */

const server = await startRostrum({}, {}, { program: process.argv[2] ?? '' });
const below = async (pid: number): Promise<number[]> => {
  const children = await childrenOf(pid);
  return [pid, ...(await Promise.all(children.map(below))).flat()];
};
const kurento = server.kurento === null ? [] : [await server.kurento.pid()];
process.send?.({ pids: [...(await below(server.pid)), ...kurento], dataDir: server.dataDir });
process.on('disconnect', () => process.exit());
