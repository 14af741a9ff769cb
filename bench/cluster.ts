import { Closer } from '../server/closer.ts';
import { whyNoRedis } from '../server/cluster/testing/redis-server.ts';
import { clusterTable, measureCluster } from './measures/measure-cluster.ts';
import { clusterUsage, readClusterOptions } from './options/cluster-options.ts';
import { abortedWhenStopped } from './platform/interruption.ts';

/*
 * `npm run bench:cluster`: viewers who follow a channel over several web servers and a Redis, without media.
 */

const interrupted = abortedWhenStopped();

const closer = new Closer();
try {
  const options = readClusterOptions(process.argv.slice(2));
  if (options.help) console.log(clusterUsage);
  else {
    const obstacle = await whyNoRedis();
    if (obstacle !== null) throw new Error(obstacle);
    console.log(clusterTable(await measureCluster(options, closer, interrupted)));
  }
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  await closer.close().catch((error: unknown) => console.error(error));
}
// Abandoned work, such as a connection that never closed, must not keep the process running.
process.exit();
