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

/** The query in an address such as `/recordings?q=sums&sort=title`. What is unknown is ignored. */
export function readQuery(search: string): RecordingQuery {
  const given = new URLSearchParams(search);
  const sort = recordingSorts.find((known) => known === given.get('sort')) ?? usualSort;
  const isTrash = given.get('view') === 'deleted';
  return { search: given.get('q') ?? '', channel: given.get('channel') || null, sort, isTrash };
}

/** The search part of the address for a query; empty for the usual list. */
export function writeQuery({ search, channel, sort, isTrash }: RecordingQuery): string {
  const parts = new URLSearchParams();
  if (search.trim() !== '') parts.set('q', search.trim());
  if (channel !== null) parts.set('channel', channel);
  if (sort !== usualSort) parts.set('sort', sort);
  if (isTrash) parts.set('view', 'deleted');
  const text = parts.toString();
  return text === '' ? '' : `?${text}`;
}

/** Whether a query leaves some recordings out. */
export function isFiltered({ search, channel }: RecordingQuery): boolean {
  return search.trim() !== '' || channel !== null;
}
