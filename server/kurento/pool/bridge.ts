import type { AppError } from '../../../lib/errors.ts';
import type { Candidate, MediaKind } from '../../../lib/signaling.ts';
import type { Tier } from '../../../lib/tiers.ts';
import { type Closable, Closer } from '../../closer.ts';
import type { Logger } from '../../logger.ts';
import type { BridgeEndOptions, KurentoBridgeEnd } from '../kurento-bridge-end.ts';
import { closedMeanwhile } from '../kurento-errors.ts';
import type { KurentoPipeline } from '../kurento-pipeline.ts';

/** The ends of a bridge, and what goes over it. */
export type BridgeRequest = Pick<BridgeEndOptions, 'maxVideoKbps' | 'videoCodec'> & {
  from: KurentoPipeline;
  to: KurentoPipeline;
  tier: Tier;
  /** Whether something else feeds the other pipeline until this bridge is connected. */
  isReplacement: boolean;
  /** Whether this bridge should still feed the other pipeline: another one may have been opened for that meanwhile. */
  isWanted: () => boolean;
  /** Ends the opening. */
  signal: AbortSignal;
  logger: Logger;
  /** Somebody behind the bridge needs a keyframe. */
  keyframeNeeded: () => void;
  /** The bridge has failed for good. The owner closes it. Called at most once for each end. */
  failed: (error: AppError) => void;
};

/** An open bridge. */
export interface Bridge extends Closable {
  /** Asks for a keyframe for somebody who has none yet; several such requests are made one. */
  refresh(): void;
}

/** The minimum time between two requests for a keyframe, and between two looks for such requests, in milliseconds. */
const refreshEveryMs = 500;

/** The sound goes with the high tier, and the light sound with the low one, as on the presenter's links. */
const kindsOfTier: Readonly<Record<Tier, readonly MediaKind[]>> = {
  high: ['audio', 'video'],
  middle: ['video'],
  low: ['audio', 'video'],
};

/**
 * Opens a bridge for one tier: a WebRTC connection from the pass-through of one pipeline to that of another, on another
 * media server. Encrypted, as everything over WebRTC is.
 * @throws AppError; everything opened until then is released
 */
export async function openBridge(request: BridgeRequest): Promise<Bridge> {
  const { from, to, tier, isReplacement, isWanted, signal, logger, keyframeNeeded, failed, ...options } = request;
  const closer = new Closer();
  const connection = new FirstConnection();
  const giveUp = () => connection.failed(closedMeanwhile());
  signal.addEventListener('abort', giveUp);
  const ends: { out?: KurentoBridgeEnd; into?: KurentoBridgeEnd } = {};
  /** Candidates are found only once both ends are negotiated, and so exist. */
  const passOn = (name: 'out' | 'into') => (candidate: Candidate) => {
    ends[name]?.addCandidate(candidate).catch((error: unknown) => {
      logger.debug({ err: error, tier }, 'A candidate of a bridge was not taken');
    });
  };
  const open = async (pipeline: KurentoPipeline, direction: 'out' | 'into') => {
    const listener = {
      candidateFound: passOn(direction === 'out' ? 'into' : 'out'),
      connected: () => connection.made(),
      failed: (error: AppError) => {
        connection.failed(error);
        failed(error);
      },
    };
    const end = await closer.own(
      pipeline.openBridgeEnd({ ...options, tier, direction, kinds: kindsOfTier[tier], listener }),
    );
    ends[direction] = end;
    return end;
  };
  try {
    const [out, into] = await Promise.all([open(from, 'out'), open(to, 'into')]);
    const [offer] = await Promise.all([out.offer(), out.connect()]);
    if (!isWanted()) throw closedMeanwhile();
    const [answer] = await Promise.all([into.answer(offer), !isReplacement && into.connect()]);
    await out.accept(answer);
    await Promise.all([out.gatherCandidates(), into.gatherCandidates()]);
    if (isReplacement) {
      await connection.awaited;
      if (!isWanted()) throw closedMeanwhile();
      // This takes the place of what has fed the pipeline until now.
      await into.connect();
    }
    const refresher = new Refresher(out, (error) => {
      logger.debug({ err: error, tier }, 'A keyframe could not be requested for a bridge');
    });
    closer.add(() => refresher.close());
    const requests = new RequestWatch(into, keyframeNeeded);
    closer.add(() => requests.close());
    return { refresh: () => refresher.request(), close: () => closer.close() };
  } catch (error) {
    await closer.close();
    throw error;
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

/** The first moment in which a bridge is connected. */
class FirstConnection {
  made: () => void = () => {};
  failed: (error: AppError) => void = () => {};
  /** Rejects if the bridge fails before. */
  readonly awaited = new Promise<void>((resolve, reject) => {
    this.made = resolve;
    this.failed = reject;
  });

  constructor() {
    // Only replacements wait for it.
    this.awaited.catch(() => undefined);
  }
}

/**
 * Notices that an end of a bridge requests keyframes. A Kurento at the other end often does nothing with such requests
 * (FIR, several a second), so that a viewer who has missed one keyframe would never have a picture.
 */
class RequestWatch {
  readonly #end: KurentoBridgeEnd;
  readonly #noticed: () => void;
  readonly #timer: NodeJS.Timeout;
  #known = 0;

  constructor(end: KurentoBridgeEnd, noticed: () => void) {
    this.#end = end;
    this.#noticed = noticed;
    this.#timer = setInterval(() => void this.#look(), refreshEveryMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    // An end that does not answer is being closed, or its media server is gone, which others notice.
    const requests = await this.#end.keyframeRequests().catch(() => this.#known);
    if (requests > this.#known) this.#noticed();
    this.#known = requests;
  }
}

/** Coalesces requests for keyframes: the first is made at once, and those until the next may be made are one. */
class Refresher {
  readonly #end: KurentoBridgeEnd;
  readonly #failed: (error: unknown) => void;
  #madeAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(end: KurentoBridgeEnd, failed: (error: unknown) => void) {
    this.#end = end;
    this.#failed = failed;
  }

  request(): void {
    if (this.#timer !== undefined) return;
    const waitMs = this.#madeAt + refreshEveryMs - performance.now();
    if (waitMs > 0) this.#timer = setTimeout(() => this.#make(), waitMs);
    else this.#make();
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #make(): void {
    this.#timer = undefined;
    this.#madeAt = performance.now();
    this.#end.refresh().catch(this.#failed);
  }
}
