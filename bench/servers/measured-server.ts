import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Mixing } from '../../lib/guests.ts';
import { Closer } from '../../server/closer.ts';
import { lookForJanus } from '../janus/janus-process.ts';
import type { LoadTarget } from '../load/load-link.ts';
import { profilingNodeOptions } from '../platform/cpu-profiles.ts';
import { siblingModule } from '../platform/sibling-module.ts';
import { StartedProcess } from '../platform/started-process.ts';
import { type PoolSize, poolSettings } from './media-pool.ts';
import { findMediaServers } from './media-server-process.ts';
import { isKurentoNamed, openNamedKurento } from './named-kurento.ts';

/** A server that is being measured. */
export type MeasuredServer = {
  /** The address and the options with which the load client connects. */
  target: LoadTarget;
  key: string;
  /** The processes that forward the media: one, or all of a pool, in the order of their start. */
  mediaPids: readonly number[];
  /** The media server's address for the Kurento Protocol; `null` if it is unknown or does not speak it. */
  mediaUrl: string | null;
  /** The process that serves pages and sockets; `null` if it is unknown or the same process. */
  webPid: number | null;
  /** Ends everything that was started for the measurement; may be called twice. */
  close(): Promise<void>;
};

/** The embedded media server lets libdatachannel check first; others may lose a second to it (see load-link.ts). */
const embeddedWays = { bindAddress: '127.0.0.1', trickleEarly: true };
/** A Kurento offers no address of the loopback interface, and a loopback socket can reach no other address. */
const kurentoWays = { bindAddress: '0.0.0.0', trickleEarly: false };

type RostrumOptions = {
  profileDir: string | null;
  /** The address on which it listens; all addresses of the machine if other machines must reach it. */
  host?: '127.0.0.1' | '0.0.0.0';
  /** Where the pictures of guests are put together. */
  mixing?: Mixing;
};

/**
 * Starts Rostrum with its own folder, on a free port of the loopback interface. It uses its embedded media server, or a
 * `pool` of them, whatever the environment names, unless `kurento` is given. If it has not been built, it starts in
 * development mode.
 */
export async function startRostrum(
  options: RostrumOptions & {
    kurento?: { url: string; pid: number };
    pool?: PoolSize;
    /** The Redis that it shares with others, and the key of all of them. */
    cluster?: { redisUrl: string; key: string };
  },
): Promise<MeasuredServer> {
  const { kurento, pool, cluster } = options;
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-bench-'));
  const key = cluster?.key ?? randomBytes(18).toString('base64url');
  const secret = randomBytes(18).toString('base64url');
  const built = existsSync('.next/BUILD_ID');
  const profiling = options.profileDir === null ? '' : profilingNodeOptions(resolve(options.profileDir));
  const server = new StartedProcess(siblingModule(import.meta.url, '../../server/main'), built ? [] : ['--dev'], {
    NODE_ENV: built ? 'production' : 'development',
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${profiling}`.trim(),
    PORT: '0',
    HOST: options.host ?? '127.0.0.1',
    PUBLIC_URL: '',
    KURENTO_URL: kurento?.url ?? '',
    EMBEDDED_PROCESSES: '',
    REDIS_URL: cluster?.redisUrl ?? '',
    ...(pool !== undefined && poolSettings(pool)),
    DATA_DIR: folder,
    RECORDINGS_DIR: '',
    RECORDINGS_URI: '',
    PRESENTER_KEY: key,
    EMBEDDED_ANNOUNCED_IP: '',
    // One address for all: a peer at 127.0.0.1 that checks another address is answered from 127.0.0.1, and drops that.
    EMBEDDED_SECRET: secret,
    // All viewers of the load client come from one address.
    MAX_SOCKETS_PER_ADDRESS: '100000',
    RATE_LIMIT_FACTOR: '0',
    EMBEDDED_BIND_IP: options.host === '0.0.0.0' ? '' : '127.0.0.1',
    MIXING: options.mixing ?? '',
    LOG_LEVEL: 'warn',
  });
  const close = async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const address = new URL(await server.announced());
    address.hostname = '127.0.0.1';
    const mediaPids = kurento === undefined ? await findMediaServers(server.pid, server.output) : [kurento.pid];
    const shownUrl = /wss?:\/\/[^\s/]+\/\S+/.exec(server.output)?.[0];
    const mediaUrl = kurento?.url ?? (shownUrl === undefined ? null : `${shownUrl}?secret=${secret}`);
    const target = { url: address.origin, ...(kurento === undefined ? embeddedWays : kurentoWays) };
    return { target, key, mediaPids, mediaUrl, webPid: server.pid, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * Starts Rostrum with the Kurento that the environment names; with `KURENTO_COMMAND`, it starts a new Kurento.
 * `mediaPid` is the Kurento's process, which is searched for if it is `null`.
 */
export async function startRostrumWithKurento(
  options: RostrumOptions & { mediaPid: number | null },
): Promise<MeasuredServer> {
  const closer = new Closer();
  try {
    const named = await closer.own(openNamedKurento());
    const kurento = { url: named.url, pid: options.mediaPid ?? (await named.pid()) };
    const server = await closer.own(startRostrum({ ...options, kurento }));
    return { ...server, close: () => closer.close() };
  } catch (error) {
    await closer.close();
    throw error;
  }
}

/** Starts Rostrum with the Kurento that the environment names, or with its embedded media server if it names none. */
export function startRostrumAsNamed(options: RostrumOptions): Promise<MeasuredServer> {
  return isKurentoNamed() ? startRostrumWithKurento({ ...options, mediaPid: null }) : startRostrum(options);
}

/** Starts the {@link BareForwarder} in its own process. */
export async function startBareForwarder(): Promise<MeasuredServer> {
  const server = new StartedProcess(siblingModule(import.meta.url, './bare-forwarder-process'), [], {});
  try {
    const url = await server.announced();
    const close = () => server.close();
    return { target: { url }, key: 'none needed', mediaPids: [server.pid], mediaUrl: null, webPid: null, close };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/**
 * Starts Janus behind the {@link JanusGateway}, which has its own process. With `eventLoops` 0 every peer has its own
 * thread, otherwise all peers share this many threads. @throws Error if Janus cannot run here
 */
export async function startJanus(eventLoops: number): Promise<MeasuredServer> {
  const found = lookForJanus();
  if ('obstacle' in found) throw new Error(found.obstacle);
  const { mediaAddress } = found;
  const words = [mediaAddress, `${eventLoops}`];
  const gateway = new StartedProcess(siblingModule(import.meta.url, '../janus/janus-gateway-process'), words, {});
  const close = () => gateway.close();
  try {
    const url = await gateway.announced();
    const mediaPid = Number(/process (\d+)/.exec(gateway.output)?.[1]);
    const target = { url, bindAddress: mediaAddress };
    return { target, key: 'none needed', mediaPids: [mediaPid], mediaUrl: null, webPid: gateway.pid, close };
  } catch (error) {
    await close();
    throw error;
  }
}
