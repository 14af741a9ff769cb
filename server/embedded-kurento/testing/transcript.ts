import { readFileSync } from 'node:fs';
import { isJsonObject, type JsonObject } from '../rpc/json-rpc.ts';

/** One line of a transcript. */
export type TranscriptLine =
  | { note: string }
  | { socket: number; opened: true }
  | { socket: number; closed: number }
  | { socket: number; sent: JsonObject }
  | { socket: number; text: string }
  | { socket: number; received: JsonObject };

/** Reads a transcript of this folder by name. */
export function readTranscript(name: string): TranscriptLine[] {
  const text = readFileSync(new URL(`transcripts/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
}

const uuidPattern = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Members whose value depends on the moment; their type does not. */
const momentary = new Set(['timestampMillis', 'generationTime', 'version', 'binName', 'connectionId']);

/** Maps the ids of the transcript to those of the current run. */
export class RecordedIds {
  readonly #live = new Map<string, string>();
  readonly #places: readonly (readonly [string, string])[];

  /** @param places folders of the transcript, and those that replace them in this run */
  constructor(places: readonly (readonly [string, string])[] = []) {
    this.#places = places;
  }

  /** The same text with the current ids. */
  translate(text: string): string {
    return this.#relocate(text).replaceAll(uuidPattern, (id) => this.#live.get(id) ?? id);
  }

  #relocate(text: string): string {
    return this.#places.reduce((moved, [recorded, today]) => moved.replaceAll(recorded, today), text);
  }

  /**
   * Compares a live message with the recorded one, and learns ids in the process.
   * @returns where and how they differ; null when they do not
   */
  difference(recorded: unknown, live: unknown, path = ''): string | null {
    if (typeof recorded === 'string' && typeof live === 'string') return this.#textDifference(recorded, live, path);
    if (Array.isArray(recorded) && Array.isArray(live)) {
      // The order of lists has no meaning, so known ids in another order are the same list.
      const inOrder = recorded.map((item) => this.translate(canonical(item))).sort();
      if (inOrder.join() === live.map(canonical).sort().join()) return null;
      if (recorded.length !== live.length) return `${path}: ${recorded.length} items recorded, ${live.length} now`;
      return firstOf(recorded, (item, index) => this.difference(item, live[index], `${path}[${index}]`));
    }
    if (isJsonObject(recorded) && isJsonObject(live)) return this.#objectDifference(recorded, live, path);
    if (
      typeof recorded === 'number' &&
      typeof live === 'number' &&
      /creationTime|errorCode|duration|seekableEnd/.test(path)
    )
      return null;
    return recorded === live ? null : `${path}: ${JSON.stringify(recorded)} recorded, ${JSON.stringify(live)} now`;
  }

  #objectDifference(recorded: JsonObject, live: JsonObject, path: string): string | null {
    if (isStats(recorded) && isStats(live)) return this.difference(statsShapes(recorded), statsShapes(live), path);
    const keys = (object: JsonObject): string => Object.keys(object).sort(byText).join();
    if (keys(recorded) !== keys(live)) return `${path}: members ${keys(recorded)} recorded, ${keys(live)} now`;
    return firstOf(Object.keys(recorded), (key) => {
      if (momentary.has(key) && typeof recorded[key] === typeof live[key]) return null;
      return this.difference(recorded[key], live[key], `${path}.${key}`);
    });
  }

  #textDifference(written: string, live: string, path: string): string | null {
    const recorded = this.#relocate(written);
    if (/\.(candidate|(local|remote)Candidate)$/.test(path))
      return this.#textDifference(candidateShape(recorded), candidateShape(live), `${path}(shape)`);
    if (recorded.startsWith('v=0') && live.startsWith('v=0')) {
      return this.difference(sdpShape(recorded), sdpShape(live), `${path}(SDP)`);
    }
    const ids = recorded.match(uuidPattern) ?? [];
    const liveIds = live.match(uuidPattern) ?? [];
    if (recorded.replaceAll(uuidPattern, '*') !== live.replaceAll(uuidPattern, '*')) {
      return `${path}: ${JSON.stringify(recorded)} recorded, ${JSON.stringify(live)} now`;
    }
    return firstOf(ids, (id, index) => {
      const known = this.#live.get(id);
      const found = liveIds[index] ?? '';
      if (known === undefined) this.#live.set(id, found);
      return known === undefined || known === found ? null : `${path}: ${id} stood for ${known}, and now for ${found}`;
    });
  }
}

function byText(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** The value with members in a fixed order, so that equal values are equal texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isJsonObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([one], [other]) => byText(one, other)))
      : member,
  );
}

/** Statistics of an endpoint: a record for each of its streams, by arbitrary ids. */
function isStats(value: JsonObject): boolean {
  const records = Object.values(value);
  return (
    records.length > 0 && records.every((record) => isJsonObject(record) && /Stats$/.test(String(record.__type__)))
  );
}

/** The members of the records, and the types of their values. */
function statsShapes(stats: JsonObject): JsonObject[] {
  const shapes = Object.values(stats).filter(isJsonObject).map(shapeOf);
  return shapes.sort((one, other) => byText(JSON.stringify(one), JSON.stringify(other)));
}

function shapeOf(record: JsonObject): JsonObject {
  const members = Object.entries(record).sort(([one], [other]) => byText(one, other));
  return Object.fromEntries(
    members.map(([key, value]) => [key, key === '__type__' || key === 'type' ? value : typeof value]),
  );
}

/** The machine-independent part of a candidate: component and transport are second and third (RFC 8839 §5.1). */
function candidateShape(candidate: string): string {
  // It is a race whether an address of the peer becomes known first by signalling or by connectivity checks.
  const [start, component, transport, , , , ...rest] = candidate.replace(/typ (prflx|srflx)/, 'typ host').split(' ');
  return [start?.replace(/\d+/, 'N'), component, transport, ...rest].join(' ');
}

/** The part of a description that follows from the other description and the server, not from chance. */
function sdpShape(sdp: string): JsonObject {
  const sections = sdp.split(/^(?=m=)/m).slice(1);
  return {
    group: /^a=group:.*$/m.exec(sdp)?.[0].trim() ?? null,
    sections: sections.map((section) => ({
      media:
        /^m=(.*)$/m
          .exec(section)?.[1]
          ?.trim()
          .replace(/ [1-9]\d* /, ' port ') ?? null,
      lines: (section.match(/^(a=(mid|sendrecv|sendonly|recvonly|inactive|setup|rtcp-mux|rtpmap)|b=).*$/gm) ?? [])
        .map((line) => line.trim())
        .sort()
        .join(' '),
    })),
  };
}

function firstOf<T>(items: readonly T[], look: (item: T, index: number) => string | null): string | null {
  for (const [index, item] of items.entries()) {
    const found = look(item, index);
    if (found !== null) return found;
  }
  return null;
}
