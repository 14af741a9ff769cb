import { AppError } from '../../lib/errors.ts';
import type { Candidate } from '../../lib/signaling.ts';
import { ClosedError } from '../closer.ts';
import type { Logger } from '../logger.ts';
import { alreadyJoined, maxCandidates, notJoined, shuttingDown, tooManyCandidates } from './broadcast-errors.ts';
import type { PeerListener } from './broadcast-types.ts';
import type { BroadcastPipeline, MediaGateway, MediaLink } from './media-gateway.ts';

/** The parts of the connection tests. Times are in milliseconds. */
type ConnectionTestsParts = {
  gateway: MediaGateway;
  logger: Logger;
  maxVideoKbps: number;
  /** How many may run at once; 10 by default. */
  most?: number;
  /** How long one may last; 30 s by default. */
  lastsMs?: number;
};

type Running = { readonly link: Promise<MediaLink>; candidates: number; close(): void };

/**
 * Tests of the network path to the media server, before a show or when watching fails: the media that a browser sends
 * comes straight back to it, and no one else sees it.
 */
export class ConnectionTests {
  readonly #parts: Required<ConnectionTestsParts>;
  /**
   * The entries hold promises, so that an early candidate finds its link and a second simultaneous start is noticed.
   */
  readonly #running = new Map<string, Running>();
  #isClosed = false;

  constructor(parts: ConnectionTestsParts) {
    this.#parts = { most: 10, lastsMs: 30_000, ...parts };
  }

  /** The maximum video rate of a test, in kbit/s: the same as for a show. */
  get maxVideoKbps(): number {
    return this.#parts.maxVideoKbps;
  }

  /**
   * Starts a test; calls `listener.closed` if it ends before it is stopped.
   * @returns the answer to the offer (SDP)
   * @throws AppError `test-busy` when too many other tests are running, `bad-offer`, `media-server-unavailable`
   */
  async start(request: { peerId: string; sdpOffer: string; listener: PeerListener }): Promise<string> {
    const { peerId } = request;
    if (this.#isClosed) throw shuttingDown();
    if (this.#running.has(peerId)) throw alreadyJoined();
    if (this.#running.size >= this.#parts.most) {
      throw new AppError(
        'test-busy',
        'Many others are testing their connection right now. Please try again in half a minute.',
      );
    }
    request.listener.admitted();
    const running = this.#run(request);
    this.#running.set(peerId, running);
    try {
      return (await running.link).sdpAnswer;
    } catch (error) {
      // By now the same peer may have started another test.
      if (this.#running.get(peerId) === running) this.stop(peerId);
      throw error instanceof ClosedError ? notJoined() : error;
    }
  }

  /** @throws AppError `not-joined` when this peer has no test running, `too-many-requests` */
  async addCandidate(peerId: string, candidate: Candidate): Promise<void> {
    const running = this.#running.get(peerId);
    if (running === undefined) throw notJoined();
    running.candidates += 1;
    if (running.candidates > maxCandidates) throw tooManyCandidates();
    await (await running.link).addCandidate(candidate);
  }

  /** Ends the test of `peerId`, if there is one. */
  stop(peerId: string): void {
    const running = this.#running.get(peerId);
    this.#running.delete(peerId);
    running?.close();
  }

  /** Ends all tests, and prevents new ones. */
  close(): void {
    this.#isClosed = true;
    for (const peerId of [...this.#running.keys()]) this.stop(peerId);
  }

  #run({ peerId, sdpOffer, listener }: Parameters<ConnectionTests['start']>[0]): Running {
    const { gateway, logger, maxVideoKbps, lastsMs } = this.#parts;
    let pipeline: BroadcastPipeline | null = null;
    let isOver = false;
    const end = (error: AppError): void => {
      if (isOver || !this.#running.has(peerId)) return;
      this.stop(peerId);
      listener.closed(error);
    };
    const open = async (): Promise<MediaLink> => {
      const opened = await gateway.openPipeline({ broadcastId: `connection-test-${peerId}`, failed: end });
      if (isOver) {
        void opened.close();
        throw new ClosedError();
      }
      pipeline = opened;
      return await opened.connectToItself({
        sdpOffer,
        maxVideoKbps,
        listener: { candidateFound: listener.candidateFound, flowChanged() {}, unplayable() {}, failed: end },
      });
    };
    const timer = setTimeout(() => {
      logger.debug({ peerId }, 'A connection test took too long');
      end(new AppError('not-joined', 'The test took too long. Please start it again.'));
    }, lastsMs);
    return {
      link: open(),
      candidates: 0,
      close() {
        isOver = true;
        clearTimeout(timer);
        void pipeline?.close();
      },
    };
  }
}
