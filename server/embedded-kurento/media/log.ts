/** Takes what deserves a line in the log. */
export type Log = (
  level: 'debug' | 'info' | 'warn' | 'error',
  message: string,
  context?: Record<string, unknown>,
) => void;
