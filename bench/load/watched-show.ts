import type { Closer } from '../../server/closer.ts';
import type { Histogram } from '../figures/histogram.ts';
import { wait } from '../platform/clock.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';
import { LoadClient } from './load-client.ts';
import type { Span } from './load-client-protocol.ts';
import { collectReports, openWindow, summed, waitUntil } from './show-window.ts';

/** The reception of the viewers during a window: the share of packets that reached them, and their delays. */
export type Watched = { delivered: number; delaysUs: Histogram };

const settleMs = 2_000;
const joinsPerSecond = 20;

/** A show with viewers who keep watching while something else happens on the server. */
export class WatchedShow {
  readonly channel: string;
  readonly #clients: readonly LoadClient[];
  readonly #viewers: number;

  private constructor(channel: string, clients: readonly LoadClient[], viewers: number) {
    this.channel = channel;
    this.#clients = clients;
    this.#viewers = viewers;
  }

  /** Goes live and makes up to 100 viewers join; `closer` ends them all. @throws Error if a viewer sees nothing */
  static async open(
    server: MeasuredServer,
    viewers: number,
    closer: Closer,
    signal: AbortSignal,
  ): Promise<WatchedShow> {
    const { target } = server;
    const channel = `bench-${process.pid}`;
    const presenter = await closer.own(new LoadClient());
    await presenter.call('present', { target, show: { key: server.key, channel } });
    const audience = await closer.own(new LoadClient());
    const ask = { target, channel, count: viewers, perSecond: joinsPerSecond };
    const { failures } = await audience.call('join', ask, 30_000 + (viewers / joinsPerSecond) * 1_000);
    if (failures.length > 0) throw new Error(`The show could not be prepared: ${failures[0]}`);
    await wait(settleMs, signal);
    return new WatchedShow(channel, [presenter, audience], viewers);
  }

  /** Counts for `seconds`, while `work` runs from the beginning of the window. */
  async during<Result>(
    seconds: number,
    work: (window: Span) => Promise<Result>,
    signal: AbortSignal,
  ): Promise<{ watched: Watched; result: Result }> {
    const window = await openWindow(this.#clients, seconds);
    await waitUntil(window.fromUs, signal);
    const [result] = await Promise.all([work(window), waitUntil(window.toUs, signal)]);
    const reports = await collectReports(this.#clients, signal);
    const { sent, received, delaysUs } = summed(reports);
    const packets = received.reduce((sum, each) => sum + each, 0);
    return { watched: { delivered: packets / (sent * this.#viewers), delaysUs }, result };
  }
}
