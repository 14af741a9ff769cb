import type { MediaKind, RtpSink, RtpSource } from '../media/media-types.ts';
import { codecNames } from './common-codecs.ts';
import { GraphLeases, type GraphTranscoder } from './graph-leases.ts';

/** The media types that elements are connected by, in the order in which they are reported. */
export const mediaTypes = ['AUDIO', 'VIDEO', 'DATA'] as const;

/** What a connection is for. DATA carries the messages of data channels. */
export type MediaType = (typeof mediaTypes)[number];

/** The types for which media really flows, and their names in the engine. */
export const flowingKinds: Readonly<Partial<Record<MediaType, MediaKind>>> = { AUDIO: 'audio', VIDEO: 'video' };

/** How an element passes on its own input or that of another element. */
export type Relay<E> = {
  /** The element whose input comes out here; null when nothing does. */
  readonly inlet: E | null;
  /** The elements whose output is the input of this one. */
  readonly outlets: Iterable<E>;
};

/** The properties of an element that the graph needs. */
export interface GraphElement<E> {
  readonly id: string;
  /** Set for an element that only passes media on; such an element has neither source nor sink. */
  readonly relay: Relay<E> | null;
  source(kind: MediaKind): RtpSource | null;
  sink(kind: MediaKind): RtpSink | null;
  /** Called when the element's sink was connected to a source whose media it cannot take. */
  reportMismatch(description: string): void;
}

/** Where an element's media really comes from. */
type Feed<E> = { element: E; source: RtpSource };

type Links<E> = { sourceOf: Map<E, E>; sinksOf: Map<E, Set<E>> };

/**
 * The connections between the elements of a pipeline. Whenever they change, each sink is given the source that feeds
 * it, looking through all elements that merely pass media on. A sink that cannot take any codec of its source gets it
 * transcoded; if that is not possible, it gets no source, and the reason is reported to its element.
 */
