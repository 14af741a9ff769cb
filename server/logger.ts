import { format } from 'node:util';
import { type Logger as PinoLogger, pino } from 'pino';
import { BufferedOutput } from './platform/buffered-output.ts';

/** The logger that is handed to whoever has something to say; `child({ … })` binds context. */
export type Logger = PinoLogger;

/** The levels, most talkative first. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * Opens the log: JSON lines on standard error, so that standard output stays for people. Keys never reach it. Nobody
 * waits for its readers: where there is none, or one that does not read, lines wait up to 1 MiB, and a line says how
 * many were left out beyond that.
 */
export function openLogger(level: (typeof logLevels)[number]): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['key', '*.key', 'presenterKey', '*.presenterKey'], censor: '[hidden]' },
    },
    new BufferedOutput(2, describeGap),
  );
}

function describeGap(lines: number): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: 'warn', time, lines, msg: 'Nobody read the log, and lines are missing here' })}\n`;
}

/** What is replaced of the console: what prints a line, and nothing else. */
type Printing = Pick<Console, 'debug' | 'log' | 'info' | 'warn' | 'error' | 'trace'>;

/**
 * Leads into the log what libraries print, such as kurento-client at each reconnection, and Node's warnings: what is
 * printed past the log would wait for a reader that does not read, and take the whole process along.
 *
 * What they tell in passing is for `debug`; their warnings and errors keep their level.
 */
export function logPrints(logger: Logger): void {
  const printed = logger.child({ part: 'console' });
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
