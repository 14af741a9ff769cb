import { randomUUID } from 'node:crypto';
import type { MediaObject, Tag } from 'kurento-client';
import type { Logger } from '../logger.ts';
import { openTextFile } from '../storage/durable-files.ts';
import type { Boxed, KurentoConnection } from './kurento-connection.ts';
import { appTag, broadcastTag, instanceTag } from './kurento-pipeline.ts';
import { stopTimeoutMs } from './kurento-recorder.ts';

/** The parts of a search for orphans. */
type OrphanSearch = {
  connection: KurentoConnection;
  logger: Logger;
  instanceId: string;
  /** The ids of the broadcasts whose pipelines are kept. */
  keep: ReadonlySet<string>;
};

/** The parts of a search for what was opened for one broadcast. */
type BroadcastSearch = Pick<OrphanSearch, 'connection' | 'logger'> & { broadcastId: string };

/** Pipelines of another connection, which are held by this one now. */
export type FoundPipelines = {
  readonly count: number;
  /** Releases them, and returns how many were still there. Never rejects. */
  release(): Promise<number>;
};

/** Which pipelines are orphans. */
type Search = OrphanSearch | BroadcastSearch;

/**
 * Releases the pipelines that an earlier run of this installation left on the media server, and returns how many. A
 * Kurento would keep them, and their recordings, for minutes. Call it once, because listing the pipelines keeps them
 * alive for a while.
 * @throws AppError when the media server does not return the list
 */
export async function releaseOrphans(search: OrphanSearch): Promise<number> {
  const count = await (await findAll(search)).release();
  if (count > 0) search.logger.warn({ count }, 'Broadcasts of an earlier run were released on the media server');
  return count;
}

/**
 * Finds the pipelines of one broadcast that other connections have opened on the media server: another process that had
 * the broadcast is gone. What was found stays there for as long as this connection, unless it is released.
 * @throws AppError when the media server does not return the list
 */
export function findBroadcast(search: BroadcastSearch): Promise<FoundPipelines> {
  return findAll(search);
}

async function findAll(search: Search): Promise<FoundPipelines> {
  const ids = (await search.connection.listPipelines()).filter((id) => !search.connection.owns(id));
  const looks = await Promise.all(ids.map((id) => findIfOrphan(id, search)));
  const found = looks.filter((pipeline) => pipeline !== null);
  return {
    count: found.length,
    release: async () => {
      const released = await Promise.all(found.map((pipeline) => release(pipeline, search)));
      return released.filter(Boolean).length;
    },
  };
}

async function findIfOrphan(id: string, search: Search): Promise<Boxed<MediaObject> | null> {
  const { connection, logger } = search;
  try {
    const pipeline = await connection.find(id);
    if (await isOrphan(pipeline, search)) return pipeline;
    // A pipeline of ours that was only just created gets its tags later, and must not be unreferenced.
    if (!connection.owns(id)) await letGo(pipeline, connection);
  } catch (error) {
    // The pipeline may have been released meanwhile.
    logger.debug({ err: error, objectId: id }, 'A pipeline could not be inspected');
  }
  return null;
}

async function release({ object }: Boxed<MediaObject>, { connection, logger }: Search): Promise<boolean> {
  try {
    await connection.call<unknown>({
      doing: 'release',
      // The release waits for the files of the pipeline's recorders.
      timeoutMs: stopTimeoutMs,
      run: (callback) => object.release(callback),
    });
    return true;
  } catch (error) {
    logger.debug({ err: error, objectId: object.id }, 'A pipeline could not be released');
    return false;
  }
}

async function isOrphan({ object }: Boxed<MediaObject>, search: Search): Promise<boolean> {
  const { connection } = search;
  const tags = await connection.call<Tag[]>({ doing: 'getTags', run: (callback) => object.getTags(callback) });
  const values = new Map(tags.map(({ key, value }) => [key, value]));
  if (values.get(appTag.key) !== appTag.value) return false;
  const broadcastId = values.get(broadcastTag) ?? '';
  if ('broadcastId' in search) return broadcastId === search.broadcastId;
  return values.get(instanceTag) === search.instanceId && !search.keep.has(broadcastId);
}

/**
 * A session that inspects an object holds it; without this, another application's object would live as long as this
 * connection.
 */
async function letGo({ object }: Boxed<MediaObject>, connection: KurentoConnection): Promise<void> {
  const params = { object: object.id };
  await connection.call<unknown>({
    doing: 'unref',
    run: (callback) => object.emit('_rpc', undefined, 'unref', params, callback),
  });
  object.emit('release');
}

/**
 * The id of this installation among others that share a media server, from `<folder>/instance-id`. It is created at the
 * first start, and stays the same.
 * @throws Error of node:fs when the folder cannot be created, read or written
 */
export function openInstanceId(folder: string): Promise<string> {
  return openTextFile(folder, 'instance-id', randomUUID);
}
