import type { Store } from '../page/store.ts';
import { speaksWebRtc } from '../rtc/peer-connection.ts';
import type { Reception } from '../rtc/viewer-link.ts';
import type { Signaling } from '../signaling/signaling-client.ts';
import { ViewerSession } from './viewer-session.ts';
import { browserParts, type ViewerSessionParts } from './viewer-session-parts.ts';

/** A page that has not come by then, in milliseconds, will not come. */
const pageDueMs = 10_000;

/** Where the page finds the viewer session that began for it; whoever takes it leaves `null` there. */
type Begun = Store<ViewerSession | null>;

/** Begins to watch before the page is there that shows it, as connecting takes about as long as the page. */
export class ViewerPreconnect {
  readonly #begun: Begun;
  readonly #parts: ViewerSessionParts;
  #reception: Reception | null = null;

  constructor(begun: Begun, parts = browserParts) {
    this.#begun = begun;
    this.#parts = parts;
  }

  /** Makes an offer for whatever will be watched, in a quiet moment; it asks nobody for anything yet. */
  prepare(): void {
    if (speaksWebRtc()) this.#reception ??= this.#parts.createReception();
  }

  /**
   * Begins to watch `channel`, and stops should no page come for it.
   * @param socket one that stands already, and is the viewer session's from now on
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

  /** Gives back what was prepared and not used. What was begun goes on. */
  close(): void {
    this.#reception?.connection.close();
    this.#reception = null;
  }

  /** The parts of a viewer session that uses `signaling` and what was prepared first, each once. */
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
