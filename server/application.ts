import type { AppError } from '../lib/errors.ts';
import { openAccess } from './access/open-access.ts';
import { mediaServerAway } from './broadcast/broadcast-errors.ts';
import { BroadcastRegistry } from './broadcast/broadcast-registry.ts';
import { ConnectionTests } from './broadcast/connection-tests.ts';
import { RecordingPreviews } from './broadcast/recording-previews.ts';
import { Seats } from './broadcast/seats.ts';
import { Thumbnails } from './broadcast/thumbnails.ts';
import { UpcomingShows } from './broadcast/upcoming-shows.ts';
import type { Closer } from './closer.ts';
import type { Config } from './config.ts';
import { Conversations } from './conversation/conversations.ts';
import { FileJournals, type Journals } from './conversation/journals.ts';
import { startEmbeddedKurento } from './embedded-kurento/supervised-media-server.ts';
import { createGates } from './gates/gates.ts';
import { createCalendarRoute } from './http/calendar-route.ts';
import { createHealthRoute, type Live } from './http/health-route.ts';
import { openHttpServer } from './http/http-server.ts';
import type { Secure } from './http/https-front.ts';
import { createPoolRoute } from './http/pool-route.ts';
import { createSessionRoute } from './http/session-route.ts';
import { createThumbnailRoute } from './http/thumbnail-route.ts';
import { endpointServersOf } from './ice/endpoint-servers.ts';
import { iceServersFor } from './ice/turn-credentials.ts';
import { openKurentoGateway } from './kurento/kurento-gateway.ts';
import { openInstanceId } from './kurento/kurento-orphans.ts';
import { openMediaServerPool } from './kurento/pool/media-server-pool.ts';
import type { Logger } from './logger.ts';
import { withoutBrackets } from './platform/host-address.ts';
import { networkOfProcess } from './platform/media-network.ts';
import { addressesOfServer } from './platform/network-addresses.ts';
import { ConversationFiles } from './recordings/conversation-files.ts';
import { Derived } from './recordings/derived/derived.ts';
import { RecordingLibrary } from './recordings/recording-library.ts';
import { createRecordingRoutes } from './recordings/recording-routes.ts';
import { createSignalingServer } from './signaling/signaling-server.ts';
import { failStart, startBanner } from './start-messages.ts';
import { openPresenterKey, PresenterKey } from './storage/presenter-key.ts';
import { liveStore, upcomingStore } from './storage/stores.ts';
import { openCertificate } from './tls/open-certificate.ts';
import { CertificateError } from './tls/server-certificate.ts';

/** What the application is started with. */
export type ApplicationParts = {
  config: Config;
  /** The project's folder. */
  root: string;
  /** Pages are built on request, for development. */
  dev: boolean;
  logger: Logger;
  /** Closes everything in an orderly end. */
  closer: Closer;
  /** Closed after a fault, instead of `closer`: see process-end.ts. */
  rescue: Closer;
  /** Opens the web server and its pages; tests need none. */
  openHttp?: typeof openHttpServer;
};

/** What routes inspect; null while the server starts, and `pool` if there is only one media server. */
type LiveParts = Live & {
  pool: Parameters<typeof createPoolRoute>[0]['live']['pool'];
  thumbnails: Thumbnails | null;
  upcoming: UpcomingShows | null;
};

/** The other web servers, if there may be any. */
type Several = Awaited<ReturnType<typeof joinOthers>>;

const otherFolder = (setting: string) => `Please correct its permissions, or set ${setting} to another folder.`;

/**
 * Opens everything in the order of its dependencies.
 * @returns the port, and the text to print for the owner
 * @throws StartError if something cannot be opened for a reason that the owner can fix
 */
