import type { IceServersHint } from '../../page-headers.ts';
import type { IceServer } from '../../signaling.ts';

/** Whether the server that sent this page grants STUN and TURN servers for each link. */
export function pageIceServersHint(): IceServersHint {
  return globalThis.document?.documentElement.dataset.iceServers === 'granted' ? 'granted' : 'none';
}

/**
 * The STUN and TURN servers of one connection, which are not known before the server has admitted its link. Browsers
 * use servers only if they have them before they gather candidates, so the connection waits for them; unless the server
 * grants none.
 */
export class IceServerGrant {
  /** Whether gathering has to wait for {@link settled}. */
  readonly isAwaited: boolean;
  /** Resolves once candidates may be gathered. */
  readonly settled: Promise<void>;
  readonly #connection: RTCPeerConnection;
  #settle: () => void = () => undefined;

  constructor(connection: RTCPeerConnection, hint: IceServersHint) {
    this.#connection = connection;
    this.isAwaited = hint === 'granted';
    this.settled = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** The server grants these. */
  take(iceServers: readonly IceServer[]): void {
    try {
      this.#connection.setConfiguration({ ...this.#connection.getConfiguration(), iceServers: [...iceServers] });
    } catch {
      // A browser may know less of such addresses than the server; the link may do without.
    }
    this.#settle();
  }

  /** The server has answered without granting any. */
  giveUp(): void {
    this.#settle();
  }
}
