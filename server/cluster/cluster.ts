import { randomBytes, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { type SavedUpcoming, savedUpcomingSchema } from '../broadcast/upcoming-shows.ts';
import { Closer } from '../closer.ts';
import { Membership } from './membership.ts';
import type { SharedListName } from './messages.ts';
import { Messenger } from './messenger.ts';
import { RecordingClaims } from './recording-claims.ts';
import { RedisConnection, type RedisOptions } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';
import { SavedShows } from './saved-shows.ts';
import { SharedJournals } from './shared-journals.ts';
import { SharedList } from './shared-list.ts';
import { SharedLobby } from './shared-lobby.ts';
import { type DrainedServer, drainedServerSchema } from './shared-pool.ts';
import { SharedThumbnails } from './shared-thumbnails.ts';

/** What several web servers share, as one of them sees it. */
export type Cluster = {
  readonly membership: Membership;
  readonly messenger: Messenger;
  readonly lobby: SharedLobby;
  readonly thumbnails: SharedThumbnails;
  readonly saved: SavedShows;
  readonly recordings: RecordingClaims;
  readonly journals: SharedJournals;
  readonly upcoming: SharedList<SavedUpcoming>;
  readonly drained: SharedList<DrainedServer>;
  /** The secret with which all of them sign sessions and tickets. */
  readonly sessionSecret: string;
  /** For what only a part of the cluster keeps there. */
  readonly redis: RedisConnection;
  /** Opens another list that all of them share. */
  list<Item>(name: SharedListName, schema: z.ZodType<Item>, keyOf: (item: Item) => string): Promise<SharedList<Item>>;
  /** Leaves the others, who may take its channels over at once. May be called twice. Never rejects. */
  leave(): Promise<void>;
  /** Leaves, and closes everything. */
  close(): Promise<void>;
};

/**
 * Joins the other web servers at a Redis.
 * @throws AppError `cluster-unavailable` if Redis does not answer
 */
export async function openCluster({ url, logger: parent }: RedisOptions): Promise<Cluster> {
  const id = randomUUID();
  const logger = parent.child({ part: 'cluster', webServer: id });
  const closer = new Closer();
  try {
    const options = { url, logger };
    const redis = await closer.own(RedisConnection.open(options));
    const membership = new Membership({ id, redis, logger });
    const messenger = await closer.own(Messenger.open({ id, redis, options, logger }));
    let sessionSecret: string | null = null;
    const lists = new Set<{ reconcile(): Promise<void> }>();
    const list: Cluster['list'] = async (name, schema, keyOf) => {
      const opened = await SharedList.open({ name, schema, keyOf, redis, messenger, logger });
      lists.add(opened);
      return opened;
    };
    membership.follow({
      rosterChanged: ({ joined, left }) => {
        logger.info({ joined, left, webServers: membership.others.size + 1 }, 'Web servers came or went');
        for (const one of left) messenger.gone(one);
      },
      redisBack: () => {
        for (const one of lists) void one.reconcile();
        // If Redis lost its data, it gets the secret of those who go on.
        if (sessionSecret !== null) void keepSecret(redis, sessionSecret).catch(() => undefined);
      },
    });
    const lobby = new SharedLobby({ redis, membership, messenger, logger });
    let leaving: Promise<void> | undefined;
    const leave = () => {
      leaving ??= membership.leave();
      return leaving;
    };
    closer.add(leave);
    await membership.join();
    await lobby.load();
    sessionSecret = await keepSecret(redis, randomBytes(32).toString('base64url'));
    return {
      ...{ membership, messenger, lobby, list, leave, redis },
      thumbnails: new SharedThumbnails({ redis, logger }),
      saved: new SavedShows({ redis, membership, logger }),
      recordings: new RecordingClaims({ redis, membership, messenger }),
      journals: new SharedJournals({ redis, membership }),
      upcoming: await list('upcoming', savedUpcomingSchema, ({ channel }) => channel),
      drained: await list('drained', drainedServerSchema, ({ id }) => id),
      sessionSecret,
      close: () => closer.close(),
    };
  } catch (error) {
    await closer.close();
    throw error;
  }
}

/** The secret in Redis, which is this one if there was none. @throws AppError `cluster-unavailable` */
async function keepSecret(redis: RedisConnection, secret: string): Promise<string> {
  await redis.command(['SET', redisKeys.sessionSecret, secret, 'NX']);
  return String(await redis.command(['GET', redisKeys.sessionSecret]));
}
