import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Closer } from '../server/closer.ts';
import { measureRpc, rpcTable } from './measures/measure-rpc.ts';
import { abortedWhenStopped } from './platform/interruption.ts';
import { startRostrumAsNamed } from './servers/measured-server.ts';

/*
 * `npm run bench:rpc`: creates and releases endpoints while the media server carries a show, as fast as it answers or
 * `--rate` of them a second.
 */

const optionsSchema = z.object({
  viewers: z.coerce.number().int().min(1).max(100).default(50),
  seconds: z.coerce.number().int().min(2).max(300).default(10),
  rate: z.coerce.number().int().min(1).max(100_000).optional(),
  'in-flight': z.coerce.number().int().min(1).max(1000).default(32),
  'profile-dir': z.string().min(1).optional(),
});

const interrupted = abortedWhenStopped();

const closer = new Closer();
try {
  const text = { type: 'string' } as const;
  const options = { viewers: text, seconds: text, rate: text, 'in-flight': text, 'profile-dir': text };
  const { values } = parseArgs({ args: process.argv.slice(2), options });
  const {
    viewers,
    seconds,
    rate: perSecond = null,
    'in-flight': inFlight,
    'profile-dir': profileDir = null,
  } = optionsSchema.parse(values);
  const server = await closer.own(startRostrumAsNamed({ profileDir }));
  console.log(rpcTable(await measureRpc(server, { viewers, seconds, perSecond, inFlight }, interrupted)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await closer.close();
}
