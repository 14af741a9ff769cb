import type { DtlsState, IceComponentState, PeerLinkListener } from '../media-types.ts';

const iceStates: ReadonlyMap<string, IceComponentState> = new Map([
  ['checking', 'CONNECTING'],
  ['connected', 'CONNECTED'],
  ['completed', 'READY'],
  ['failed', 'FAILED'],
  ['disconnected', 'DISCONNECTED'],
  ['closed', 'DISCONNECTED'],
]);

/** What Kurento calls a state of ICE that the library names; `undefined` where it has no word for it. */
export function iceStateOf(state: string): IceComponentState | undefined {
  return iceStates.get(state);
}

/** Tells of a link's ICE and DTLS in Kurento's words, each state once. */
export class LinkStates {
  readonly #listener: Pick<PeerLinkListener, 'iceStateChanged' | 'dtlsStateChanged'>;
  #ice: IceComponentState = 'DISCONNECTED';
  #isOver = false;

  constructor(listener: Pick<PeerLinkListener, 'iceStateChanged' | 'dtlsStateChanged'>) {
    this.#listener = listener;
  }

  ice(state: IceComponentState): void {
    // The library lets a failure be followed by a plain end; the failure is what is worth knowing.
    if (state === this.#ice || this.#ice === 'FAILED') return;
    this.#ice = state;
    this.#listener.iceStateChanged(state);
  }

  dtls(state: Exclude<DtlsState, 'CLOSED' | 'FAILED'>): void {
    this.#listener.dtlsStateChanged(state);
  }

  /** The connection is at its end. Where ICE has failed, that was told and DTLS has but closed. */
  over(how: 'failed' | 'closed'): void {
    if (how === 'failed' && this.#ice !== 'FAILED') this.#listener.dtlsStateChanged('FAILED');
    else if (!this.#isOver) this.#listener.dtlsStateChanged('CLOSED');
    this.#isOver = true;
    if (how === 'closed') this.ice('DISCONNECTED');
  }
}
