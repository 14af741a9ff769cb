import type { MediaLink } from '../../broadcast/media-gateway.ts';

/** The connection tests at the origin, which are over in a moment and are not moved. */
export class PooledTests {
  #running = 0;

  /** How many there are. */
  get running(): number {
    return this.#running;
  }

  /** Counts a test from now on until its link is closed. */
  count(link: MediaLink): MediaLink {
    let isOver = false;
    this.#running += 1;
    return {
      sdpAnswer: link.sdpAnswer,
      addCandidate: (candidate) => link.addCandidate(candidate),
      close: () => {
        if (!isOver) this.#running -= 1;
        isOver = true;
        return link.close();
      },
    };
  }
}
