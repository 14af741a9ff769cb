import { type RecordingSort, recordingSorts } from '../../recording-library.ts';

/** Which recordings the list shows, and in which order. It is in the address, so that reloads and links keep it. */
export type RecordingQuery = {
  search: string;
  /** `null` for all. */
  channel: string | null;
  sort: RecordingSort;
  /** Whether the trash is shown. */
  isTrash: boolean;
};

const usualSort = recordingSorts[0];

/** The query in a text such as `q=sums&sort=title`. What is unknown is ignored. */
export function readQuery(text: string): RecordingQuery {
  const given = new URLSearchParams(text);
  const sort = recordingSorts.find((known) => known === given.get('sort')) ?? usualSort;
  const isTrash = given.get('view') === 'deleted';
  return { search: given.get('q') ?? '', channel: given.get('channel') || null, sort, isTrash };
}

/** The text for a query; empty for the usual list. */
export function writeQuery({ search, channel, sort, isTrash }: RecordingQuery): string {
  const parts = new URLSearchParams();
  if (search.trim() !== '') parts.set('q', search.trim());
  if (channel !== null) parts.set('channel', channel);
  if (sort !== usualSort) parts.set('sort', sort);
  if (isTrash) parts.set('view', 'deleted');
  return parts.toString();
}

/**
 * The query in the fragment of the list's address, as in `/recordings#q=sums`; `null` if the fragment is something else,
 * such as the target of the link that skips the header. It is not in the address's search part: Next keeps a tree of
 * segments with each entry of the history, in which search parameters are those of the last full load; after a reload,
 * it no longer finds its way back from another page.
 */
export function queryInFragment(hash: string): RecordingQuery | null {
  const text = hash.replace(/^#/, '');
  return text === '' || text.includes('=') ? readQuery(text) : null;
}

/** Whether a query leaves some recordings out. */
export function isFiltered({ search, channel }: RecordingQuery): boolean {
  return search.trim() !== '' || channel !== null;
}
