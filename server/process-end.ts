import type { Closer } from './closer.ts';
import type { Logger } from './logger.ts';
import type { SupervisorMessage } from './supervised-server.ts';

/** What asks a process to end: whoever looks after it, Ctrl-C, and a terminal that is closed. */
const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** One request to stop reaches a process several times: from the terminal, from npm, from a parent. In milliseconds. */
const repeatMs = 1_000;

/**
 * Calls `stop` at the first signal to end, and `force` at the first that comes a second or more after it, when somebody
 * wants it to end at once.
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

/** How long an end may take before the process ends all the same, in milliseconds. */
const endWithinMs = 10_000;
/** The exit code after a fault that nobody caught, as sysexits.h has it for internal errors. */
const faultExitCode = 70;

/** What is closed before the process ends. */
type EndParts = {
  /** Everything, when somebody stops the server: its shows end. */
  closer: Closer;
  /** What is still done after a fault, when nothing can be relied upon: recordings are finished, and no show ends. */
  rescue: Closer;
  logger: Logger;
};

/**
 * Has the process end in order when it is told to, by a signal or by its supervisor, and after a fault.
 *
 * After an exception that nobody caught, something was left half done, and nobody knows what: the process finishes the
 * recordings and ends, to be started again, and its shows go on then as after a kill. The same goes for the loss of the
 * supervisor, who did not stop the shows. A promise that nobody awaited leaves nothing half done but itself, and is
 * only told.
 */
export function endInOrder({ closer, rescue, logger }: EndParts): void {
  let state: 'running' | 'ending' = 'running';
  const end = (what: Closer, code: number): void => {
    if (state === 'ending') return;
    state = 'ending';
    setTimeout(() => process.exit(code || 1), endWithinMs).unref();
    what.close().then(
      () => process.exit(code),
      (error: unknown) => {
        logger.error({ err: error }, 'Not everything ended in order');
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
  process.on('unhandledRejection', (error) => logger.error({ err: error }, 'Something failed that nobody awaited'));
  process.on('uncaughtException', (error) => {
    logger.error({ err: error }, 'Something failed that nobody caught; the server ends');
    end(rescue, faultExitCode);
  });
}
