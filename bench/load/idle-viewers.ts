import { type ChildProcess, fork } from 'node:child_process';
import { Histogram } from '../figures/histogram.ts';
import { siblingModule } from '../platform/sibling-module.ts';

/** What idle viewers are to do: connect to a web server and follow a channel, so many at the same time. */
export type IdleViewersOrder = { url: string; channel: string; count: number; inFlight: number; timeoutMs: number };

/** What their process reports. Times are in microseconds. */
export type IdleViewersReport =
  /** All have tried to follow: how long the replies took, and why some failed. */
  | { type: 'joined'; replyUs: number[]; failures: string[] }
  /** All who follow have been told of a new title: how long that took, each from the time that is in the title. */
  | { type: 'told'; delayUs: number[] };

/** Viewers without media in a process of their own, which ends with this one. */
export class IdleViewers {
  readonly #process: ChildProcess;

  constructor() {
    this.#process = fork(siblingModule(import.meta.url, './idle-viewers-process'), { execArgv: [...process.execArgv] });
  }

  /** Connects them. Resolves when all have been answered, with the times of those who follow, and the others' errors. */
  async join(order: IdleViewersOrder): Promise<{ replyUs: Histogram; failures: string[] }> {
    const report = this.#next('joined');
    this.#process.send(order);
    const { replyUs, failures } = await report;
    return { replyUs: new Histogram(replyUs), failures };
  }

  /** Resolves when all who follow have been told of the next title, with the time that it took for each. */
  async told(): Promise<Histogram> {
    return new Histogram((await this.#next('told')).delayUs);
  }

  /** Ends the process without a word. May be called twice. */
  close(): void {
    if (this.#process.connected) this.#process.disconnect();
  }

  #next<Type extends IdleViewersReport['type']>(type: Type): Promise<Extract<IdleViewersReport, { type: Type }>> {
    return new Promise((resolve, reject) => {
      const settle = (finish: () => void) => {
        this.#process.off('message', receive);
        this.#process.off('exit', end);
        finish();
      };
      const receive = (report: IdleViewersReport) => {
        // The type says which one it is.
        if (report.type === type) settle(() => resolve(report as Extract<IdleViewersReport, { type: Type }>));
      };
      const end = (code: number | null) => settle(() => reject(new Error(`The viewers ended with code ${code}.`)));
      this.#process.on('message', receive);
      this.#process.on('exit', end);
    });
  }
}
