import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { Recording } from '../../recording.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { useOpened, useStore } from '../page/use-store.ts';
import { hasCredentials, openSession } from './recording-session.ts';
import { fetchRecordings } from './recordings-client.ts';

/** The list of recordings; after an error, the last list is kept. */
export type RecordingsState = { recordings: Recording[] | null; error: ErrorBody | null };

/** True while the recording still changes on its own. */
function isGrowing(recording: Recording): boolean {
  return recording.state === 'recording' || recording.state === 'finishing';
}

const growingEveryMs = 4_000;
const errorEveryMs = 8_000;

/** The list of recordings, fetched again while something in it grows, or after it could not be fetched. */
class RecordingsFeed {
  readonly #store = new Store<RecordingsState>({ recordings: null, error: null });
  readonly state: ReadableStore<RecordingsState> = this.#store;
  readonly #fetchList: typeof fetchRecordings;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(fetchList = fetchRecordings) {
    this.#fetchList = fetchList;
  }

  open(): void {
    this.reopen();
  }

  /** Fetches now, after the server was shown what this browser may see. */
  readonly reopen = (): void => {
    if (!hasCredentials()) {
      this.refresh();
      return;
    }
    this.close();
    const abort = new AbortController();
    this.#abort = abort;
    void openSession().then(() => {
      if (!abort.signal.aborted) this.refresh();
    });
  };

  /** Fetches now, and cancels any request in progress. */
  readonly refresh = (): void => {
    this.close();
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
        this.#store.set({ ...this.#store.get(), error: toErrorBody(error) });
        this.#again(errorEveryMs);
      },
    );
  };

  /** Stops fetching. May be called repeatedly; {@link refresh} starts again. */
  close(): void {
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
export function useRecordings(
  fetchList = fetchRecordings,
): RecordingsState & Pick<RecordingsFeed, 'refresh' | 'reopen'> {
  const feed = useOpened(() => new RecordingsFeed(fetchList));
  return { ...useStore(feed.state), refresh: feed.refresh, reopen: feed.reopen };
}
