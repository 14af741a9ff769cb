/**
 * Keeps the screen awake. A presenter's phone that goes to sleep turns the camera off, and a viewer may not touch
 * anything for an hour.
 */
export class WakeLock {
  #wanted = false;
  #lock: WakeLockSentinel | null = null;

  /** Starts or stops keeping the screen awake. Does nothing in browsers that cannot do it. */
  keep(wanted: boolean): void {
    if (wanted === this.#wanted) return;
    this.#wanted = wanted;
    if (wanted) {
      document.addEventListener('visibilitychange', this.#acquire);
      this.#acquire();
      return;
    }
    document.removeEventListener('visibilitychange', this.#acquire);
    this.#lock?.release().catch(() => undefined);
    this.#lock = null;
  }

  /** Browsers release the lock of hidden pages, so it is requested again whenever the page becomes visible. */
  readonly #acquire = (): void => {
    const { wakeLock } = navigator as { wakeLock?: WakeLockApi };
    if (!this.#wanted || document.visibilityState !== 'visible' || wakeLock === undefined) return;
    wakeLock.request('screen').then(
      (lock) => {
        if (this.#wanted) this.#lock = lock;
        else lock.release().catch(() => undefined);
      },
      () => undefined,
    );
  };
}

type WakeLockApi = { request: (type: 'screen') => Promise<WakeLockSentinel> };
