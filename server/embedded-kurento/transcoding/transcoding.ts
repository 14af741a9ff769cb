import { availableParallelism } from 'node:os';
import { sameCodec } from '../graph/common-codecs.ts';
import type { GraphTranscoder } from '../graph/graph-leases.ts';
import { FaultReporter } from '../media/fault-reporter.ts';
import type { Log } from '../media/log.ts';
import type { RtpCodec, RtpSource } from '../media/media-types.ts';
import { type EncodedCodec, encodedCodecs } from './codecs.ts';
import { installCommand, isAvInstalled } from './process/av-library.ts';
import { type Encodable, isRawSource } from './raw-source.ts';
import { TranscodedSource } from './transcoded-source.ts';
import { TranscoderProcess } from './transcoder-process.ts';

/** What a stream costs of the budget: a picture counts one, and so do as many sounds. */
const costs = { video: 1, audio: 1 / 16 } as const;

/** A stream in another codec, until it is returned. */
type Lease = { readonly source: RtpSource; release(): void };

type Use = { count: number; lease: Lease };

/** A show whose guests are mixed has three tiers, and their sound. */
const leastBudget = 4;

/** The default of the budget: a picture for each core. Those that a machine does not manage in time are left out. */
export function defaultMaxTranscodes(): number {
  return isAvInstalled() ? Math.max(leastBudget, availableParallelism()) : 0;
}

/** Everything that this server transcodes. Without a budget, nothing is, and no process is started. */
export class Transcoding implements GraphTranscoder {
  readonly #log: Log;
  readonly #budget: number;
  readonly #faults: FaultReporter;
  readonly #processes: TranscoderProcess[] = [];
  readonly #sources = new Map<RtpSource, TranscodedSource>();
  readonly #uses = new Map<Encodable, Map<EncodedCodec, Use>>();
  readonly #freed = new Set<() => void>();
  #spent = 0;
  #hasHinted = false;

  /** @param budget how many pictures may be encoded at the same time; 0 for none */
  constructor(log: Log, budget: number) {
    this.#log = log;
    this.#budget = budget;
    this.#faults = new FaultReporter(log, 'A consumer of transcoded media failed');
  }

  /** Whether media can be transcoded. */
  get isAvailable(): boolean {
    return this.#budget > 0;
  }

  /** For tests and measurements. */
  get processes(): readonly TranscoderProcess[] {
    return this.#processes;
  }

  /** Says once, in the log, how to make available what is not. */
  hint(): void {
    if (this.isAvailable || this.#hasHinted) return;
    this.#hasHinted = true;
    const reason = isAvInstalled() ? 'MAX_TRANSCODES is 0' : `it is not installed: ${installCommand} does that`;
    this.#log('info', `Nothing is transcoded, because ${reason}`);
  }

  /** Calls back whenever a part of the budget has become free. */
  onFreed(callback: () => void): () => void {
    this.#freed.add(callback);
    return () => this.#freed.delete(callback);
  }

  isRaw(source: RtpSource): boolean {
    return isRawSource(source);
  }

  /** Why the source cannot be had in any of these codecs, as a sentence; null when it can. */
  refusal(source: RtpSource, codecs: readonly RtpCodec[]): string | null {
    const encoded = choose(source, codecs);
    if (encoded === null) return `${source.kind} cannot be transcoded to that`;
    const origin = isRawSource(source) ? source : this.#sources.get(source);
    const isShared = origin !== undefined && this.#uses.get(origin)?.has(encoded) === true;
    if (isShared || this.#spent + costs[source.kind] <= this.#budget) return null;
    return `This server transcodes ${this.#budget} at a time, and does so already: MAX_TRANSCODES may be raised`;
  }

  /** The source in one of these codecs, the first that can be made; null when it is refused. */
  lease(source: RtpSource, codecs: readonly RtpCodec[]): Lease | null {
    const encoded = choose(source, codecs);
    if (encoded === null || this.refusal(source, codecs) !== null) return null;
    const origin = isRawSource(source) ? source : this.#transcoded(source);
    const uses = this.#uses.get(origin) ?? new Map<EncodedCodec, Use>();
    this.#uses.set(origin, uses);
    const use = uses.get(encoded) ?? this.#begin(source, origin, encoded);
    uses.set(encoded, use);
    use.count += 1;
    return use.lease;
  }

  /** The process with the least to do; another one is started while each has something. */
  process(): TranscoderProcess {
    const idlest = this.#processes.toSorted((one, other) => one.load - other.load)[0];
    const mayStart = this.#processes.length < Math.max(1, availableParallelism() - 1);
    if (idlest !== undefined && (idlest.load === 0 || !mayStart)) return idlest;
    const started = new TranscoderProcess(this.#log);
    this.#processes.push(started);
    return started;
  }

  consumerFailed(error: unknown): void {
    this.#faults.report(error);
  }

  async close(): Promise<void> {
    this.#freed.clear();
    await Promise.all(this.#processes.map((process) => process.close()));
  }

  #transcoded(source: RtpSource): TranscodedSource {
    const known = this.#sources.get(source);
    if (known !== undefined) return known;
    const transcoded = new TranscodedSource(
      source,
      () => this.process(),
      (error) => this.consumerFailed(error),
    );
    this.#sources.set(source, transcoded);
    return transcoded;
  }

  #begin(source: RtpSource, origin: Encodable, encoded: EncodedCodec): Use {
    this.#spent += costs[source.kind];
    const stream = origin.streamIn(encoded);
    const release = () => {
      use.count -= 1;
      if (use.count > 0) return;
      origin.forget(stream);
      this.#spent -= costs[source.kind];
      const uses = this.#uses.get(origin);
      uses?.delete(encoded);
      if (uses?.size === 0) {
        this.#uses.delete(origin);
        this.#sources.delete(source);
      }
      for (const callback of this.#freed) callback();
    };
    const use: Use = { count: 0, lease: { source: stream, release } };
    return use;
  }
}

/** The first of `codecs` that can be made, in the peer's order of preference. */
function choose(source: RtpSource, codecs: readonly RtpCodec[]): EncodedCodec | null {
  for (const codec of codecs) {
    const encoded = encodedCodecs[source.kind].find((known) => sameCodec(known.codec, codec));
    if (encoded !== undefined) return encoded;
  }
  return null;
}
