import { cleanup, preload } from 'node-datachannel';
import { Histogram } from '../figures/histogram.ts';
import type { Measurement } from '../figures/measurement.ts';
import { wait } from '../platform/clock.ts';
import type {
  AudienceReport,
  JoinReport,
  LoadClientCalls,
  LoadClientRequest,
  LoadClientResponse,
  LoadReport,
  Span,
  ViewerJoin,
} from './load-client-protocol.ts';
import { LoadPresenter } from './load-presenter.ts';
import { LoadViewer } from './load-viewer.ts';

/*
 * The process that plays presenter and viewers. It is separate, so that its CPU time is not counted as the server's. It
 * obeys the process that started it and ends with it.
 */

/** All peers in this process, and their counts. */
class Crowd {
  #presenter: LoadPresenter | null = null;
  readonly #viewers: LoadViewer[] = [];
  #sent: Measurement | null = null;
  /** The measurements of the viewers, by the UDP port of the media server; those of one port share their delays. */
  #audiences = new Map<number | null, { received: Measurement[]; delaysUs: Histogram }>();

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
    const report: JoinReport = { joins: [], failures: [] };
    const joins: Promise<void>[] = [];
    for (let viewer = 0; viewer < count; viewer += 1) {
      const join = LoadViewer.join(target, channel, { narrow }).then(async (joined) => {
        this.#viewers.push(joined);
        const { joinedUs, answerMs } = joined;
        const entry: ViewerJoin = { joinedUs, answerMs, firstVideoMs: null, mediaPort: null };
        report.joins.push(entry);
        entry.firstVideoMs = await joined.waitForVideo();
        entry.mediaPort = joined.mediaPort;
      });
      joins.push(join.catch((error: Error) => void report.failures.push(error.message)));
      await wait(1000 / perSecond);
    }
    await Promise.all(joins);
    return report;
  }

  async stop(): Promise<void> {
    await this.#presenter?.stop();
  }

  measure(span: Span): void {
    this.#sent = this.#presenter?.measure(span) ?? null;
    this.#audiences = new Map();
    for (const viewer of this.#viewers) {
      const { mediaPort } = viewer;
      const audience = this.#audiences.get(mediaPort) ?? { received: [], delaysUs: new Histogram() };
      this.#audiences.set(mediaPort, audience);
      audience.received.push(viewer.measure(span, audience.delaysUs));
    }
  }

  report(): LoadReport {
    const links = [this.#presenter, ...this.#viewers].filter((member) => member !== null).map(({ link }) => link);
    const counters = this.#viewers.map((viewer) => viewer.counters);
    const audiences = [...this.#audiences].map(
      ([mediaPort, { received, delaysUs }]): AudienceReport => ({
        mediaPort,
        received: received.map(({ packets }) => packets),
        delaysUs: delaysUs.toJSON(),
      }),
    );
    return {
      sent: this.#sent?.packets ?? 0,
      audiences,
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
    case 'stop':
      await crowd.stop();
      return {};
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
