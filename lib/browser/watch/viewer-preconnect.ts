import type { Store } from '../page/store.ts';
import { speaksWebRtc } from '../rtc/peer-connection.ts';
import type { Reception } from '../rtc/reception.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { ViewerSession } from './viewer-session.ts';
import { browserParts, type ViewerSessionParts } from './viewer-session-parts.ts';

/** A page that has not been loaded within this time, in milliseconds, will not be loaded. */
const pageDueMs = 10_000;

/** The store in which the page finds the viewer session that was started for it; the page leaves `null` there. */
type Begun = Store<ViewerSession | null>;

/** Starts a viewer session before its page is loaded, because connecting takes about as long as loading the page. */
export class ViewerPreconnect {
  readonly #begun: Begun;
  readonly #parts: ViewerSessionParts;
  #reception: Reception | null = null;

  constructor(begun: Begun, parts = browserParts) {
    this.#begun = begun;
    this.#parts = parts;
  }

  /** Makes an offer in advance, while the page is idle, that suits any channel; no request is sent yet. */
  prepare(): void {
    if (speaksWebRtc()) this.#reception ??= this.#parts.createReception();
  }

  /**
   * Starts to watch `channel`, and stops if no page takes the session over in time.
   * @param signaling a connected socket, which the viewer session owns from now on; `null` opens a new one
   */
  begin(channel: string, signaling: Signaling | null): void {
    const begun = this.#begun;
    begun.get()?.close();
    const session = new ViewerSession(channel, this.#partsWith(signaling));
    begun.set(session);
    session.open();
    const due = setTimeout(() => {
      begun.set(null);
      session.close();
    }, pageDueMs);
    const off = begun.subscribe(() => {
      clearTimeout(due);
      off();
    });
  }

  /** Releases the prepared connection if it was not used. A session that was started goes on. */
  close(): void {
    this.#reception?.connection.close();
    this.#reception = null;
  }

  /** The parts of a viewer session that first uses `signaling` and the prepared reception, each once. */
  #partsWith(signaling: Signaling | null): ViewerSessionParts {
    const signalings = [signaling];
    const receptions = [this.#reception];
    this.#reception = null;
    return {
      ...this.#parts,
      connectSignaling: () => signalings.pop() ?? this.#parts.connectSignaling(),
      createReception: () => receptions.pop() ?? this.#parts.createReception(),
    };
  }
}
