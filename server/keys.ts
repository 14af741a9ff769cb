import type { KeyFiles } from './access/key-folder.ts';
import { KeysCommandError, runKeysCommand } from './access/keys-command.ts';
import { keysFolder } from './access/open-access.ts';
import { PresenterKeys } from './access/presenter-keys.ts';
import { Closer } from './closer.ts';
import { ConfigError, readConfig } from './config.ts';
import { openLogger } from './logger.ts';
import { loadEnvFiles } from './project-root.ts';
import { failStart, StartError } from './start-messages.ts';

loadEnvFiles();
const closer = new Closer();
try {
  const { dataDir, redisUrl, publicUrl } = readConfig();
  const keys = new PresenterKeys(redisUrl === null ? keysFolder(dataDir) : await openShared(redisUrl));
  const where = redisUrl === null ? 'the folder “keys” of DATA_DIR' : `Redis at ${new URL(redisUrl).host}`;
  console.log(await runKeysCommand(process.argv.slice(2), { keys, publicUrl, where }));
} catch (error) {
  const isExpected = [KeysCommandError, ConfigError, StartError].some((kind) => error instanceof kind);
  console.error(isExpected ? (error as Error).message : error);
  process.exitCode = 1;
} finally {
  await closer.close();
}

/** The keys of several web servers. @throws StartError */
async function openShared(url: string): Promise<KeyFiles> {
  const { keyFilesIn, SharedEntries } = await import('./cluster/shared-entries.ts');
  const { host } = new URL(url);
  const advice = failStart('Please start it, or correct REDIS_URL.', `No Redis answers at ${host}.`);
  return keyFilesIn(await closer.own(SharedEntries.open({ url, logger: openLogger('silent') }).catch(advice)));
}
