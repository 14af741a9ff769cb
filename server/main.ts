import nextEnv from '@next/env';
import { AppError } from '../lib/errors.ts';
import { BroadcastRegistry } from './broadcast/broadcast-registry.ts';
import { ConnectionTests } from './broadcast/connection-tests.ts';
import { UpcomingShows } from './broadcast/upcoming-shows.ts';
import { Closer } from './closer.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { startEmbeddedKurento } from './embedded-kurento/supervised-media-server.ts';
import { createHealthRoute } from './http/health-route.ts';
import { openHttpServer } from './http/http-server.ts';
import { openKurentoGateway } from './kurento/kurento-gateway.ts';
import { openInstanceId } from './kurento/kurento-orphans.ts';
import { type Logger, logPrints, openLogger } from './logger.ts';
import { BufferedOutput, bufferOutput } from './platform/buffered-output.ts';
import { endInOrder } from './process-end.ts';
import { findProjectRoot } from './project-root.ts';
import { RecordingLibrary } from './recordings/recording-library.ts';
import { createRecordingRoutes } from './recordings/recording-routes.ts';
import { createSignalingServer, type SignalingServer } from './signaling/signaling-server.ts';
import { StartError, startBanner } from './start-messages.ts';
import { openPresenterKey, PresenterKey } from './storage/presenter-key.ts';
import { liveStore, upcomingStore } from './storage/stores.ts';
import type { ServerMessage } from './supervised-server.ts';

const closer = new Closer();
/** What is still done after a fault: see process-end.ts. */
const rescue = new Closer();
const root = findProjectRoot();
const dev = process.argv.includes('--dev');
nextEnv.loadEnvConfig(root, dev, { info: () => {}, error: () => {} });

bufferOutput();
try {
  const read = readConfig();
  const port = process.argv.find((argument) => argument.startsWith('--port='))?.slice('--port='.length);
  const config = port === undefined ? read : { ...read, port: Number(port) };
  const logger = openLogger(config.logLevel);
  endInOrder({ closer, rescue, logger });
  // During development, pages are built while people look, and what is said of that is meant for them.
  if (!dev) logPrints(logger);
  const listening = await start(config, logger);
  new BufferedOutput(1, () => '').write(`${listening.banner}\n`);
  tellSupervisor({ type: 'listening', port: listening.port });
} catch (error) {
  await closer.close().catch(() => {});
  const known = error instanceof StartError || error instanceof ConfigError || error instanceof AppError;
  console.error(known ? error.message : error);
  process.exit(1);
}

