import { KeysCommandError, runKeysCommand } from './access/keys-command.ts';
import { keysFolder } from './access/open-access.ts';
import { PresenterKeys } from './access/presenter-keys.ts';
import { ConfigError, readConfig } from './config.ts';
import { loadEnvFiles } from './project-root.ts';

loadEnvFiles();
try {
  const { dataDir, publicUrl, redisUrl } = readConfig();
  if (redisUrl !== null) {
    throw new KeysCommandError('With REDIS_URL, the keys are in Redis: please use the page /keys instead.');
  }
  const keys = new PresenterKeys(keysFolder(dataDir));
  console.log(await runKeysCommand(process.argv.slice(2), { keys, publicUrl }));
} catch (error) {
  console.error(error instanceof KeysCommandError || error instanceof ConfigError ? error.message : error);
  process.exitCode = 1;
}