export async function startApplication(parts: ApplicationParts): Promise<{ banner: string; port: number }> {
  const { config, root, dev, logger, closer, rescue } = parts;
  const { dataDir, recordingsDir, recordingsUri, recordingsStore, maxVideoKbps, presenterGraceMs } = config;
  const keyless = failStart(otherFolder('DATA_DIR'), `The folder ${dataDir} cannot be written to.`);
  const ownKey = () => openPresenterKey(dataDir).catch(keyless);
  const key = config.presenterKey === null ? await ownKey() : new PresenterKey(config.presenterKey);
  const gates = createGates(config.gates, config.publicUrl, logger);
  const several = await joinOthers(parts);
  if (several !== null) await closer.own(several.shareLimits(gates));
  const access = await openAccess({ ownerKey: key, gates, config, logger, shared: several?.access });
  const onAir = liveStore(dataDir, logger);
  const saved = several === null ? await onAir.load() : [];
  // The library does not finish recordings of shows that may resume; their broadcasts do that.
  const held = new Set(saved.flatMap(({ recordingId }) => recordingId ?? []));
  const store = recordingsStore === null ? null : { settings: recordingsStore, others: several?.recordings ?? null };
  const place = { folder: recordingsDir, mediaServerUri: recordingsUri, store, care: config.recordingsCare };
  const opening = RecordingLibrary.open({ ...place, held, isShared: several !== null, logger });
  const library = await closer.own(opening.catch(failStart(otherFolder('RECORDINGS_DIR'))));
  const archive = new ConversationFiles(recordingsDir);
  const derived = new Derived({ library, conversations: archive, ffmpeg: config.recordingsFfmpeg, logger });
  closer.add(() => derived.close());
  const live: LiveParts = {
    registry: null,
    signaling: null,
    pool: null,
    thumbnails: null,
    upcoming: null,
    cluster: several?.membership ?? null,
  };
  const routes = [
    createRecordingRoutes({ library, access, logger, conversations: archive, derived }),
    createSessionRoute(access, logger),
    createHealthRoute({ live, access }),
    createPoolRoute({ live, access, logger }),
    createThumbnailRoute({ live, access, logger }),
    createCalendarRoute({ live, access, publicUrl: config.publicUrl, logger }),
  ];
  const secure = await openSecure(parts);
  const iceServers = config.ice.stunUrls.length + config.ice.turnUrls.length > 0 ? 'granted' : 'none';
  const mediaOrigins = (await library.archive?.mediaOrigins()) ?? [];
  const http = (parts.openHttp ?? openHttpServer)({
    ...config,
    gates,
    root,
    dev,
    secure,
    routes,
    logger,
    iceServers,
    mediaOrigins,
  });
  // Pages are prepared while the media server starts; a failure of either is handled below.
  http.catch(() => {});
  const { gateway, pool, kurentoUrls } = await connectMediaServers(parts, live, several);
  const { capacity } = config.gates;
  const limits = { maxVideoKbps, maxBroadcasts: capacity.broadcasts, mixing: config.mixing };
  const registry = new BroadcastRegistry({ gateway, recordingStore: library, logger, ...limits, presenterGraceMs });
  live.registry = registry;
  if (pool?.isAvailable === false) registry.mediaServerLost(mediaServerAway());
  if (pool !== null && several !== null) {
    const channelOf = (broadcastId: string) => registry.channelOf(broadcastId);
    live.pool = await closer.own(several.sharePool({ pool, channelOf, secret: config.embeddedSecret }));
  }
  const recorded = new RecordingPreviews({ recordingStore: library, logger });
  const thumbnails = new Thumbnails({ registry, exchange: several?.thumbnails, recorded, logger });
  closer.add(() => thumbnails.close());
  live.thumbnails = thumbnails;
  const connectionTests = new ConnectionTests({ gateway, logger, maxVideoKbps });
  closer.add(() => connectionTests.close());
  if (several === null) {
    await gateway.releaseOrphans(new Set()).catch((error: unknown) => {
      logger.warn({ err: error }, 'Objects of an earlier run could not be released on the media server');
    });
    registry.restore(saved);
    registry.onChanged(() => void onAir.save(registry.save()));
  }
  const conversations = await openConversations(parts, { registry, archive, shared: several?.journals ?? null });
  closer.add(access.keys.follow((ids) => registry.endRevoked(ids), logger));
  const announcements = several === null ? upcomingStore(dataDir, logger) : several.announcements;
  const upcoming = new UpcomingShows(registry, (shows) => announcements.save(shows), logger);
  closer.add(() => upcoming.close());
  upcoming.restore(await announcements.load());
  live.upcoming = upcoming;
  const linksOutlive = config.embeddedProcesses === 0;
  const owning =
    several === null
      ? null
      : await closer.own(several.startOwning({ registry, gateway, linksOutlive, library, upcoming }));
  const { server: httpServer, listen } = await closer.own(http);
  const seats = new Seats({ capacity });
  closer.add(() => seats.close());
  if (several !== null) await closer.own(several.shareCapacity({ seats, registry }));
  registry.onChanged(({ phase, channel }) => {
    if (phase === 'ended') seats.clear(channel);
  });
  const domain = { registry, upcoming, connectionTests, seats, conversations, thumbnails };
  const grant = (peerId: string) => iceServersFor(peerId, config.ice);
  const signaling = createSignalingServer({
    ...{ httpServer, ...domain, access, gates, iceServers: grant, logger },
    cluster: owning?.signaling,
  });
  live.signaling = await closer.own(signaling);
  const saveAll = () => onAir.save(registry.save());
  rescue.add(owning === null ? () => registry.suspend().then(saveAll) : () => owning.handOver());
  const port = await listen();
  // Added last, so that it runs first: viewers are notified of the end while their sockets are still open.
  closer.add(owning === null ? () => registry.close().then(saveAll) : () => owning.end());
  const lanAddresses = config.https?.certificate.from === 'self-signed' ? await addressesOfServer(config.host) : [];
  return { banner: startBanner({ config, port, key: key.text, kurentoUrls, lanAddresses }), port };
}

