import { fileURLToPath } from 'node:url';
import nextEnv from '@next/env';
import { ConfigError, readConfig } from './config.ts';
import { openLogger } from './logger.ts';
import { bufferOutput } from './platform/buffered-output.ts';
import { onStopSignals } from './process-end.ts';
import { findProjectRoot } from './project-root.ts';
import { superviseServer } from './supervised-server.ts';

/*
 * What `npm start` becomes: it runs the web server in a process of its own, and starts it again when that dies.
 */

nextEnv.loadEnvConfig(findProjectRoot(), false, { info: () => {}, error: () => {} });
bufferOutput();
try {
  const logger = openLogger(readConfig().logLevel);
  const server = superviseServer({
    program: fileURLToPath(new URL('./main.js', import.meta.url)),
    args: [],
    died: (death) => logger.error(death, 'The web server died; it is started again'),
  });
  onStopSignals(
    (signal) => server.stop(signal),
    () => server.kill(),
  );
  // Whoever forked this process, as a test runner does, is gone and did not stop it.
  process.once('disconnect', () => server.letGo());
  process.exit(await server.ended);
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
