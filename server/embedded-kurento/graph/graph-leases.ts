import type { RtpCodec, RtpSink, RtpSource } from '../media/media-types.ts';
import { haveCommonCodec } from './common-codecs.ts';

/** A source in another codec, until it is released. */
type Lease = { readonly source: RtpSource; release(): void };

/** Gives sources in other codecs than their own. */
export interface GraphTranscoder {
  readonly isAvailable: boolean;
  /** Whether a source has no packets of its own, so that it is always given in a codec that the sink takes. */
  isRaw(source: RtpSource): boolean;
  /** Why a source cannot be had in any of these codecs, as a sentence; null when it can. */
  refusal(source: RtpSource, codecs: readonly RtpCodec[]): string | null;
  /** The source in one of these codecs; null when it is refused. */
  lease(source: RtpSource, codecs: readonly RtpCodec[]): Lease | null;
  /** Called when something is missing because nothing can be transcoded. */
  hint(): void;
  /** Calls back whenever what was refused may be had; returns what ends that. */
  onFreed(callback: () => void): () => void;
}

type Held = { readonly origin: RtpSource; readonly lease: Lease };

/** Which sinks of a graph get their source in another codec, and which would if that were possible. */
export class GraphLeases {
  readonly #transcoder: GraphTranscoder | null;
  readonly #held = new Map<RtpSink, Held>();
  /** How many sinks get a source in another codec. */
  readonly #counts = new Map<RtpSource, number>();
  /** What gives each sink that was refused a source, if that is possible by now. */
  readonly #refused = new Map<RtpSink, () => void>();
  readonly #unsubscribe: () => void;

  constructor(transcoder: GraphTranscoder | null) {
    this.#transcoder = transcoder;
    const retry = () => {
      for (const again of [...this.#refused.values()]) again();
    };
    // What is freed was given up in the middle of a change of some graph.
    this.#unsubscribe = transcoder?.onFreed(() => queueMicrotask(retry)) ?? (() => undefined);
  }

  /** Whether a sink that was refused a source may get it as soon as others have given something up. */
  get mayMakeUp(): boolean {
    return this.#transcoder?.isAvailable === true;
  }

  /** Whether any sink gets this source in another codec. */
  isTranscoded(source: RtpSource): boolean {
    return this.#counts.has(source);
  }

  /** Why a sink cannot have a source: a sentence, or '' when there is nothing to add. Null when it can. */
  refusal(source: RtpSource, sink: RtpSink): string | null {
    if (this.#isDirect(source, sink) || sink.codecs.length === 0 || this.#suits(sink, source)) return null;
    if (this.#transcoder?.isAvailable === true) return this.#transcoder.refusal(source, sink.codecs);
    this.#transcoder?.hint();
    return '';
  }

  /**
   * The source for a sink, in a codec that it takes; null when there is none.
   * @param again called when a source that was refused may be had
   * @returns the source, and what must be called when the sink has it
   */
  give(sink: RtpSink, source: RtpSource | null, again: () => void): { source: RtpSource | null; given: () => void } {
    const former = this.#held.get(sink);
    if (source !== null && former !== undefined && this.#suits(sink, source)) {
      return { source: former.lease.source, given: () => undefined };
    }
    this.#refused.delete(sink);
    let given = source;
    if (source !== null && !this.#isDirect(source, sink)) {
      const lease = sink.codecs.length === 0 ? null : (this.#transcoder?.lease(source, sink.codecs) ?? null);
      given = lease?.source ?? null;
      if (lease !== null) this.#hold(sink, { origin: source, lease });
      else if (sink.codecs.length > 0) this.#refused.set(sink, again);
    }
    if (former !== undefined && this.#held.get(sink) === former) this.#held.delete(sink);
    // The former one may be made of the same source, so it ends only when the sink has the new one.
    return { source: given, given: () => former !== undefined && this.#release(former) };
  }

  /** Ends everything; the sinks are gone. */
  close(): void {
    this.#unsubscribe();
    this.#refused.clear();
    for (const held of this.#held.values()) this.#release(held);
    this.#held.clear();
  }

  /** Whether a sink takes the packets of a source as they are. */
  #isDirect(source: RtpSource, sink: RtpSink): boolean {
    if (this.#transcoder?.isAvailable !== true) return haveCommonCodec(source.codecs, sink.codecs);
    if (this.#transcoder.isRaw(source)) return false;
    // A source that agreed on several codecs sends one of them.
    const sent = source.sentCodec ?? null;
    return haveCommonCodec(sent === null ? source.codecs : [sent], sink.codecs);
  }

  /** Whether a sink has that source already, in a codec that it takes. */
  #suits(sink: RtpSink, source: RtpSource): boolean {
    const held = this.#held.get(sink);
    return (
      held?.origin === source && !this.#isDirect(source, sink) && haveCommonCodec(held.lease.source.codecs, sink.codecs)
    );
  }

  #hold(sink: RtpSink, held: Held): void {
    this.#held.set(sink, held);
    this.#counts.set(held.origin, (this.#counts.get(held.origin) ?? 0) + 1);
  }

  #release({ origin, lease }: Held): void {
    const count = (this.#counts.get(origin) ?? 1) - 1;
    if (count === 0) this.#counts.delete(origin);
    else this.#counts.set(origin, count);
    lease.release();
  }
}
