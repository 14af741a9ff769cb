import { format } from 'node:util';
import { type Logger as PinoLogger, pino } from 'pino';
import { BufferedOutput } from './platform/buffered-output.ts';

/** The logger that is passed to everything that logs; `child({ … })` binds context. */
export type Logger = PinoLogger;

/** Fields of these names are never logged. */
const secrets = ['key', 'presenterKey', 'credential', 'passcode', 'ticket', 'resumeToken'];

/** The levels, most verbose first. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * Opens the log: JSON lines on standard error, so that standard output is left for people. Keys are never logged.
 * Writing never blocks on the reader: if there is none, or it does not read, up to 1 MiB of lines is buffered. Lines
 * beyond that are dropped, and a line in the log says how many.
 */
export function openLogger(level: (typeof logLevels)[number]): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: '[hidden]' },
    },
    new BufferedOutput(2, describeGap),
  );
}

function describeGap(lines: number): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: 'warn', time, lines, msg: 'The log was not read, and lines are missing here' })}\n`;
}

/** The methods of the console that are replaced: those that print a line. */
type Printing = Pick<Console, 'debug' | 'log' | 'info' | 'warn' | 'error' | 'trace'>;

/**
 * Redirects the output of libraries, such as kurento-client at each reconnection, and Node's warnings to the log.
 * Output that bypassed the log could block on a reader that does not read, and stop the whole process.
 *
 * Their ordinary messages are logged at `debug`; warnings and errors keep their level.
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
  process.on('warning', (warning) => printed.warn({ err: warning }, 'Node emitted a warning'));
}
