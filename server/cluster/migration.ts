import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { joinLocks, readSavedLocks, savedLockSchema } from '../access/channel-locks.ts';
import { KeyFolder } from '../access/key-folder.ts';
import { savedKeySchema } from '../access/presenter-keys.ts';
import { retentionMs, type SavedUpcoming } from '../broadcast/upcoming-shows.ts';
import { parseJson } from '../parse-json.ts';
import type { SharedEntries } from './shared-entries.ts';

/** What a single web server has. */
export type Source = { dataDir: string; keysFolder: string; upcoming: () => Promise<SavedUpcoming[]> };

/** The shared lists that a single web server has as well. */
const migratedLists = ['presenterKeys', 'passcodes', 'upcoming'] as const;

type MigratedList = (typeof migratedLists)[number];

/** An item of a single web server, and what Redis gets if it has a different one. */
type LocalItem = {
  list: MigratedList;
  key: string;
  /** The name under which people know it. */
  name: string;
  item: unknown;
  /** Joins it into a different one in Redis, which is kept. */
  joinInto?: (present: string, isPreferred: boolean) => unknown;
};

type Outcome = 'moved' | 'movedBefore' | 'kept';

/** What became of the items of one list, by the names under which people know them. */
export type MovedList = {
  list: MigratedList;
  moved: string[];
  /** Redis has them, or had them: what was revoked or withdrawn there since does not come back. */
  movedBefore: string[];
  /** Redis has different ones, which stay. */
  kept: string[];
  /** Nobody needs them any more. */
  outdated: string[];
};

/**
 * Moves keys, passcodes and announced shows of a single web server to Redis. Running it again moves what is new.
 * @param force whether the items here replace different ones in Redis, and come back if they were removed there
 * @throws AppError `cluster-unavailable`; Error if the folder cannot be read
 */
export async function migrate(
  source: Source,
  entries: SharedEntries,
  { force }: { force: boolean },
): Promise<MovedList[]> {
  const items = [...(await keysOf(source)), ...(await locksOf(source)), ...(await source.upcoming()).map(announcement)];
  const lists: MovedList[] = migratedLists.map((list) => ({
    list,
    ...{ moved: [], movedBefore: [], kept: [], outdated: [] },
  }));
  for (const item of items) {
    const outcome = isOutdated(item) ? 'outdated' : await move(item, entries, force);
    lists.find(({ list }) => list === item.list)?.[outcome].push(item.name);
  }
  return lists;
}

async function move(
  { list, key, item, joinInto }: LocalItem,
  entries: SharedEntries,
  force: boolean,
): Promise<Outcome> {
  const text = JSON.stringify(item);
  const version = createHash('sha256').update(text).digest('base64url');
  if (!force && (await entries.moved(list, key)) === version) return 'movedBefore';
  const replaced = await entries.update(list, key, (present) => {
    if (present === null) return text;
    const before: unknown = parseJson(present);
    const joined = joinInto?.(present, force) ?? (force ? item : before);
    return isDeepStrictEqual(before, joined) ? present : JSON.stringify(joined);
  });
  const isSame = replaced !== null && isDeepStrictEqual(parseJson(replaced), item);
  if (!isSame && !force && replaced !== null) return 'kept';
  await entries.noteMoved(list, key, version);
  return isSame ? 'movedBefore' : 'moved';
}

async function keysOf({ keysFolder }: Source): Promise<LocalItem[]> {
  const folder = new KeyFolder(keysFolder);
  const texts = await Promise.all((await folder.ids()).map((id) => folder.read(id)));
  return texts.flatMap((text) => {
    const { data: item } = savedKeySchema.safeParse(text === null ? null : parseJson(text));
    return item === undefined ? [] : [{ list: 'presenterKeys', key: item.id, name: item.name, item }];
  });
}

async function locksOf({ dataDir }: Source): Promise<LocalItem[]> {
  return (await readSavedLocks(dataDir)).map((lock) => ({
    list: 'passcodes',
    key: lock.channel,
    name: lock.channel,
    item: lock,
    // Recordings of the time when a channel was locked stay locked, whichever passcode it has.
    joinInto: (present, isPreferred) => {
      const { data: other } = savedLockSchema.safeParse(parseJson(present));
      if (other === undefined) return lock;
      return isPreferred ? joinLocks(lock, other) : joinLocks(other, lock);
    },
  }));
}

function announcement(show: SavedUpcoming): LocalItem {
  return { list: 'upcoming', key: show.channel, name: `“${show.title}” on ${show.channel}`, item: show };
}

function isOutdated({ list, item }: LocalItem): boolean {
  return list === 'upcoming' && (item as SavedUpcoming).startsAt + retentionMs <= Date.now();
}
