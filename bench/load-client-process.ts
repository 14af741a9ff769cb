import { cleanup, preload } from 'node-datachannel';
import { wait } from './clock.ts';
import { Histogram } from './histogram.ts';
import type {
  JoinReport,
  LoadClientCalls,
  LoadClientRequest,
  LoadClientResponse,
  LoadReport,
  Span,
} from './load-client-protocol.ts';
import { LoadPresenter } from './load-presenter.ts';
import { LoadViewer } from './load-viewer.ts';
import type { Measurement } from './measurement.ts';

/*
 * The process that plays presenter and viewers. It is separate, so that its CPU time is not counted as the server's. It
 * obeys the process that started it and ends with it.
 */

/** All peers in this process, and their counts. */
class Crowd {
  #presenter: LoadPresenter | null = null;
  readonly #viewers: LoadViewer[] = [];
  #delaysUs = new Histogram();
  #sent: Measurement | null = null;
  #received: Measurement[] = [];

  async present({ target, show, lowTier = false }: LoadClientCalls['present']['ask']): Promise<void> {
    this.#presenter = await LoadPresenter.start(target, show);
    await this.#presenter.waitForLive();
    if (lowTier) await this.#presenter.offerLowTier();
  }

  async join({
    target,
    channel,
    count,
    perSecond,
    narrow = false,
  }: LoadClientCalls['join']['ask']): Promise<JoinReport> {
    const report: JoinReport = { firstVideoMs: [], answerMs: [], failures: [] };
    const joins: Promise<void>[] = [];
    for (let viewer = 0; viewer < count; viewer += 1) {
      const join = LoadViewer.join(target, channel, { narrow }).then(async (joined) => {
        this.#viewers.push(joined);
        report.answerMs.push(joined.answerMs);
        report.firstVideoMs.push(await joined.waitForVideo());
      });
      joins.push(join.catch((error: Error) => void report.failures.push(error.message)));
      await wait(1000 / perSecond);
    }
    await Promise.all(joins);
    return report;
  }

  measure(span: Span): void {
    this.#delaysUs = new Histogram();
    this.#sent = this.#presenter?.measure(span) ?? null;
    this.#received = this.#viewers.map((viewer) => viewer.measure(span, this.#delaysUs));
  }

  report(): LoadReport {
    const links = [this.#presenter, ...this.#viewers].filter((member) => member !== null).map(({ link }) => link);
    const counters = this.#viewers.map((viewer) => viewer.counters);
    return {
      sent: this.#sent?.packets ?? 0,
      received: this.#received.map((measurement) => measurement.packets),
      delaysUs: this.#delaysUs.toJSON(),
      duplicates: counters.reduce((sum, { audio, video }) => sum + audio.duplicates + video.duplicates, 0),
      keyframeRequests: this.#presenter?.counters.keyframeRequests ?? 0,
      stalls: this.#presenter?.counters.stalls ?? 0,
      brokenLinks: links.filter((link) => link.closedByServer !== null || link.peer.state !== 'connected').length,
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.#viewers.map((viewer) => viewer.close()));
    await this.#presenter?.close();
  }
}

const crowd = new Crowd();

async function obey(request: LoadClientRequest): Promise<unknown> {
  switch (request.name) {
    case 'present':
      await crowd.present(request.body);
      return {};
    case 'join':
      return crowd.join(request.body);
    case 'measure':
      crowd.measure(request.body);
      return {};
    case 'report':
      return crowd.report();
  }
}

process.on('message', (request: LoadClientRequest) => {
  const respond = (response: LoadClientResponse) => void (process.connected && process.send?.(response));
  obey(request).then(
    (answer) => respond({ id: request.id, answer }),
    (error: Error) => respond({ id: request.id, error: error.message }),
  );
});

process.once('disconnect', async () => {
  await crowd.close();
  cleanup();
  process.exit(0);
});

// An interrupt from the keyboard reaches all processes at once; the process that started this one decides what to do.
process.on('SIGINT', () => {});
preload();
