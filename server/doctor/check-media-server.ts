import type { Config } from '../config.ts';
import { startEmbeddedKurento } from '../embedded-kurento/supervised-media-server.ts';
import { openKurentoGateway } from '../kurento/kurento-gateway.ts';
import { openLogger } from '../logger.ts';
import { broken, type Finding, ok } from './finding.ts';

const nobody = { lost() {}, regained() {} };

/** Do the media servers answer, and open a pipeline? */
export async function checkMediaServer({ kurentoUrls, embeddedProcesses }: Config): Promise<Finding[]> {
  const checks = [...kurentoUrls.map(checkKurento), ...(embeddedProcesses > 0 ? [checkEmbedded()] : [])];
  return await Promise.all(checks);
}

async function checkKurento(url: string): Promise<Finding> {
  const [shown] = url.split('?');
  try {
    const { type, version } = await tryOut(url);
    return ok(`The ${type} ${version} at ${shown} opens pipelines.`);
  } catch (error) {
    return broken(
      error instanceof Error ? error.message : String(error),
      'Its control port must be reachable from here, and only from here: it has no password.',
    );
  }
}

async function checkEmbedded(): Promise<Finding> {
  try {
    // On any ports: those of the settings may be in use by a running Rostrum, and are checked apart.
    const server = await startEmbeddedKurento({ log: () => {}, standby: false });
    try {
      const { version } = await tryOut(server.url);
      return ok(`The embedded media server (${version}) starts and opens pipelines.`);
    } finally {
      await server.close();
    }
  } catch (error) {
    return broken(
      `The embedded media server does not start: ${error instanceof Error ? error.message : String(error)}`,
      'Delete node_modules and run npm start, which installs everything for this machine.',
    );
  }
}

async function tryOut(url: string): Promise<{ type: string; version: string }> {
  const logger = openLogger('silent');
  const gateway = await openKurentoGateway({
    ...{ url, instanceId: 'doctor', logger, listener: nobody },
    connectTimeoutMs: 5_000,
  });
  try {
    const pipeline = await gateway.openPipeline({ broadcastId: 'doctor', failed: () => {} });
    await pipeline.close();
    return await gateway.describe();
  } finally {
    await gateway.close();
  }
}
