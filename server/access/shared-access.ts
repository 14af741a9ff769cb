import type { z } from 'zod';
import type { Logger } from '../logger.ts';
import { ChannelLocks, type SavedLock, savedLockSchema } from './channel-locks.ts';
import type { KeyFiles } from './key-folder.ts';
import { savedKeySchema } from './presenter-keys.ts';
import { SessionTokens } from './session-tokens.ts';

/** A list that several web servers share, each with all items in memory. */
interface SharedItems<Item> {
  items(): Item[];
  /** Never rejects. */
  save(items: readonly Item[]): Promise<void>;
  /** Calls `listener` with each item that another web server changed; `null` if it was removed. */
  onChanged(listener: (key: string, item: Item | null) => void): void;
}

/** Opens a shared list. */
type OpenList = <Item>(
  name: 'passcodes' | 'presenterKeys',
  schema: z.ZodType<Item>,
  keyOf: (item: Item) => string,
) => Promise<SharedItems<Item>>;

/** What decides who may do what, and is the same at all web servers that share it. */
export type SharedAccess = { tokens: SessionTokens; locks: ChannelLocks; keys: KeyFiles };

/** Opens the passcodes, the presenter keys and the sessions that web servers share. @throws AppError of `list` */
export async function openSharedAccess(parts: {
  sessionSecret: string;
  list: OpenList;
  logger: Logger;
}): Promise<SharedAccess> {
  const { sessionSecret, list, logger } = parts;
  const passcodes = await list<SavedLock>('passcodes', savedLockSchema, ({ channel }) => channel);
  const locks = new ChannelLocks(passcodes.items(), (saved) => passcodes.save(saved), logger);
  passcodes.onChanged((channel, lock) => locks.put(channel, lock));
  const keys = await list('presenterKeys', savedKeySchema, ({ id }) => id);
  return { tokens: new SessionTokens(new TextEncoder().encode(sessionSecret)), locks, keys: keysIn(keys) };
}

function keysIn(list: SharedItems<z.output<typeof savedKeySchema>>): KeyFiles {
  const listeners = new Set<() => void>();
  list.onChanged(() => {
    for (const changed of listeners) changed();
  });
  const without = (id: string) => list.items().filter((key) => key.id !== id);
  return {
    read: async (id) => {
      const key = list.items().find((one) => one.id === id);
      return key === undefined ? null : JSON.stringify(key);
    },
    ids: async () => list.items().map(({ id }) => id),
    write: async (id, text) => await list.save([...without(id), savedKeySchema.parse(JSON.parse(text))]),
    remove: async (id) => await list.save(without(id)),
    watch: (changed) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  };
}
