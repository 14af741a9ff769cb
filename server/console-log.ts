import { format } from 'node:util';
import type { Logger } from './logger.ts';

/** What is replaced of the console: what prints a line, and nothing else. */
type Printing = Pick<Console, 'debug' | 'log' | 'info' | 'warn' | 'error' | 'trace'>;

/**
 * Leads into the log what libraries print, such as kurento-client at each reconnection, and Node's warnings: what is
 * printed past the log would wait for a reader that does not read, and take the whole process along.
 *
 * What they tell in passing is for `debug`; their warnings and errors keep their level.
 */
export function logPrints(logger: Logger): void {
  const printed = logger.child({ of: 'console' });
  const debug = (...words: unknown[]) => printed.debug(format(...words));
  const error = (...words: unknown[]) => printed.error(format(...words));
  const printing: Printing = {
    debug,
    log: debug,
    info: debug,
    warn: (...words) => printed.warn(format(...words)),
    error,
    trace: error,
  };
  globalThis.console = Object.assign(Object.create(console), printing);
  process.removeAllListeners('warning');
  process.on('warning', (warning) => printed.warn({ err: warning }, 'a warning of Node'));
}