export class MediaGraph<E extends GraphElement<E>> {
  readonly #links: Readonly<Record<MediaType, Links<E>>> = {
    AUDIO: emptyLinks(),
    VIDEO: emptyLinks(),
    DATA: emptyLinks(),
  };
  /** The source that each sink was given last, so that none is set twice. */
  readonly #fed = new WeakMap<RtpSink, RtpSource | null>();
  readonly #mismatches = new WeakMap<RtpSink, string>();
  readonly #leases: GraphLeases;

  /** @param transcoder null for a graph in which nothing is transcoded */
  constructor(transcoder: GraphTranscoder | null = null) {
    this.#leases = new GraphLeases(transcoder);
  }

  /** Whether any sink gets this source in another codec. */
  isTranscoded(source: RtpSource | null): boolean {
    return source !== null && this.#leases.isTranscoded(source);
  }

  /** Where the packets of a sink come from now. */
  fed(sink: RtpSink): RtpSource | null {
    return this.#fed.get(sink) ?? null;
  }

  /** The graph is no longer used. */
  close(): void {
    this.#leases.close();
  }

  /** Connects one media type. A sink has only one source, so the former one is disconnected and returned. */
  connect(source: E, sink: E, type: MediaType): E | null {
    const links = this.#links[type];
    const former = links.sourceOf.get(sink) ?? null;
    if (former !== null) removeLink(links, former, sink);
    links.sourceOf.set(sink, source);
    const sinks = links.sinksOf.get(source) ?? new Set<E>();
    links.sinksOf.set(source, sinks.add(sink));
    this.#refresh(sink, type);
    return former;
  }

  /** Ends a connection of one media type; false when there was none. */
  disconnect(source: E, sink: E, type: MediaType): boolean {
    const links = this.#links[type];
    if (links.sourceOf.get(sink) !== source) return false;
    removeLink(links, source, sink);
    this.#refresh(sink, type);
    return true;
  }

  /** The element connected to this one's sink, if any. */
  sourceOf(sink: E, type: MediaType): E | null {
    return this.#links[type].sourceOf.get(sink) ?? null;
  }

  /** The elements connected to this one's source, in the order of connection. */
  sinksOf(source: E, type: MediaType): E[] {
    return [...(this.#links[type].sinksOf.get(source) ?? [])];
  }

  /** The origin of the media that enters this element; null when there is none. */
  feedOf(element: E, type: MediaType): Feed<E> | null {
    const up = this.sourceOf(element, type);
    return up === null ? null : this.outputOf(up, type);
  }

  /**
   * The elements that the output of this one finally reaches, looking through those that pass it on. Used for DATA,
   * which is too rare to be worth a table of feeds.
   */
  reach(source: E, type: MediaType, seen = new Set<E>()): Set<E> {
    for (const sink of this.sinksOf(source, type)) {
      if (seen.has(sink)) continue;
      seen.add(sink);
      for (const outlet of sink.relay?.outlets ?? []) this.reach(outlet, type, seen);
    }
    return seen;
  }

  /** Why `sink` cannot take the media of `source`, as a sentence; null when it can or when that is not known yet. */
  mismatch(source: E, sink: E, type: MediaType): string | null {
    const kind = flowingKinds[type];
    const feed = kind === undefined ? null : this.outputOf(source, type);
    const target = kind === undefined ? null : sink.sink(kind);
    return feed === null || target === null ? null : this.#describeMismatch(feed, sink, target);
  }

  /** Must be called when an element's codecs, sources or sinks have become known. */
  changed(element: E): void {
    for (const type of mediaTypes) {
      this.#refresh(element, type);
      for (const sink of this.sinksOf(element, type)) this.#refresh(sink, type);
    }
  }

  /** The origin of the packets that leave this element; null when none do. */
  outputOf(element: E, type: MediaType): Feed<E> | null {
    const kind = flowingKinds[type];
    if (kind === undefined) return null;
    const seen = new Set<E>();
    let next: E | null = element;
    for (let relay = next.relay; next !== null && relay !== null; relay = next?.relay ?? null) {
      // Elements that pass media on may be connected in a circle, which nothing ever enters.
      if (seen.has(next)) return null;
      seen.add(next);
      next = relay.inlet === null ? null : this.sourceOf(relay.inlet, type);
    }
    const source = next?.source(kind) ?? null;
    return next === null || source === null ? null : { element: next, source };
  }

  /** Gives the element's sink, or all sinks behind an element that passes media on, the current source. */
  #refresh(element: E, type: MediaType, seen = new Set<E>()): void {
    const kind = flowingKinds[type];
    if (kind === undefined || seen.has(element)) return;
    seen.add(element);
    const { relay } = element;
    if (relay !== null) {
      for (const outlet of relay.outlets) {
        for (const sink of this.sinksOf(outlet, type)) this.#refresh(sink, type, seen);
      }
      return;
    }
    const sink = element.sink(kind);
    if (sink !== null) this.#feed(element, type, sink, this.feedOf(element, type));
  }

  #feed(element: E, type: MediaType, sink: RtpSink, feed: Feed<E> | null): void {
    const mismatch = feed === null ? null : this.#describeMismatch(feed, element, sink);
    const { source, given } = this.#leases.give(sink, feed?.source ?? null, () => this.#refresh(element, type));
    if ((this.#fed.get(sink) ?? null) !== source) {
      this.#fed.set(sink, source);
      sink.setSource(source);
    }
    given();
    const known = this.#mismatches.get(sink);
    if (mismatch === null) this.#mismatches.delete(sink);
    else if (mismatch !== known) {
      this.#mismatches.set(sink, mismatch);
      this.#report(element, sink, mismatch);
    }
  }

  /** With a budget, what other sinks give up in the same change makes up for a refusal a moment later. */
  #report(element: E, sink: RtpSink, mismatch: string): void {
    if (!this.#leases.mayMakeUp) {
      element.reportMismatch(mismatch);
      return;
    }
    const report = () => {
      if (this.#mismatches.get(sink) === mismatch) element.reportMismatch(mismatch);
    };
    // Once for the rest of the change, and once for what is made up for after it.
    queueMicrotask(() => queueMicrotask(report));
  }

  #describeMismatch(feed: Feed<E>, sinkElement: E, sink: RtpSink): string | null {
    const refusal = this.#leases.refusal(feed.source, sink);
    if (refusal === null) return null;
    const offered = codecNames(feed.source.codecs);
    const taken = codecNames(sink.codecs);
    const text = `No common ${sink.kind} codec: '${feed.element.id}' sends ${offered}, '${sinkElement.id}' takes ${taken}`;
    return refusal === '' ? text : `${text}. ${refusal}`;
  }
}

function emptyLinks<E>(): Links<E> {
  return { sourceOf: new Map(), sinksOf: new Map() };
}

function removeLink<E>(links: Links<E>, source: E, sink: E): void {
  links.sourceOf.delete(sink);
  const sinks = links.sinksOf.get(source);
  sinks?.delete(sink);
  if (sinks?.size === 0) links.sinksOf.delete(source);
}
