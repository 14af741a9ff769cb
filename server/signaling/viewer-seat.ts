import { AppError } from '../../lib/errors.ts';
import type { Replies, RequestBody } from '../../lib/signaling.ts';
import type { Applicant, ViewerListener } from '../broadcast/broadcast-types.ts';
import type { Seats } from '../broadcast/seats.ts';
import type { PeerAnnouncer } from './peer-connection.ts';

/** The seat of one peer, or its place in the line for one. */
export class ViewerSeat {
  readonly #peerId: string;
  readonly #seats: Seats;
  readonly #announcer: PeerAnnouncer;

  constructor(peerId: string, seats: Seats, announcer: PeerAnnouncer) {
    this.#peerId = peerId;
    this.#seats = seats;
    this.#announcer = announcer;
  }

  /**
   * Takes a seat and joins. After a failure, the seat is kept for another attempt.
   * @throws AppError `stream-full`, and as `join` does
   */
  async take<Result>(applicant: Omit<Applicant, 'peerId'>, join: () => Promise<Result>): Promise<Result> {
    this.#seats.take({ peerId: this.#peerId, ...applicant });
    try {
      return await join();
    } catch (error) {
      if (error instanceof AppError && error.code === 'not-live') this.#seats.free(this.#peerId);
      else this.#seats.keep(this.#peerId, 'lost');
      throw error;
    }
  }

  /** The same listener, which also keeps the seat when the link is lost. */
  listen(listener: ViewerListener): ViewerListener {
    return {
      ...listener,
      closed: (error) => {
        this.#seats.keep(this.#peerId, 'lost');
        listener.closed(error);
      },
    };
  }

  /** Waits in line, and announces every change of the place. */
  wait({ channel, ticket }: RequestBody<'line:wait'>, { address }: Pick<Applicant, 'address'>): Replies['line:wait'] {
    return this.#seats.wait({ peerId: this.#peerId, channel, address }, ticket, (position) =>
      this.#announcer.announce('line:moved', { position }),
    );
  }

  stopWaiting(): void {
    this.#seats.stopWaiting(this.#peerId);
  }

  /** The viewer left, and may be about to join again over a new link. */
  left(): void {
    this.#seats.keep(this.#peerId, 'left');
  }

  /** The peer is gone. */
  gone(): void {
    this.#seats.gone(this.#peerId);
  }
}
