import { AppError } from '../../../lib/errors.ts';
import type { Recording } from '../../../lib/recording.ts';
import type { RecordingSort } from '../../../lib/recording-library.ts';
import { foldText, wordsOf } from './search-text.ts';

/** What a page of the list shall have; see `recordingPaths.list`. */
export type ListQuery = {
  search: string;
  /** `null` for all. */
  channel: string | null;
  sort: RecordingSort;
  /** The `next` of the page before; `null` for the first page. */
  after: string | null;
  limit: number;
  /** Whether the trash is listed, instead of what is not in it. */
  isTrash: boolean;
};

/** A page of the list. */
export type IndexPage = {
  recordings: Recording[];
  /** How many match on all pages. */
  total: number;
  next: string | null;
  /** All channels with something to see, by name, whatever is searched. */
  channels: { name: string; count: number }[];
};

type Entry = { readonly recording: Recording; readonly text: string };
/** The place of a recording in an order. The id decides between equals. */
type Place = { key: number | string; id: string };
type Order = { keyOf: (recording: Recording) => Place['key']; isDescending: boolean };

const orders: Readonly<Record<RecordingSort, Order>> = {
  newest: { keyOf: ({ startedAt }) => startedAt, isDescending: true },
  oldest: { keyOf: ({ startedAt }) => startedAt, isDescending: false },
  longest: { keyOf: ({ durationMs }) => durationMs ?? -1, isDescending: true },
  largest: { keyOf: ({ sizeBytes }) => sizeBytes, isDescending: true },
  title: { keyOf: ({ title }) => title, isDescending: false },
};

/**
 * All recordings in memory, for searches and pages. The folders stay the truth: this is filled from them at every start,
 * and follows each manifest that is read or written.
 */
export class RecordingIndex {
  readonly #entries = new Map<string, Entry>();
  /** The orders that were asked for since the last change. */
  readonly #sorted = new Map<RecordingSort, Entry[]>();
  readonly #collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

  /** Adds a recording, or replaces the one with the same id. */
  put(recording: Recording): void {
    const before = this.#entries.get(recording.id);
    // Manifests are also read again when nothing in them has changed; sorting again would cost more than comparing.
    if (before !== undefined && JSON.stringify(before.recording) === JSON.stringify(recording)) return;
    const isSame = before?.recording.title === recording.title && before.recording.channel === recording.channel;
    const text = isSame ? before.text : `${foldText(recording.title)} ${foldText(recording.channel)}`;
    this.#entries.set(recording.id, { recording, text });
    this.#sorted.clear();
  }

  remove(id: string): void {
    if (this.#entries.delete(id)) this.#sorted.clear();
  }

  get(id: string): Recording | undefined {
    return this.#entries.get(id)?.recording;
  }

  /** All recordings, in no order. */
  all(): Recording[] {
    return [...this.#entries.values()].map(({ recording }) => recording);
  }

  /**
   * A page of the recordings for which `isSeen`.
   * @throws AppError `bad-request` when `after` is of another order, or was not made here
   */
  page(query: ListQuery, isSeen: (recording: Recording) => boolean): IndexPage {
    const { channel, sort, limit, isTrash } = query;
    const words = wordsOf(query.search);
    const after = query.after === null ? null : readPlace(query.after, sort);
    const counts = new Map<string, number>();
    const recordings: Recording[] = [];
    let total = 0;
    let hasMore = false;
    for (const { recording, text } of this.#inOrder(sort)) {
      if ((recording.deletedAt !== null) !== isTrash || !isSeen(recording)) continue;
      counts.set(recording.channel, (counts.get(recording.channel) ?? 0) + 1);
      if (channel !== null && recording.channel !== channel) continue;
      if (!words.every((word) => text.includes(word))) continue;
      total += 1;
      if (after !== null && this.#compare(sort, placeOf(recording, sort), after) <= 0) continue;
      if (recordings.length < limit) recordings.push(recording);
      else hasMore = true;
    }
    const last = recordings.at(-1);
    const channels = [...counts].map(([name, count]) => ({ name, count }));
    channels.sort((a, b) => this.#collator.compare(a.name, b.name));
    return { recordings, total, next: hasMore && last ? writePlace(placeOf(last, sort)) : null, channels };
  }

  #inOrder(sort: RecordingSort): Entry[] {
    const known = this.#sorted.get(sort);
    if (known !== undefined) return known;
    const places = [...this.#entries.values()].map((entry) => ({ entry, place: placeOf(entry.recording, sort) }));
    const sorted = places.sort((a, b) => this.#compare(sort, a.place, b.place)).map(({ entry }) => entry);
    this.#sorted.set(sort, sorted);
    return sorted;
  }

  #compare(sort: RecordingSort, a: Place, b: Place): number {
    const { isDescending } = orders[sort];
    const byKey =
      typeof a.key === 'number' && typeof b.key === 'number'
        ? a.key - b.key
        : this.#collator.compare(String(a.key), String(b.key));
    const upwards = byKey || (a.id < b.id ? -1 : Number(a.id > b.id));
    return isDescending ? -upwards : upwards;
  }
}

function placeOf(recording: Recording, sort: RecordingSort): Place {
  return { key: orders[sort].keyOf(recording), id: recording.id };
}

/** A place as pages hand it back. It names what a page ends with, so that nothing is shown twice when some are deleted. */
function writePlace({ key, id }: Place): string {
  return Buffer.from(JSON.stringify([key, id])).toString('base64url');
}

function readPlace(text: string, sort: RecordingSort): Place {
  try {
    const [key, id]: unknown[] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const isText = sort === 'title';
    if (typeof id === 'string' && typeof key === (isText ? 'string' : 'number'))
      return { key: key as Place['key'], id };
  } catch {
    // It is refused below, whatever is wrong with it.
  }
  throw new AppError('bad-request', 'This place in the list does not exist. Please begin with the first page.');
}
