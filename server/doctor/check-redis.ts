import { AppError } from '../../lib/errors.ts';
import type { Config } from '../config.ts';
import { openLogger } from '../logger.ts';
import { broken, type Finding, ok, open, risk } from './finding.ts';

/** The oldest version that has all commands which are used. */
const oldest = { major: 6, minor: 2 };

/** Does the Redis of several web servers answer, is it new enough, and does it keep its data? Changes nothing. */
export async function checkRedis({ redisUrl: url }: Config): Promise<Finding[]> {
  if (url === null) return [open('No Redis is set (REDIS_URL): this is the only web server.')];
  const { host } = new URL(url);
  const { RedisConnection } = await import('../cluster/redis-connection.ts');
  try {
    const redis = await RedisConnection.open({ url, logger: openLogger('silent') });
    try {
      const info = String(await redis.command(['INFO']));
      const version = /^redis_version:(\S+)/m.exec(info)?.[1] ?? 'unknown';
      const [major = 0, minor = 0] = version.split('.').map(Number);
      const isNew = major > oldest.major || (major === oldest.major && minor >= oldest.minor);
      const age = isNew
        ? ok(`Redis ${version} answers at ${host}.`)
        : broken(`Redis ${version} at ${host} is too old.`, `Install ${oldest.major}.${oldest.minor} or newer.`);
      const keeps = /^aof_enabled:1/m.test(info)
        ? ok('It keeps its data on disk.')
        : risk(
            'It may lose passcodes, presenter keys and announced shows when it ends.',
            'Set “appendonly yes” in its configuration.',
          );
      return [age, keeps];
    } finally {
      redis.close();
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // Redis says itself why it refuses, for example without its password.
    const reason = error instanceof AppError ? '' : ` (${error.message})`;
    return [broken(`No Redis answers at ${host}${reason}.`, 'Start it, or correct REDIS_URL.')];
  }
}
