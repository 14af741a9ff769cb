import { type ErrorBody, toErrorBody } from '../../errors.ts';
import type { ListedRecording, RecordingListPage } from '../../recording.ts';
import { pageLength } from '../../recording-library.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { recordingChanges } from './recording-changes.ts';
import { queryInFragment, type RecordingQuery, readQuery, writeQuery } from './recording-query.ts';
import { hasCredentials, openSession } from './recording-session.ts';
import { fetchRecordingPage } from './recordings-client.ts';
import { isGrowing } from './recordings-feed.ts';

/** What the list shows. After an error, and while other recordings are looked for, the last ones are kept. */
export type RecordingPagesState = Omit<RecordingListPage, 'recordings'> & {
  query: RecordingQuery;
  /** `null` until some arrived. */
  recordings: ListedRecording[] | null;
  /** Whether the recordings are those of an earlier query. */
  isLooking: boolean;
  error: ErrorBody | null;
};

const growingEveryMs = 4_000;
const errorEveryMs = 8_000;
/** How long the list waits for further letters of a search, in milliseconds. */
const typingMs = 200;

/**
 * The pages of the list that were asked for, one below the other, for the query in the page's address. They are fetched
 * again while something in them grows, when this page changed some, and after they could not be fetched.
 */
export class RecordingPages {
  readonly #store = new Store<RecordingPagesState>({
    ...{ query: readQuery(''), recordings: null, isLooking: true, error: null },
    ...{ total: 0, next: null, channels: [], leaving: 0 },
  });
  readonly state: ReadableStore<RecordingPagesState> = this.#store;
  #wanted: number = pageLength.usual;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unsubscribe: () => void = () => {};

  open(): void {
    window.addEventListener('popstate', this.#followAddress);
    const unsubscribe = recordingChanges.subscribe(this.refresh);
    this.#unsubscribe = () => {
      unsubscribe();
      window.removeEventListener('popstate', this.#followAddress);
    };
    this.#set({ query: queryInFragment(location.hash) ?? readQuery('') });
    if (!hasCredentials()) {
      this.refresh();
      return;
    }
    const abort = this.#begin();
    void openSession().then(() => {
      if (!abort.signal.aborted) this.refresh();
    });
  }

  /** Stops fetching. May be called repeatedly. */
  close(): void {
    this.#unsubscribe();
    this.#stop();
  }

  /** Shows other recordings, from the first page on. What is typed letter by letter is one step of the history. */
  show(change: Partial<RecordingQuery>, isTyping = false): void {
    const query = { ...this.#store.get().query, ...change };
    const fragment = writeQuery(query);
    const address = location.pathname + (fragment && `#${fragment}`);
    // Next follows only what comes without its own state.
    if (isTyping) history.replaceState(null, '', address);
    else history.pushState(null, '', address);
    this.#look(query, isTyping ? typingMs : 0);
  }

  /** Shows the next page, too. */
  readonly more = (): void => {
    this.#wanted = (this.#store.get().recordings?.length ?? 0) + pageLength.usual;
    this.refresh();
  };

  /** Fetches now, and cancels any request in progress. */
  readonly refresh = (): void => {
    const abort = this.#begin();
    this.#fetchAll(abort.signal).then(
      (page) => {
        if (abort.signal.aborted) return;
        this.#set({ ...page, isLooking: false, error: null });
        if (page.recordings.some(isGrowing)) this.#again(growingEveryMs);
      },
      (error: unknown) => {
        if (abort.signal.aborted) return;
        this.#set({ error: toErrorBody(error), isLooking: false });
        this.#again(errorEveryMs);
      },
    );
  };

  readonly #followAddress = (): void => {
    // The browser also goes back to other pages of ours.
    const query = location.pathname.startsWith('/recordings') ? queryInFragment(location.hash) : null;
    if (query !== null) this.#look(query, 0);
  };

  #look(query: RecordingQuery, delayMs: number): void {
    this.#wanted = pageLength.usual;
    // The trash is another list, of which nothing can be shown in the meantime.
    const isOther = query.isTrash !== this.#store.get().query.isTrash;
    this.#set({ query, isLooking: true, ...(isOther && { recordings: null, error: null }) });
    this.#stop();
    this.#again(delayMs);
  }

  async #fetchAll(signal: AbortSignal): Promise<RecordingListPage> {
    const { query } = this.#store.get();
    const recordings: ListedRecording[] = [];
    for (let after: string | null = null; ; ) {
      const limit = Math.min(this.#wanted - recordings.length, pageLength.max);
      const page: RecordingListPage = await fetchRecordingPage(query, { after, limit }, signal);
      recordings.push(...page.recordings);
      after = page.next;
      if (after === null || recordings.length >= this.#wanted) return { ...page, recordings };
    }
  }

  #begin(): AbortController {
    this.#stop();
    const abort = new AbortController();
    this.#abort = abort;
    return abort;
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
  }

  #again(delayMs: number): void {
    this.#timer = setTimeout(() => this.refresh(), delayMs);
  }

  #set(change: Partial<RecordingPagesState>): void {
    this.#store.set({ ...this.#store.get(), ...change });
  }
}
