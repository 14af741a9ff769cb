import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';

/**
 * Runs a program, and ends it when standard input is closed. Where there is `setsid`, the program leads a process group
 * that ends with it: some programs only start another one that does the work.
 */
const script = [
  'exec 3<&0',
  'if command -v setsid >/dev/null; then setsid "$0" "$@" 3<&- & child=$!; target=-$child',
  'else "$0" "$@" 3<&- & child=$!; target=$child; fi',
  // A signal to the whole group, such as Ctrl+C, must not end the guard before its work is done.
  '(trap "" HUP INT TERM; cat <&3 >/dev/null; kill -- $target) 2>/dev/null & guard=$!',
  'wait $child; code=$?',
  'kill -KILL $guard 2>/dev/null',
  'exit $code',
].join('\n');

/** In characters. A coturn that is verbose prints some hundred kilobytes in a test. */
const longestOutput = 1 << 20;

/** For tests: a foreign program that ends with this process, however that ends. */
export class TiedProcess {
  readonly #shell: ChildProcess;
  readonly #ended: Promise<void>;
  readonly #news = new EventEmitter();
  #output = '';

  constructor(program: string, args: readonly string[], environment: Record<string, string> = {}) {
    const settings = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    this.#shell = spawn('/bin/sh', ['-c', script, 'env', ...settings, program, ...args]);
    this.#ended = new Promise((resolve) => void this.#shell.once('close', () => resolve()));
    for (const stream of [this.#shell.stdout, this.#shell.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output = (this.#output + chunk.toString()).slice(-longestOutput);
        this.#news.emit('output');
      });
    }
    this.#shell.stdin?.on('error', () => {});
  }

  /** The last part of what it printed. */
  get output(): string {
    return this.#output;
  }

  /**
   * Resolves when its output matches.
   * @throws Error with its output if it ends before
   */
  async printed(pattern: RegExp): Promise<void> {
    const ended = this.#ended.then(() => 'ended');
    while (!pattern.test(this.#output)) {
      const outcome = await Promise.race([once(this.#news, 'output'), ended]);
      if (outcome === 'ended' && !pattern.test(this.#output)) throw new Error(`The program ended:\n${this.#output}`);
    }
  }

  /** Ends it, and resolves when it has ended; may be called twice. */
  async close(): Promise<void> {
    this.#shell.stdin?.end();
    await this.#ended;
  }
}
