import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { Recording } from '../../recording.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { useOpened, useStore } from '../page/use-store.ts';
import { recordingChanges } from './recording-changes.ts';
import { hasCredentials, openSession } from './recording-session.ts';

/** Recordings; after an error, the last ones are kept. */
export type RecordingsState = { recordings: Recording[] | null; error: ErrorBody | null };

/** True while the recording still changes on its own. */
export function isGrowing(recording: Pick<Recording, 'state'>): boolean {
  return recording.state === 'recording' || recording.state === 'finishing';
}

const growingEveryMs = 4_000;
const errorEveryMs = 8_000;

/** Fetches recordings. */
type FetchList = (signal: AbortSignal) => Promise<Recording[]>;

/**
 * Recordings, fetched again while one of them grows, when this page changed some, or after they could not be fetched.
 */
class RecordingsFeed {
  readonly #store = new Store<RecordingsState>({ recordings: null, error: null });
  readonly state: ReadableStore<RecordingsState> = this.#store;
  readonly #fetchList: FetchList;
  #unsubscribe: () => void = () => {};
  #shareFault: ErrorBody | null = null;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(fetchList: FetchList) {
    this.#fetchList = fetchList;
  }

  open(): void {
    this.#unsubscribe = recordingChanges.subscribe(this.refresh);
    this.reopen();
  }

  /** Fetches now, after the server was shown what this browser may see. */
  readonly reopen = (): void => {
    if (!hasCredentials()) {
      this.refresh();
      return;
    }
    this.#stop();
    const abort = new AbortController();
    this.#abort = abort;
    void openSession().then((shareFault) => {
      this.#shareFault = shareFault ?? this.#shareFault;
      if (!abort.signal.aborted) this.refresh();
    });
  };

  /** Fetches now, and cancels any request in progress. */
  readonly refresh = (): void => {
    this.#stop();
    const abort = new AbortController();
    this.#abort = abort;
    this.#fetchList(abort.signal).then(
      (recordings) => {
        if (abort.signal.aborted) return;
        this.#store.set({ recordings, error: null });
        if (recordings.some(isGrowing)) this.#again(growingEveryMs);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        const body = toErrorBody(error);
        // A visitor whose share link is over learns that, rather than who else may watch.
        const isRefused = body.code !== 'connection-lost' && body.code !== 'recording-not-found';
        const told = isRefused && this.#shareFault !== null ? this.#shareFault : body;
        this.#store.set({ ...this.#store.get(), error: told });
        this.#again(errorEveryMs);
      },
    );
  };

  /** Stops fetching. May be called repeatedly; {@link refresh} starts again. */
  close(): void {
    this.#unsubscribe();
    this.#stop();
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
  }

  #again(delayMs: number): void {
    this.#timer = setTimeout(() => this.refresh(), delayMs);
  }
}

/**
 * The recordings that `fetchList` returns, kept up to date as long as the component is mounted. Only the `fetchList` of
 * the first render is used, so a component that changes what it fetches needs a `key`.
 */
export function useRecordings(fetchList: FetchList): RecordingsState & Pick<RecordingsFeed, 'refresh' | 'reopen'> {
  const feed = useOpened(() => new RecordingsFeed(fetchList));
  return { ...useStore(feed.state), refresh: feed.refresh, reopen: feed.reopen };
}
