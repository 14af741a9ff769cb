import type { Closer } from './closer.ts';
import type { Logger } from './logger.ts';
import type { SupervisorMessage } from './supervised-server.ts';

/** The signals that ask a process to end: from its process manager, by Ctrl-C, and when its terminal is closed. */
const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Signals within this time, in milliseconds, are one request: it may come from the terminal, from npm and a parent. */
const repeatMs = 1_000;

/**
 * Calls `stop` at the first signal to end, and `force` at the first one that comes a second or more later: the user
 * then wants the process to end immediately.
 */
export function onStopSignals(stop: (signal: NodeJS.Signals) => void, force: () => void): void {
  let firstAt: number | null = null;
  for (const signal of stopSignals) {
    process.on(signal, () => {
      const now = performance.now();
      if (firstAt === null) stop(signal);
      else if (now - firstAt >= repeatMs) force();
      firstAt ??= now;
    });
  }
}

/** How long an orderly shutdown may take before the process exits anyway, in milliseconds. */
const endWithinMs = 10_000;
/** The exit code after an uncaught fault: EX_SOFTWARE of sysexits.h, for internal errors. */
const faultExitCode = 70;

/** What is closed before the process exits. */
type EndParts = {
  /** Closes everything when the server is stopped; its shows end. */
  closer: Closer;
  /** Closed after a fault, when nothing can be relied on: recordings are finished, and no show ends. */
  rescue: Closer;
  logger: Logger;
};

/**
 * Makes the process shut down cleanly when a signal or its supervisor asks for it, and after a fault.
 *
 * After an uncaught exception, something was left half done, and it is unknown what. The process finishes its
 * recordings and exits to be restarted, and its shows then continue as after a kill. The same applies if the supervisor
 * is lost, because it did not stop the shows. An unhandled rejection leaves nothing half done but its own operation,
 * and is only logged.
 */
export function endInOrder({ closer, rescue, logger }: EndParts): void {
  let state: 'running' | 'ending' = 'running';
  const end = (what: Closer, code: number): void => {
    if (state === 'ending') return;
    state = 'ending';
    setTimeout(() => {
      logger.error({ closing: what.current }, 'Not everything shut down in time; the server exits');
      process.exit(code || 1);
    }, endWithinMs).unref();
    what.close().then(
      () => process.exit(code),
      (error: unknown) => {
        logger.error({ err: error }, 'Not everything shut down cleanly');
        process.exit(code || 1);
      },
    );
  };
  const stop = (signal: string): void => {
    if (state === 'running') logger.info({ signal }, 'Stopping');
    end(closer, 0);
  };
  onStopSignals(stop, () => process.exit(1));
  process.on('message', (message: SupervisorMessage) => {
    if (message.type === 'stop') stop(message.signal);
  });
  process.once('disconnect', () => end(rescue, faultExitCode));
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'A promise rejected and was not handled'));
  process.on('uncaughtException', (error) => {
    logger.error({ err: error }, 'An exception was not caught; the server exits');
    end(rescue, faultExitCode);
  });
}
