import type { DtlsState, IceComponentState, PeerLinkListener } from '../media-types.ts';

const iceStates: ReadonlyMap<string, IceComponentState> = new Map([
  ['checking', 'CONNECTING'],
  ['connected', 'CONNECTED'],
  ['completed', 'READY'],
  ['failed', 'FAILED'],
  ['disconnected', 'DISCONNECTED'],
  ['closed', 'DISCONNECTED'],
]);

/** Kurento's name for an ICE state of the library; `undefined` if it has none. */
export function iceStateOf(state: string): IceComponentState | undefined {
  return iceStates.get(state);
}

/** Reports a link's ICE and DTLS states with Kurento's names, each state once. */
export class LinkStates {
  readonly #listener: Pick<PeerLinkListener, 'iceStateChanged' | 'dtlsStateChanged'>;
  #ice: IceComponentState = 'DISCONNECTED';
  #isOver = false;

  constructor(listener: Pick<PeerLinkListener, 'iceStateChanged' | 'dtlsStateChanged'>) {
    this.#listener = listener;
  }

  ice(state: IceComponentState): void {
    // The library reports a normal end after a failure; only the failure is worth knowing.
    if (state === this.#ice || this.#ice === 'FAILED') return;
    this.#ice = state;
    this.#listener.iceStateChanged(state);
  }

  dtls(state: Exclude<DtlsState, 'CLOSED' | 'FAILED'>): void {
    this.#listener.dtlsStateChanged(state);
  }

  /** The connection has ended. If ICE failed, that was already reported, and DTLS has only closed. */
  over(how: 'failed' | 'closed'): void {
    if (how === 'failed' && this.#ice !== 'FAILED') this.#listener.dtlsStateChanged('FAILED');
    else if (!this.#isOver) this.#listener.dtlsStateChanged('CLOSED');
    this.#isOver = true;
    if (how === 'closed') this.ice('DISCONNECTED');
  }
}