/** Joins the other web servers, if there may be any. */
async function joinOthers({ config, logger, closer }: ApplicationParts) {
  if (config.redisUrl === null) return null;
  const { joinCluster } = await import('./cluster/join-cluster.ts');
  const { host } = new URL(config.redisUrl);
  const advice = failStart('Please start it, or correct REDIS_URL.', `No Redis answers at ${host}.`);
  return await closer.own(joinCluster({ url: config.redisUrl, logger }).catch(advice));
}

/** Opens the conversations of shows, unless there are none. Those that a killed server left behind are kept first. */
async function openConversations(
  { config, logger, closer }: ApplicationParts,
  found: { registry: BroadcastRegistry; archive: ConversationFiles; shared: Journals | null },
): Promise<Conversations | undefined> {
  if (config.conversation === 'off') return undefined;
  const { registry, archive, shared } = found;
  const files = new FileJournals(`${config.dataDir}/conversations`);
  const conversations = new Conversations({ registry, journals: shared ?? files, archive, logger });
  closer.add(() => conversations.close());
  const onAir = registry.save().map(({ id }) => id);
  if (shared === null) await conversations.keepLeftBehind(files, new Set(onAir));
  return conversations;
}

/** Opens the certificate, if pages are served over HTTPS. */
async function openSecure({ config, logger }: ApplicationParts): Promise<Secure | null> {
  const { https, publicUrl, dataDir, embedded } = config;
  if (https === null) return null;
  const published = publicUrl === null ? [] : [withoutBrackets(new URL(publicUrl).hostname)];
  const hosts = [...published, ...(embedded.announcedIps ?? [])];
  const answers = new Map<string, string>();
  const opening = openCertificate({ origin: https.certificate, folder: `${dataDir}/tls`, hosts, answers, logger });
  const certificates = await opening.catch((error: unknown) => {
    const advice = error instanceof CertificateError ? 'Please correct TLS_CERT and TLS_KEY.' : otherFolder('DATA_DIR');
    return failStart(advice)(error);
  });
  return { certificates, answers, httpPort: https.httpPort };
}

/** Connects to the configured media servers, or to the embedded ones that it starts; several make a pool. */
async function connectMediaServers(parts: ApplicationParts, live: LiveParts, several: Several) {
  const { config, logger, closer, rescue } = parts;
  const embeddedUrls = await startEmbedded(parts, live);
  const instanceId = await openInstanceId(config.dataDir).catch(failStart(otherFolder('DATA_DIR')));
  const listener = {
    lost: (error: AppError) => live.registry?.mediaServerLost(error),
    regained: () => live.registry?.mediaServerRegained(),
  };
  // The embedded media server reaches TURN servers over UDP only.
  const ofEmbedded = endpointServersOf({ settings: config.ice, transports: ['udp'], logger });
  const ofKurento = endpointServersOf({ settings: config.ice, transports: ['udp', 'tcp', 'tls'], logger });
  const registered = (await several?.registeredServers(config.embeddedSecret)) ?? [];
  const servers = [
    ...config.kurentoUrls.map((url) => ({ url, endpointServers: ofKurento })),
    ...embeddedUrls.map((url) => ({ url, endpointServers: ofEmbedded })),
  ];
  const [first] = servers;
  const common = { instanceId, logger, listener };
  const { viewersPerMediaServer: viewersPerServer, edgesPerMediaServer: edgesPerServer } = config;
  const kurentoUrls = servers.map(({ url }) => url);
  // Where there are several web servers, media servers may come and go.
  if (first !== undefined && servers.length === 1 && several === null) {
    const gateway = await closer.own(openKurentoGateway({ ...common, ...first }));
    rescue.add(() => gateway.close());
    return { gateway, pool: null, kurentoUrls };
  }
  const pool = await closer.own(
    openMediaServerPool({
      ...{ ...common, servers, viewersPerServer, edgesPerServer },
      endpointServersOfRegistered: ofEmbedded,
    }),
  );
  pool.setRegistered(registered);
  rescue.add(() => pool.close());
  live.pool = pool;
  return { gateway: pool, pool, kurentoUrls };
}

async function startEmbedded({ config, logger, closer, rescue }: ApplicationParts, live: LiveParts): Promise<string[]> {
  const { embeddedProcesses: processes, embeddedSecret, embedded: network, maxTranscodes } = config;
  const starting = Array.from({ length: processes }, async (_, index) => {
    const embedded = await closer.own(
      startEmbeddedKurento({
        ...networkOfProcess(network, index, processes),
        ...(embeddedSecret !== null && { secret: embeddedSecret }),
        ...(maxTranscodes !== null && { maxTranscodes }),
        onCrashLoop: () => {
          // The shows of one of several processes are on another one by then.
          if (processes === 1 || live.registry?.mediaServerAvailable === false) live.registry?.mediaServerLoops();
        },
        log: (level, message, context) =>
          logger[level]({ ...context, part: 'media server', ...(processes > 1 && { process: index + 1 }) }, message),
      }).catch(failStart('The embedded media server could not be started.')),
    );
    // Closing it waits for the files that it writes, and releases its ports.
    rescue.add(() => embedded.close());
    return embedded.url;
  });
  return await Promise.all(starting);
}
