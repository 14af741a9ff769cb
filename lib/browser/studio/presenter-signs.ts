import type { BroadcastView } from '../../signaling.ts';

/** What viewers should know of their presenter's sending. `health` is `null` until it was measured. */
type Signs = { cameraOn: boolean; health: 'good' | 'poor' | null; uplinkMs: number | null };

/** What of a view the presenter's browser answers for. */
type Told = Pick<BroadcastView, 'cameraOn' | 'presenterHealth' | 'uplinkMs'>;

/** Sends these signs to the server. */
export type TellSigns = {
  camera: (cameraOn: boolean) => Promise<unknown>;
  health: (health: 'good' | 'poor', uplinkMs: number | null) => Promise<unknown>;
};

/**
 * Keeps the server informed of a presenter's sending. What the server believes stands in its view of the broadcast, so
 * only what differs is sent, one thing after the other; and after a break, or on another device, everything mends
 * itself with the first view.
 */
export class PresenterSigns {
  readonly #tell: TellSigns;
  #wanted: Signs = { cameraOn: true, health: null, uplinkMs: null };
  #known: Told | null = null;
  #isTelling = false;

  constructor(tell: TellSigns) {
    this.#tell = tell;
  }

  /** This is how it is now. */
  set(change: Partial<Signs>): void {
    this.#wanted = { ...this.#wanted, ...change };
    this.#tellNext();
  }

  /** This is what the server believes; `null` while it is not we whom it hears. */
  heed(broadcast: BroadcastView | null): void {
    this.#known = broadcast?.phase === 'ended' ? null : broadcast;
    this.#tellNext();
  }

  /** The show is over, and the camera is closed: the next one begins anew. */
  forget(): void {
    this.#wanted = { cameraOn: true, health: null, uplinkMs: null };
    this.#known = null;
  }

  #tellNext(): void {
    const [known, { cameraOn, health, uplinkMs }] = [this.#known, this.#wanted];
    if (known === null || this.#isTelling) return;
    if (known.cameraOn !== cameraOn) this.#await(this.#tell.camera(cameraOn), { cameraOn });
    else if (health !== null && (known.presenterHealth !== health || isNews(known.uplinkMs, uplinkMs)))
      this.#await(this.#tell.health(health, uplinkMs), { presenterHealth: health, uplinkMs });
  }

  #await(telling: Promise<unknown>, told: Partial<Told>): void {
    this.#isTelling = true;
    const done = () => {
      this.#isTelling = false;
    };
    telling.finally(done).then(
      () => {
        if (this.#known !== null) this.#known = { ...this.#known, ...told };
        this.#tellNext();
      },
      // What could not be told now is told with the next view or measurement.
      () => undefined,
    );
  }
}

/** A few milliseconds more or less are not worth telling a whole audience. */
function isNews(known: number | null, now: number | null): boolean {
  if (known === null || now === null) return known !== now;
  return Math.abs(now - known) > Math.max(10, known / 4);
}
