import type { BroadcastView } from '../../signaling.ts';

/** What viewers should know of their presenter's sending. `health` is `null` until it was measured. */
type PresenterStatus = { cameraOn: boolean; health: 'good' | 'poor' | null; uplinkMs: number | null };

/** What of a view the presenter's browser answers for. */
type Acknowledged = Pick<BroadcastView, 'cameraOn' | 'presenterHealth' | 'uplinkMs'>;

/** Sends this status to the server. */
export type ReportStatus = {
  camera: (cameraOn: boolean) => Promise<unknown>;
  health: (health: 'good' | 'poor', uplinkMs: number | null) => Promise<unknown>;
};

/**
 * Keeps the server informed of a presenter's sending. What the server believes stands in its view of the broadcast, so
 * only what differs is sent, one thing after the other; and after a break, or on another device, everything mends
 * itself with the first view.
 */
export class PresenterStatusReporter {
  readonly #tell: ReportStatus;
  #wanted: PresenterStatus = { cameraOn: true, health: null, uplinkMs: null };
  #known: Acknowledged | null = null;
  #isReporting = false;

  constructor(tell: ReportStatus) {
    this.#tell = tell;
  }

  /** This is how it is now. */
  set(change: Partial<PresenterStatus>): void {
    this.#wanted = { ...this.#wanted, ...change };
    this.#reportNext();
  }

  /** This is what the server believes; `null` while it is not we whom it hears. */
  acknowledge(broadcast: BroadcastView | null): void {
    this.#known = broadcast?.phase === 'ended' ? null : broadcast;
    this.#reportNext();
  }

  /** The show is over, and the camera is closed: the next one begins anew. */
  forget(): void {
    this.#wanted = { cameraOn: true, health: null, uplinkMs: null };
    this.#known = null;
  }

  #reportNext(): void {
    const [known, { cameraOn, health, uplinkMs }] = [this.#known, this.#wanted];
    if (known === null || this.#isReporting) return;
    if (known.cameraOn !== cameraOn) this.#await(this.#tell.camera(cameraOn), { cameraOn });
    else if (health !== null && (known.presenterHealth !== health || isNews(known.uplinkMs, uplinkMs)))
      this.#await(this.#tell.health(health, uplinkMs), { presenterHealth: health, uplinkMs });
  }

  #await(telling: Promise<unknown>, reported: Partial<Acknowledged>): void {
    this.#isReporting = true;
    const done = () => {
      this.#isReporting = false;
    };
    telling.finally(done).then(
      () => {
        if (this.#known !== null) this.#known = { ...this.#known, ...reported };
        this.#reportNext();
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
