import { AppError } from '../lib/errors.ts';
import { startApplication } from './application.ts';
import { Closer } from './closer.ts';
import { ConfigError, readConfig } from './config.ts';
import { logPrints, openLogger } from './logger.ts';
import { BufferedOutput, bufferOutput } from './platform/buffered-output.ts';
import { endInOrder } from './process-end.ts';
import { findProjectRoot, loadEnvFiles } from './project-root.ts';
import { StartError } from './start-messages.ts';
import { tellSupervisor } from './supervised-server.ts';

const closer = new Closer();
/** Closed after a fault, instead of `closer`: see process-end.ts. */
const rescue = new Closer();
const root = findProjectRoot();
const dev = process.argv.includes('--dev');
loadEnvFiles(dev);

bufferOutput();
try {
  const read = readConfig();
  const port = process.argv.find((argument) => argument.startsWith('--port='))?.slice('--port='.length);
  const config = port === undefined ? read : { ...read, port: Number(port) };
  const logger = openLogger(config.logLevel);
  endInOrder({ closer, rescue, logger });
  // During development, pages are built on request, and the output about that is meant for the developer.
  if (!dev) logPrints(logger);
  const listening = await startApplication({ config, root, dev, logger, closer, rescue });
  new BufferedOutput(1, () => '').write(`${listening.banner}\n`);
  tellSupervisor({ type: 'listening', port: listening.port });
} catch (error) {
  await closer.close().catch(() => {});
  const known = error instanceof StartError || error instanceof ConfigError || error instanceof AppError;
  console.error(known ? error.message : error);
  process.exit(1);
}
