import { keysFolder } from './access/open-access.ts';
import { Closer } from './closer.ts';
import { MigrateCommandError, runMigrateCommand } from './cluster/migrate-command.ts';
import { SharedEntries } from './cluster/shared-entries.ts';
import { ConfigError, readConfig } from './config.ts';
import { openLogger } from './logger.ts';
import { loadEnvFiles } from './project-root.ts';
import { failStart, StartError } from './start-messages.ts';
import { upcomingStore } from './storage/stores.ts';

loadEnvFiles();
const closer = new Closer();
try {
  const { dataDir, redisUrl: url } = readConfig();
  if (url === null) throw new StartError('Please set REDIS_URL, where several web servers have what this one has.');
  const { host } = new URL(url);
  const advice = failStart('Please start it, or correct REDIS_URL.', `No Redis answers at ${host}.`);
  const logger = openLogger('warn');
  const open = () => closer.own(SharedEntries.open({ url, logger }).catch(advice));
  const source = { dataDir, keysFolder: keysFolder(dataDir), upcoming: () => upcomingStore(dataDir, logger).load() };
  console.log(await runMigrateCommand(process.argv.slice(2), { source, open, host }));
} catch (error) {
  const isExpected = [MigrateCommandError, ConfigError, StartError].some((kind) => error instanceof kind);
  console.error(isExpected ? (error as Error).message : error);
  process.exitCode = 1;
} finally {
  await closer.close();
}
