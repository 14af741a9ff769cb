import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { constants, setPriority } from 'node:os';

/** How much of what FFmpeg complains about is kept, in characters. */
const keptComplaint = 500;

/** Arguments for every run: no questions, and no output but faults. */
export const quietArguments = ['-nostdin', '-hide_banner', '-loglevel', 'error'] as const;

/** Arguments that open a recording's file: it is what its name says, and names no other one to be read. */
export function inputArguments(path: string, options: readonly string[] = []): string[] {
  const format = /\.(mp4|m4a)$/.test(path) ? 'mov' : 'matroska';
  return ['-protocol_whitelist', 'file,pipe', '-f', format, ...options, '-i', `file:${path}`];
}

/** How FFmpeg is run: what happens with its output, and what ends it. */
type FfmpegRun = {
  /** Called with what it writes to standard output; `false` ends it. */
  read: (bytes: Buffer) => boolean;
  /** It is ended after this long without any output, in milliseconds. */
  silenceTimeoutMs: number;
  signal: AbortSignal;
};

/**
 * Runs FFmpeg with low priority: shows come first.
 * @throws Error with what it complained about; with the code `ENOENT` if there is no such program
 */
export async function runFfmpeg(
  command: string,
  args: readonly string[],
  { read, silenceTimeoutMs, signal }: FfmpegRun,
): Promise<void> {
  signal.throwIfAborted();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], killSignal: 'SIGKILL', signal });
  lowerPriority(child.pid);
  const silence = setTimeout(() => child.kill('SIGKILL'), silenceTimeoutMs);
  let complaint = '';
  child.stdout.on('data', (bytes: Buffer) => {
    silence.refresh();
    if (!read(bytes)) child.kill('SIGKILL');
  });
  child.stderr.on('data', (bytes: Buffer) => {
    complaint = `${complaint}${bytes}`.slice(0, keptComplaint);
  });
  try {
    const [code, killedBy] = await once(child, 'close');
    if (code !== 0) throw new Error(`FFmpeg ended with ${code ?? killedBy}: ${complaint.trim()}`);
  } finally {
    clearTimeout(silence);
  }
}

function lowerPriority(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    setPriority(pid, constants.priority.PRIORITY_LOW);
  } catch {
    // It has ended already, or the system does not allow it.
  }
}
