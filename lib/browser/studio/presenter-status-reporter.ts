import type { BroadcastView } from '../../signaling.ts';

/** The status of a presenter's upload that viewers should know. `health` is `null` until it has been measured. */
type PresenterStatus = { cameraOn: boolean; health: 'good' | 'poor' | null; uplinkMs: number | null };

/** The part of a broadcast's view that the presenter's browser reports. */
type Acknowledged = Pick<BroadcastView, 'cameraOn' | 'presenterHealth' | 'uplinkMs'>;

/** The functions that send the status to the server. */
export type ReportStatus = {
  camera: (cameraOn: boolean) => Promise<unknown>;
  health: (health: 'good' | 'poor', uplinkMs: number | null) => Promise<unknown>;
};

/**
 * Keeps the server informed about a presenter's upload. The server's view of the broadcast shows what it knows, so only
 * differences are sent, one after the other. After a break, or on another device, the first view therefore corrects
 * everything automatically.
 */
export class PresenterStatusReporter {
  readonly #notify: ReportStatus;
  #wanted: PresenterStatus = { cameraOn: true, health: null, uplinkMs: null };
  #known: Acknowledged | null = null;
  #isReporting = false;

  constructor(tell: ReportStatus) {
    this.#notify = tell;
  }

  /** Sets the current status, or a part of it. */
  set(change: Partial<PresenterStatus>): void {
    this.#wanted = { ...this.#wanted, ...change };
    this.#reportNext();
  }

  /** Sets the status that the server knows; `null` while this browser is not the presenter for the server. */
  acknowledge(broadcast: BroadcastView | null): void {
    this.#known = broadcast?.phase === 'ended' ? null : broadcast;
    this.#reportNext();
  }

  /** Forgets everything: the show is over, the camera is closed, and the next show starts from the beginning. */
  forget(): void {
    this.#wanted = { cameraOn: true, health: null, uplinkMs: null };
    this.#known = null;
  }

  #reportNext(): void {
    const [known, { cameraOn, health, uplinkMs }] = [this.#known, this.#wanted];
    if (known === null || this.#isReporting) return;
    if (known.cameraOn !== cameraOn) this.#await(this.#notify.camera(cameraOn), { cameraOn });
    else if (health !== null && (known.presenterHealth !== health || isNews(known.uplinkMs, uplinkMs)))
      this.#await(this.#notify.health(health, uplinkMs), { presenterHealth: health, uplinkMs });
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
      // A report that failed is sent again with the next view or measurement.
      () => undefined,
    );
  }
}

/** A change of a few milliseconds is not worth announcing to a whole audience. */
function isNews(known: number | null, now: number | null): boolean {
  if (known === null || now === null) return known !== now;
  return Math.abs(now - known) > Math.max(10, known / 4);
}