/** Opens everything, in the order in which things need each other; the banner is what to tell the owner. */
async function start(config: Config, logger: Logger): Promise<{ banner: string; port: number }> {
  const key = config.presenterKey === null ? await ownKey(config) : new PresenterKey(config.presenterKey);
  const store = liveStore(config.dataDir, logger);
  const saved = await store.load();
  const library = await closer.own(
    RecordingLibrary.open({
      folder: config.recordingsDir,
      mediaServerUri: config.recordingsUri,
      // What may go on is not finished by the library; its broadcast sees to that.
      held: new Set(saved.flatMap(({ recordingId }) => recordingId ?? [])),
      logger,
    }).catch(startError('Please correct its rights, or set RECORDINGS_DIR to another.')),
  );
  const checkKey = (candidate: string) => key.matches(candidate);
  const live: { registry: BroadcastRegistry | null; signaling: SignalingServer | null } = {
    registry: null,
    signaling: null,
  };
  const http = openHttpServer({
    ...config,
    root,
    dev,
    routes: [createRecordingRoutes(library, checkKey, logger), createHealthRoute({ live, checkKey })],
    logger,
  });
  // Pages are prepared while the media server starts; a failure of either is met below.
  http.catch(() => {});
  const kurentoUrl =
    config.kurentoUrl ?? (await startEmbedded(config, logger, () => live.registry?.mediaServerLoops()));
  const gateway = await closer.own(
    openKurentoGateway({
      url: kurentoUrl,
      instanceId: await openInstanceId(config.dataDir).catch(
        startError('Please correct its rights, or set DATA_DIR to another.'),
      ),
      logger,
      listener: {
        lost: (error) => live.registry?.mediaServerLost(error),
        regained: () => live.registry?.mediaServerRegained(),
      },
    }),
  );
  rescue.add(() => gateway.close());
  const registry = new BroadcastRegistry({
    gateway,
    recordingStore: library,
    logger,
    maxVideoKbps: config.maxVideoKbps,
    mediaTimeoutMs: 15_000,
    presenterGraceMs: config.presenterGraceMs,
    mediaGraceMs: 15_000,
    mediaServerTimeoutMs: 8_000,
  });
  live.registry = registry;
  const connectionTests = new ConnectionTests({
    gateway,
    logger,
    maxVideoKbps: config.maxVideoKbps,
    most: 10,
    lastsMs: 30_000,
  });
  closer.add(() => connectionTests.close());
  await gateway.releaseOrphans(new Set()).catch((error: unknown) => {
    logger.warn({ err: error }, 'What an earlier run left on the media server could not be released');
  });
  registry.restore(saved);
  registry.onChanged(() => void store.save(registry.save()));
  const upcoming = await openUpcoming(config, registry, logger);
  const { server, listen } = await closer.own(http);
  live.signaling = await closer.own(
    createSignalingServer({
      httpServer: server,
      registry,
      upcoming,
      connectionTests,
      checkKey,
      logger,
      lingerMs: 5_000,
      announceEveryMs: 250,
    }),
  );
  rescue.add(async () => {
    await registry.suspend();
    await store.save(registry.save());
  });
  const port = await listen();
  // Added last, so that it comes first: viewers hear of the end while their sockets are still open.
  closer.add(async () => {
    await registry.close();
    await store.save(registry.save());
  });
  return { banner: startBanner({ config, port, key: key.text, kurentoUrl }), port };
}

/** What was announced, kept on disk with every change. */
async function openUpcoming(config: Config, registry: BroadcastRegistry, logger: Logger): Promise<UpcomingShows> {
  const store = upcomingStore(config.dataDir, logger);
  const upcoming = new UpcomingShows(registry, (shows) => store.save(shows), logger);
  closer.add(() => upcoming.close());
  upcoming.restore(await store.load());
  return upcoming;
}

async function ownKey(config: Config): Promise<PresenterKey> {
  try {
    return await openPresenterKey(config.dataDir);
  } catch (error) {
    const sentence = `The folder ${config.dataDir} cannot be written: please correct its rights, or set DATA_DIR to another.`;
    throw new StartError(sentence, { cause: error });
  }
}

async function startEmbedded(config: Config, logger: Logger, onCrashLoop: () => void): Promise<string> {
  const { announcedIps, bindIp, portRange } = config.embedded;
  const embedded = await closer.own(
    startEmbeddedKurento({
      port: 0,
      ...(announcedIps.length === 0 ? {} : { announcedAddresses: announcedIps }),
      ...(bindIp === null ? {} : { bindAddress: bindIp }),
      ...(portRange === null ? {} : { portRange }),
      onCrashLoop,
      log: (level, message, context) => logger[level]({ ...context, part: 'media server' }, message),
    }).catch(startError('The embedded media server could not be started.')),
  );
  // It waits for the files that it writes, and gives its ports back.
  rescue.add(() => embedded.close());
  return embedded.url;
}

/** Turns a failure whose message is meant for people into one that ends the start, with what to do about it. */
function startError(advice: string): (error: unknown) => never {
  return (error) => {
    throw new StartError(`${error instanceof Error ? error.message : String(error)} ${advice}`, { cause: error });
  };
}

function tellSupervisor(message: ServerMessage): void {
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined);
}
