import { Registration } from './cluster/registered-servers.ts';
import { readMediaServerConfig } from './config.ts';
import { readCommandLine, usage } from './embedded-kurento/command-line.ts';
import { startEmbeddedKurento } from './embedded-kurento/supervised-media-server.ts';
import { openLogger } from './logger.ts';
import { singleHost, urlHost } from './platform/host-address.ts';
import { addressesOfServer } from './platform/network-addresses.ts';
import { loadEnvFiles } from './project-root.ts';
import type { RegistrationSettings } from './registration-settings.ts';

/*
 * `npm run media-server`: the embedded media server in a process of its own, for any client of the Kurento protocol. With
 * REDIS_URL, it registers itself with the web servers there.
 */

/** The signals that end it cleanly. */
const stopSignals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;

/** Serves until a signal ends this process; web servers find it in Redis. */
async function serveRegistered({ redisUrl, secret, url, capacity }: RegistrationSettings): Promise<void> {
  const commandLine = readCommandLine(process.argv.slice(2));
  if (commandLine.help) {
    console.log(usage);
    return;
  }
  const logger = openLogger('info');
  // Web servers on other machines are to reach it, and nobody else knows the secret.
  const settings = { host: '0.0.0.0', ...commandLine.options, secret };
  const server = await startEmbeddedKurento({
    ...settings,
    log: (level, message, context) => logger[level]({ ...context, part: 'media server' }, message),
  });
  const port = new URL(server.url).port;
  const host = singleHost(settings.host) ?? (await addressesOfServer(null))[0] ?? '127.0.0.1';
  const ownUrl = url ?? `ws://${urlHost(host)}:${port}/kurento`;
  const registration = await Registration.open({ url: ownUrl, capacity }, { secret, redisUrl, logger }).catch(
    async (error: unknown) => {
      await server.close();
      throw new Error(`No Redis answers at ${new URL(redisUrl).host}. Please start it, or correct REDIS_URL.`, {
        cause: error,
      });
    },
  );
  console.log(`${ownUrl} is registered`);
  const end = () => {
    void registration
      .close()
      .then(() => server.close())
      .finally(() => process.exit(0));
  };
  for (const signal of stopSignals) process.once(signal, end);
  // A parent that forked it, such as a test, takes it along.
  process.once('disconnect', end);
}

loadEnvFiles();
try {
  const settings = readMediaServerConfig();
  if (settings === null) await import('./embedded-kurento/main.ts');
  else await serveRegistered(settings);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
