/**
 * Keeps the screen awake: a presenter's phone that falls asleep takes the camera with it, and who watches moves
 * nothing for an hour.
 */
export class WakeLock {
  #wanted = false;
  #lock: WakeLockSentinel | null = null;

  /** Begins or ends to keep awake. Browsers that cannot do it are left alone. */
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

  /** Browsers take the lock away from hidden pages, so it is asked for on every return. */
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
