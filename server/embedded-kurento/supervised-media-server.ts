import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { type ForkedMediaServer, forkMediaServer, type StandbyMediaServer } from './forked-media-server.ts';
import type { MediaServerOptions, MediaServerSettings } from './media-server.ts';

/** How the supervised media server is set up. */
export type EmbeddedKurentoOptions = MediaServerSettings & {
  /** Called for each line to log, from the media server and from the supervisor. */
  log: MediaServerOptions['log'];
  /** Called when a new process answers at the url after the former one died; all media objects are gone then. */
  onRestart?: (() => void) | undefined;
  /** Called when one process after another dies young, at each death from the third on. */
  onCrashLoop?: ((row: { deaths: number; nextTryMs: number }) => void) | undefined;
  /** Whether a loaded standby process is kept, which takes over within milliseconds; true by default. */
  standby?: boolean | undefined;
};

/** A media server in a process of its own. */
export type EmbeddedKurento = {
  /** Where clients connect, with the secret; it stays the same when the process is replaced. */
  readonly url: string;
  /** The process that serves now; undefined between two processes. */
  pid(): number | undefined;
  /** The standby process, once it has loaded; undefined while there is none. */
  standbyPid(): number | undefined;
  /** Ends the process after it has finished its recordings; may be called twice. */
  close(): Promise<void>;
};

/** How long to wait before each restart in a row of processes that died young; the last delay is repeated. */
const restartDelaysMs = [0, 0, 250, 500, 1_000, 2_000, 5_000];
/** A process that lived at least this long is not part of such a row. */
const maturityMs = 10_000;
/** How many deaths in a row are reported as a crash loop. */
const crashLoopDeaths = 3;
/** Delay before the next standby process is loaded: not while all clients reconnect or the application starts. */
const standbyDelayMs = 1_500;
/** How long it may take to finish recordings. */
const timeoutMs = 5_000;

/**
 * Starts a media server in a process of its own, so that packets never wait for the application, and replaces the
 * process whenever it dies. Only clients that know its secret are let in: any program of any user on this machine can
 * reach the loopback. Unless one is given, the secret is random; the process gets it by a message, as all users can read
 * command lines.
 * @throws Error with the message of the process itself when the first one cannot be started
 */
export async function startEmbeddedKurento(options: EmbeddedKurentoOptions): Promise<EmbeddedKurento> {
  const { log, onRestart, onCrashLoop, standby, ...given } = options;
  const settings = { secret: randomBytes(24).toString('base64url'), ...given };
  const closed = new AbortController();
  const first = await forkMediaServer(log, closed.signal).serve(settings);
  // A port that the system chose is kept, so that the url is valid for the next process as well.
  const keptSettings = { ...settings, port: Number(new URL(first.url).port) };
  const supervisor = new Supervisor({ log, onRestart, onCrashLoop, standby }, keptSettings, closed, first);
  return {
    url: first.url,
    pid: () => supervisor.pid,
    standbyPid: () => supervisor.standbyPid,
    close: () => supervisor.close(),
  };
}

class Supervisor {
  readonly #options: Omit<EmbeddedKurentoOptions, keyof MediaServerSettings>;
  readonly #settings: MediaServerSettings;
  readonly #closed: AbortController;
  readonly #supervising: Promise<void>;
  #running: ForkedMediaServer | null;
  #standby: StandbyMediaServer | null = null;
  #standbyTimer: NodeJS.Timeout | undefined;

  constructor(
    options: Omit<EmbeddedKurentoOptions, keyof MediaServerSettings>,
    settings: MediaServerSettings,
    closed: AbortController,
    first: ForkedMediaServer,
  ) {
    this.#options = options;
    this.#settings = settings;
    this.#closed = closed;
    this.#running = first;
    this.#supervising = this.#supervise(first);
    this.#planStandby();
  }

  get pid(): number | undefined {
    return this.#running?.pid;
  }

  get standbyPid(): number | undefined {
    return this.#standby?.isLoaded() === true ? this.#standby.pid : undefined;
  }

  async close(): Promise<void> {
    // This kills a process that stands by or is about to listen.
    this.#closed.abort();
    clearTimeout(this.#standbyTimer);
    await Promise.all([this.#running?.end(timeoutMs), this.#standby?.ended]);
    await this.#supervising;
  }

  /** Waits for the process to die, and starts the next; ends when the supervisor is closed. */
  async #supervise(first: ForkedMediaServer): Promise<void> {
    let deathsInARow = 0;
    let current: ForkedMediaServer | null = first;
    while (current !== null) {
      const startedAt = performance.now();
      const { code, signal } = await current.ended;
      this.#running = null;
      if (this.#closed.signal.aborted) return;
      this.#options.log('error', 'The media server died; a new one is started', { code, signal });
      if (performance.now() - startedAt >= maturityMs) deathsInARow = 0;
      do current = await this.#tryNext(++deathsInARow);
      while (current === null && !this.#closed.signal.aborted);
    }
  }

  /** @param deaths how many processes died young in a row, those that never listened included */
  async #tryNext(deaths: number): Promise<ForkedMediaServer | null> {
    const { signal } = this.#closed;
    const nextTryMs = restartDelaysMs[deaths - 1] ?? restartDelaysMs.at(-1) ?? 0;
    if (deaths >= crashLoopDeaths) {
      this.#options.log('error', 'The media server dies again and again', { deaths, nextTryMs });
      this.#options.onCrashLoop?.({ deaths, nextTryMs });
    }
    try {
      if (nextTryMs > 0) await delay(nextTryMs, undefined, { signal });
      const next = await this.#takeStandby().serve(this.#settings);
      if (signal.aborted) {
        await next.end(0);
        return null;
      }
      this.#running = next;
      this.#options.log('warn', 'A new media server is running; what the former one had is gone', { pid: next.pid });
      this.#options.onRestart?.();
      this.#planStandby();
      return next;
    } catch (error) {
      if (!signal.aborted) this.#options.log('error', 'The media server could not be started again', { error });
      return null;
    }
  }

  #takeStandby(): StandbyMediaServer {
    clearTimeout(this.#standbyTimer);
    const standby = this.#standby ?? forkMediaServer(this.#options.log, this.#closed.signal);
    this.#standby = null;
    return standby;
  }

  #planStandby(): void {
    if (this.#options.standby === false) return;
    this.#standbyTimer = setTimeout(() => {
      const standby = forkMediaServer(this.#options.log, this.#closed.signal);
      this.#standby = standby;
      // A standby process that dies while it waits is not replaced: the next restart then takes as long as a full one.
      void standby.ended.then(() => {
        if (this.#standby === standby) this.#standby = null;
      });
    }, standbyDelayMs);
    this.#standbyTimer.unref();
  }
}
