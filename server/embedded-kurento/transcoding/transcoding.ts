import { availableParallelism } from 'node:os';
import { sameCodec } from '../graph/common-codecs.ts';
import type { GraphTranscoder } from '../graph/graph-leases.ts';
import { FaultReporter } from '../media/fault-reporter.ts';
import type { Log } from '../media/log.ts';
import type { MediaKind, RtpCodec, RtpSource } from '../media/media-types.ts';
import { type EncodedCodec, encodedCodecs } from './codecs.ts';
import { installCommand, isAvInstalled } from './process/av-library.ts';
import { type Encodable, isRawSource } from './raw-source.ts';
import { TranscodedSource } from './transcoded-source.ts';
import { TranscoderProcess } from './transcoder-process.ts';

/**
 * What an encoding costs of the budget: a picture counts one, and so do as many sounds. Decoding is not counted: a small
 * picture costs about a twentieth of that, and nothing is decoded that is not encoded at the same time.
 */
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
  /** What room is kept for, whether it is encoded or not. */
  readonly #reserved = new Set<Encodable>();
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
    if (makeable(source, codecs).length === 0) return `${source.kind} cannot be transcoded to that`;
    return this.#choose(source, codecs) === null ? this.#fullBudget() : null;
  }

  /** Why room cannot be kept for one encoding of each of these kinds, as a sentence; null when it can. */
  refusalOfRoom(kinds: readonly MediaKind[]): string | null {
    const needed = kinds.reduce((sum, kind) => sum + costs[kind], 0);
    return this.#spent() + needed <= this.#budget ? null : this.#fullBudget();
  }

  /** Keeps room for one encoding of `origin`, so that its first one is never refused; returns what ends that. */
  reserve(origin: Encodable): () => void {
    this.#reserved.add(origin);
    return () => {
      if (this.#reserved.delete(origin)) this.#notifyFreed();
    };
  }

  /**
   * The source in one of these codecs: the first that can be made, or, when there is no room for that, one that is made
   * already. Null when it is refused.
   */
  lease(source: RtpSource, codecs: readonly RtpCodec[]): Lease | null {
    const encoded = this.#choose(source, codecs);
    if (encoded === null) return null;
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

  #choose(source: RtpSource, codecs: readonly RtpCodec[]): EncodedCodec | null {
    const choice = makeable(source, codecs);
    const [preferred] = choice;
    if (preferred === undefined) return null;
    const origin = isRawSource(source) ? source : this.#sources.get(source);
    const made = origin === undefined ? undefined : this.#uses.get(origin);
    if (made?.has(preferred)) return preferred;
    const isPaid = origin !== undefined && made === undefined && this.#reserved.has(origin);
    if (isPaid || this.#spent() + costs[source.kind] <= this.#budget) return preferred;
    return choice.find((encoded) => made?.has(encoded)) ?? null;
  }

  /** How much of the budget is used or reserved. */
  #spent(): number {
    let spent = 0;
    for (const { kind } of this.#reserved) spent += costs[kind];
    for (const [origin, { size }] of this.#uses) {
      spent += (size - (this.#reserved.has(origin) ? 1 : 0)) * costs[origin.kind];
    }
    return spent;
  }

  #fullBudget(): string {
    return `This server transcodes ${this.#budget} at a time, and does so already: MAX_TRANSCODES may be raised`;
  }

  #notifyFreed(): void {
    for (const callback of this.#freed) callback();
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
    const stream = origin.streamIn(encoded);
    const release = () => {
      use.count -= 1;
      if (use.count > 0) return;
      origin.forget(stream);
      const uses = this.#uses.get(origin);
      uses?.delete(encoded);
      if (uses?.size === 0) {
        this.#uses.delete(origin);
        this.#sources.delete(source);
      }
      this.#notifyFreed();
    };
    const use: Use = { count: 0, lease: { source: stream, release } };
    return use;
  }
}

/** Those of `codecs` that can be made, in the peer's order of preference. */
function makeable(source: RtpSource, codecs: readonly RtpCodec[]): EncodedCodec[] {
  return codecs.flatMap((codec) => encodedCodecs[source.kind].find((known) => sameCodec(known.codec, codec)) ?? []);
}
