import { type Logger as PinoLogger, pino } from 'pino';

/** The logger that is handed to whoever has something to say; `child({ … })` binds context. */
export type Logger = PinoLogger;

/** The levels, most talkative first. */
export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;

/**
 * Opens the log: JSON lines on standard error, so that standard output stays for people. Keys never reach it. Where
 * nobody reads any more, as after a terminal was closed, nothing happens.
 */
export function openLogger(level: (typeof logLevels)[number]): Logger {
  const destination = pino.destination({ dest: 2, sync: true });
  destination.on('error', () => {});
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: ['key', '*.key', 'presenterKey', '*.presenterKey'], censor: '[hidden]' },
    },
    destination,
  );
}
