import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { Recording } from '../../recording.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { useOpened, useStore } from '../page/use-store.ts';
import { fetchRecordings } from './recordings-client.ts';

/** What is known of the recordings; an error leaves the last list where it was. */
export type RecordingsState = { recordings: Recording[] | null; error: ErrorBody | null };

/** True while the recording still changes by itself. */
function isGrowing(recording: Recording): boolean {
  return recording.state === 'recording' || recording.state === 'finishing';
}

const growingEveryMs = 4_000;
const errorEveryMs = 8_000;

/** The list of recordings, fetched anew while something in it grows or while it could not be had. */
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
    this.refresh();
  }

  /** Fetches now, in place of any request under way. */
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

  /** Stops fetching. May be called repeatedly; {@link refresh} begins anew. */
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
 * The recordings that `fetchList` gives, kept fresh as long as the component is shown. `fetchList` is that of the first
 * rendering for good, so a component that changes what it fetches needs a `key`.
 */
export function useRecordings(fetchList = fetchRecordings): RecordingsState & Pick<RecordingsFeed, 'refresh'> {
  const feed = useOpened(() => new RecordingsFeed(fetchList));
  return { ...useStore(feed.state), refresh: feed.refresh };
}
