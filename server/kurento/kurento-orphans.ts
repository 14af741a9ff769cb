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

/** Which pipelines are orphans. */
type Search = OrphanSearch | BroadcastSearch;

/**
 * Releases the pipelines that an earlier run of this installation left on the media server, and returns how many. A
 * Kurento would keep them, and their recordings, for minutes. Call it once, because listing the pipelines keeps them
 * alive for a while.
 * @throws AppError when the media server does not return the list
 */
export async function releaseOrphans(search: OrphanSearch): Promise<number> {
  const count = await releaseAll(search);
  if (count > 0) search.logger.warn({ count }, 'Broadcasts of an earlier run were released on the media server');
  return count;
}

/**
 * Releases the pipelines of one broadcast that other connections have opened on the media server, and returns how many:
 * another process that had the broadcast is gone.
 * @throws AppError when the media server does not return the list
 */
export function releaseBroadcast(search: BroadcastSearch): Promise<number> {
  return releaseAll(search);
}

async function releaseAll(search: Search): Promise<number> {
  const ids = (await search.connection.listPipelines()).filter((id) => !search.connection.owns(id));
  const released = await Promise.all(ids.map((id) => releaseIfOrphan(id, search)));
  return released.filter(Boolean).length;
}

async function releaseIfOrphan(id: string, search: Search): Promise<boolean> {
  const { connection, logger } = search;
  try {
    const pipeline = await connection.find(id);
    if (await isOrphan(pipeline, search)) {
      await connection.call<unknown>({
        doing: 'release',
        // The release waits for the files of the pipeline's recorders.
        timeoutMs: stopTimeoutMs,
        run: (callback) => pipeline.object.release(callback),
      });
      return true;
    }
    // A pipeline of ours that was only just created gets its tags later, and must not be unreferenced.
    if (!connection.owns(id)) await letGo(pipeline, connection);
  } catch (error) {
    // The pipeline may have been released meanwhile.
    logger.debug({ err: error, objectId: id }, 'A pipeline could not be inspected or released');
  }
  return false;
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
