import { fileURLToPath } from 'node:url';
import { ConfigError, readConfig } from './config.ts';
import { openLogger } from './logger.ts';
import { bufferOutput } from './platform/buffered-output.ts';
import { onStopSignals } from './process-end.ts';
import { loadEnvFiles } from './project-root.ts';
import { superviseServer } from './supervised-server.ts';

/*
 * The process that `npm start` ends up as. It runs the web server in a child process, and restarts it when it dies.
 */

loadEnvFiles();
bufferOutput();
try {
  const logger = openLogger(readConfig().logLevel);
  const server = superviseServer({
    program: fileURLToPath(new URL('./main.js', import.meta.url)),
    args: [],
    died: (death) => logger.error(death, 'The web server died; restarting it'),
    overdue: () => logger.error('The web server did not stop in time; killing it'),
  });
  onStopSignals(
    (signal) => server.stop(signal),
    () => server.kill(),
  );
  // The process that forked this one, such as a test runner, is gone without stopping it.
  process.once('disconnect', () => server.letGo());
  process.exit(await server.ended);
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
