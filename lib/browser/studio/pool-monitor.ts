import { errorCodes } from '../../error-codes.ts';
import { AppError, type ErrorBody, toErrorBody } from '../../errors.ts';
import { type PoolReport, poolPaths } from '../../pool-view.ts';
import { type ReadableStore, Store } from '../page/store.ts';

/** A media server of the pool, as the page shows it. */
export type ShownMember = PoolReport['members'][number];

/**
 * The media servers, `null` until they are known and if there is no pool (`isSingle`); the id of the one that is being
 * changed; and the last failure, until something succeeds.
 */
export type PoolState = {
  members: readonly ShownMember[] | null;
  isSingle: boolean;
  changing: string | null;
  problem: ErrorBody | null;
};

/** Sends a request; tests pass their own. */
type Fetch = (path: string, init: RequestInit) => Promise<Response>;

/** How often the page looks, in milliseconds. */
const lookEveryMs = 2_000;

/** The pool of media servers, in the hands of the owner of the server; up to date for as long as it is open. */
export class PoolMonitor {
  readonly #store = new Store<PoolState>({ members: null, isSingle: false, changing: null, problem: null });
  readonly state: ReadableStore<PoolState> = this.#store;
  readonly #key: string;
  readonly #fetch: Fetch;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts the requests: an answer that a later one has overtaken is ignored. */
  #requests = 0;
  #isOpen = false;

  /** @param key the owner key */
  constructor(key: string, fetching: Fetch = (path, init) => fetch(path, init)) {
    this.#key = key;
    this.#fetch = fetching;
  }

  open(): void {
    this.#isOpen = true;
    void this.refresh();
  }

  close(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }

  /** Looks now, and again after a while. Never rejects. */
  refresh(): Promise<void> {
    return this.#ask(poolPaths.report, 'GET');
  }

  /** Empties a media server, or uses it again. Never rejects. */
  async change(id: string, verb: 'drain' | 'undrain'): Promise<void> {
    this.#set({ changing: id });
    await this.#ask(poolPaths.change(id, verb), 'POST');
    this.#set({ changing: null });
  }

  async #ask(path: string, method: 'GET' | 'POST'): Promise<void> {
    clearTimeout(this.#timer);
    this.#requests += 1;
    const request = this.#requests;
    const isLatest = () => this.#requests === request && this.#isOpen;
    try {
      const { members } = await this.#request(path, method);
      if (isLatest()) this.#set({ members, isSingle: false, problem: null });
    } catch (error) {
      const problem = toErrorBody(error);
      if (!isLatest()) return;
      if (problem.code === 'no-pool') this.#set({ members: null, isSingle: true, problem: null });
      else this.#set({ problem });
    }
    if (isLatest()) this.#timer = setTimeout(() => void this.refresh(), lookEveryMs);
  }

  async #request(path: string, method: string): Promise<PoolReport> {
    const headers = { Authorization: `Bearer ${this.#key}` };
    let response: Response;
    try {
      response = await this.#fetch(path, { method, headers, cache: 'no-store' });
    } catch (cause) {
      throw new AppError('connection-lost', 'The server did not answer. Check your network connection.', { cause });
    }
    const body = (await response.json().catch(() => null)) as (PoolReport & { error?: Partial<ErrorBody> }) | null;
    if (response.ok && Array.isArray(body?.members)) return body;
    const code = errorCodes.find((known) => known === body?.error?.code) ?? 'internal';
    throw new AppError(code, body?.error?.message ?? 'The server could not do that.');
  }

  #set(change: Partial<PoolState>): void {
    if (this.#isOpen) this.#store.set({ ...this.#store.get(), ...change });
  }
}
