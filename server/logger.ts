import { type Logger as PinoLogger, pino } from 'pino';
import { PatientOutput } from './embedded-kurento/patient-output.ts';

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
    new PatientOutput(2, describeGap),
  );
}

function describeGap(lines: number): string {
  const time = new Date().toISOString();
  return `${JSON.stringify({ level: 'warn', time, lines, msg: 'nobody read the log, and lines are missing here' })}\n`;
}
