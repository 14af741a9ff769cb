import type { StoredValues } from '../page/browser-storage.ts';

/** The transports by which Socket.IO can connect. */
export type TransportName = 'websocket' | 'polling';

/** The order in which an attempt tries the transports, and how long it may take in all, in milliseconds. */
export type TransportPlan = { transports: TransportName[]; timeoutMs: number };

/** How a network interfered with WebSockets, and when, in milliseconds since the epoch. */
type Trouble = { kind: 'swallowed' | 'cut'; at: number };

const storageKey = 'rostrum.websockets';
/** An observation expires after this time. Networks change, and a WebSocket is the faster transport. */
const rememberedMs = 600_000;
/**
 * A WebSocket that opens at all opens within this time, except on the slowest networks. There, polling is no slower to
 * start with, because it reuses the connection over which the page was loaded.
 */
const websocketMs = 2_000;
const pollingMs = 5_000;
/** A WebSocket that repeatedly breaks sooner than this does not break by accident. */
const shortLivedMs = 20_000;
const manyBreaks = 2;

/**
 * Decides by which transport to connect. WebSockets come first, so that there is no delay where they work. Proxies
 * prevent them in three ways. A proxy that *refuses* the upgrade is noticed immediately, and the same attempt goes on
 * with long polling. One that *swallows* it costs the time of an attempt; from then on polling comes first, and a
 * WebSocket takes over if one opens meanwhile. One that *cuts* a WebSocket soon after it opened would cut the next one
 * as well, so the connection then stays with polling.
 */
export class TransportChoice {
  readonly #memory: StoredValues;
  #breaks = 0;

  /** @param memory shared by all connections of a tab, so that each kind of trouble costs time only once */
  constructor(memory: StoredValues) {
    this.#memory = memory;
  }

  /** The plan for the next attempt. */
  plan(): TransportPlan {
    switch (this.#recall()?.kind) {
      case undefined:
        return { transports: ['websocket', 'polling'], timeoutMs: websocketMs };
      case 'swallowed':
        return { transports: ['polling', 'websocket'], timeoutMs: pollingMs };
      case 'cut':
        return { transports: ['polling'], timeoutMs: pollingMs };
    }
  }

  /** An attempt got no answer while it tried `transport`. */
  unanswered(transport: TransportName): void {
    if (transport === 'websocket') this.#remember('swallowed');
    // Then WebSockets are not the trouble, or no longer.
    else this.#forget();
  }

  /** A connection broke that had been open for `stoodMs` milliseconds, and last used `transport`. */
  broke(transport: TransportName, stoodMs: number): void {
    if (transport !== 'websocket') return;
    this.#breaks = stoodMs < shortLivedMs ? this.#breaks + 1 : 0;
    if (this.#breaks >= manyBreaks) this.#remember('cut');
  }

  /** A WebSocket took over from polling. */
  upgraded(): void {
    this.#forget();
  }

  #recall(): Trouble | null {
    const [kind, at] = (this.#quietly(() => this.#memory.getItem(storageKey)) ?? '').split(' ');
    if (kind !== 'swallowed' && kind !== 'cut') return null;
    return Math.abs(Date.now() - Number(at)) < rememberedMs ? { kind, at: Number(at) } : null;
  }

  #remember(kind: Trouble['kind']): void {
    this.#breaks = 0;
    this.#quietly(() => this.#memory.setItem(storageKey, `${kind} ${Date.now()}`));
  }

  #forget(): void {
    this.#quietly(() => this.#memory.removeItem(storageKey));
  }

  /** A browser may refuse to store anything. */
  #quietly<Result>(access: () => Result): Result | undefined {
    try {
      return access();
    } catch {
      return undefined;
    }
  }
}
