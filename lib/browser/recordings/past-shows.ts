import type { Recording } from '../../recording.ts';
import { type ReadableStore, Store } from '../page/store.ts';
import { hasCredentials, openSession } from './recording-session.ts';
import { fetchRecordingPage } from './recordings-client.ts';

/** What is on a channel for this viewer: a show, nothing, or nothing that the viewer may see. */
export type ChannelMoment = 'on' | 'off' | 'closed';

/** How many are shown. */
const most = 8;
/** A recording is finished within seconds of its show; how often to look for it, in milliseconds, and how many times. */
const growingEveryMs = 4_000;
const maxLooks = 30;

/** The newest recordings of a channel, some more than are shown: those that are not finished are left out. */
async function fetchNewest(channel: string, signal: AbortSignal): Promise<Recording[]> {
  const query = { search: '', channel, sort: 'newest', isTrash: false } as const;
  return (await fetchRecordingPage(query, { after: null, limit: most + 2 }, signal)).recordings;
}

type FetchRecordings = (signal: AbortSignal) => Promise<Recording[]>;

/**
 * The past shows of one channel that this viewer may see, newest first; empty until they are known, and where the list
 * is not for everyone. They are read when the page opens and after a show, and not while a show is on.
 */
export class PastShows {
  readonly #channel: string;
  readonly #fetchList: FetchRecordings;
  readonly #store = new Store<readonly Recording[]>([]);
  readonly state: ReadableStore<readonly Recording[]> = this.#store;
  #moment: ChannelMoment | null = null;
  #abort: AbortController | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(channel: string, fetchList: FetchRecordings = (signal) => fetchNewest(channel, signal)) {
    this.#channel = channel;
    this.#fetchList = fetchList;
  }

  /** Does nothing until {@link follow} is called. */
  open(): void {
    this.#moment = null;
  }

  /** Follows what is on the channel. */
  follow(moment: ChannelMoment): void {
    const before = this.#moment;
    if (moment === before) return;
    this.#moment = moment;
    // A show that begins adds no past show, and its viewers are many.
    clearTimeout(this.#timer);
    if (before !== 'off' || moment !== 'on') void this.#refresh(maxLooks);
  }

  /** Stops. May be called repeatedly. */
  close(): void {
    clearTimeout(this.#timer);
    this.#abort?.abort();
    this.#abort = null;
  }

  async #refresh(looks: number): Promise<void> {
    this.close();
    const abort = new AbortController();
    this.#abort = abort;
    try {
      if (hasCredentials()) await openSession();
      const all = (await this.#fetchList(abort.signal)).filter(({ channel }) => channel === this.#channel);
      if (abort.signal.aborted) return;
      this.#abort = null;
      this.#store.set(all.filter(({ state }) => state === 'ready').slice(0, most));
      const isGrowing = all.some(({ state }) => state === 'recording' || state === 'finishing');
      if (isGrowing && this.#moment !== 'on' && looks > 0) {
        this.#timer = setTimeout(() => void this.#refresh(looks - 1), growingEveryMs);
      }
    } catch {
      // The shows are extras. Problems with the connection or the rights are reported where they matter.
      if (!abort.signal.aborted) this.#abort = null;
    }
  }
}
