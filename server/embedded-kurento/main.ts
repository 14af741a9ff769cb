import { inspect } from 'node:util';
import { BufferedOutput, bufferOutput } from '../platform/buffered-output.ts';
import { type CommandLine, readCommandLine, usage } from './command-line.ts';
import { type MediaServer, type MediaServerSettings, openMediaServer } from './media-server.ts';
import { defaultMaxTranscodes } from './transcoding/transcoding.ts';

/** The messages that this process sends to the one that forked it. */
export type ChildMessage =
  | { type: 'listening'; url: string }
  | { type: 'standing-by' }
  | { type: 'pong' }
  | { type: 'log'; level: 'debug' | 'info' | 'warn' | 'error'; message: string; context: string | undefined };

/**
 * The messages that the parent sends to this process: start serving, if it was started with `--standby`; answer a ping;
 * or finish the recordings and exit.
 */
export type ParentMessage = { type: 'serve'; settings: MediaServerSettings } | { type: 'ping' } | { type: 'end' };

/** The signals that a terminal sends on Ctrl-C and on closing, and that systemd sends to every process of a unit. */
const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const describeGap = (lines: number) => `warn ${lines} lines are missing here: nobody read them\n`;
const stdout = new BufferedOutput(1, describeGap);
const stderr = new BufferedOutput(2, describeGap);

/** Runs the media server as a process of its own, until a signal or its parent ends it. */
async function main(): Promise<void> {
  bufferOutput();
  // An uncaught exception leaves the process in an unknown state: the supervisor starts a clean one.
  process.on('uncaughtException', (error) => fail(`The media server has a fault and ends: ${inspect(error)}`));
  let commandLine: CommandLine;
  try {
    commandLine = readCommandLine(process.argv.slice(2));
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
  if (commandLine.help) {
    stdout.write(usage);
    return;
  }
  // These signals reach a whole process group; the parent still needs this process while it ends its broadcasts.
  if (process.send !== undefined) for (const signal of stopSignals) process.on(signal, () => undefined);
  const isStandby = process.send !== undefined && commandLine.standby;
  await serve(isStandby ? await toldToServe() : commandLine.options);
}

/** Waits for the parent's `serve` message, which carries the settings. Node queues messages that came earlier. */
function toldToServe(): Promise<MediaServerSettings> {
  const end = () => process.exit(0);
  process.once('disconnect', end);
  tellParent({ type: 'standing-by' });
  return new Promise((resolve) => {
    process.on('message', (message: ParentMessage) => {
      if (message.type === 'ping') tellParent({ type: 'pong' });
      if (message.type !== 'serve') return;
      process.off('disconnect', end);
      resolve(message.settings);
    });
  });
}

async function serve(settings: MediaServerSettings): Promise<void> {
  let server: MediaServer;
  try {
    server = await openMediaServer({ maxTranscodes: defaultMaxTranscodes(), ...settings, log });
  } catch (error) {
    return fail(explain(error, settings));
  }
  const end = () => {
    server.close().then(
      () => process.exit(0),
      (error: unknown) => fail(`The media server could not be closed: ${inspect(error)}`),
    );
  };
  if (process.send === undefined) for (const signal of stopSignals) process.once(signal, end);
  process.on('message', (message: ParentMessage) => {
    if (message.type === 'end') end();
  });
  // Without its parent, a child would keep a port and recordings that no one knows about.
  process.once('disconnect', end);
  if (process.send === undefined) stdout.write(`${server.url}\n`);
  else tellParent({ type: 'listening', url: server.url });
}

function explain(error: unknown, { host, port }: MediaServerSettings): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return `Port ${port} is taken: choose another one with --port.`;
  if (code === 'EACCES') return `Port ${port} may not be used without privileges: choose one above 1023 with --port.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `This machine has no address ${host}: correct --host.`;
  return `The media server could not be started: ${error instanceof Error ? error.message : String(error)}`;
}

function log(level: 'debug' | 'info' | 'warn' | 'error', message: string, context?: Record<string, unknown>): void {
  const details = context === undefined ? undefined : inspect(context, { breakLength: Number.POSITIVE_INFINITY });
  if (process.send !== undefined) tellParent({ type: 'log', level, message, context: details });
  else if (level !== 'debug') stderr.write(`${level} ${message}${details === undefined ? '' : ` ${details}`}\n`);
}

function tellParent(message: ChildMessage): void {
  // The channel closes when the parent goes; messages after that are of no use.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}

/** Prints the sentence and exits immediately. Output is written synchronously where possible, so nothing is lost. */
function fail(sentence: string): void {
  stderr.write(`${sentence}\n`);
  process.exit(1);
}

await main();
