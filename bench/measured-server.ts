import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { profilingNodeOptions } from './cpu-profiles.ts';
import { lookForJanus } from './janus-process.ts';
import type { LoadTarget } from './load-link.ts';
import { findMediaServer } from './media-server-process.ts';
import { siblingModule } from './sibling-module.ts';
import { StartedProcess } from './started-process.ts';

/** A server that is being measured. */
export type MeasuredServer = {
  /** Where and how the load client connects. */
  target: LoadTarget;
  key: string;
  /** The process that forwards the media. */
  mediaPid: number;
  /** Where the media server speaks the Kurento Protocol; `null` if it is unknown or does not. */
  mediaUrl: string | null;
  /** The process that serves pages and sockets; `null` if it is unknown or the same. */
  webPid: number | null;
  /** Ends what was started for the measurement; may be called twice. */
  close(): Promise<void>;
};

/**
 * Starts Rostrum with a folder of its own, on a free port of the loopback interface. With `KURENTO_URL` set it uses
 * that media server, whose process `mediaPid` names. Everything it needs must have been built, or it starts for
 * development.
 */
export async function startRostrum(options: {
  mediaPid: number | null;
  profileDir: string | null;
  /** Where it listens; every address of the machine if others than this machine shall reach it. */
  host?: '127.0.0.1' | '0.0.0.0';
}): Promise<MeasuredServer> {
  const folder = await mkdtemp(join(tmpdir(), 'rostrum-bench-'));
  const key = randomBytes(18).toString('base64url');
  const built = existsSync('.next/BUILD_ID');
  const profiling = options.profileDir === null ? '' : profilingNodeOptions(resolve(options.profileDir));
  const server = new StartedProcess(siblingModule(import.meta.url, '../server/main'), built ? [] : ['--dev'], {
    NODE_ENV: built ? 'production' : 'development',
    NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ''} ${profiling}`.trim(),
    PORT: '0',
    HOST: options.host ?? '127.0.0.1',
    PUBLIC_URL: '',
    DATA_DIR: folder,
    RECORDINGS_DIR: '',
    RECORDINGS_URI: '',
    PRESENTER_KEY: key,
    EMBEDDED_ANNOUNCED_IP: options.host === '0.0.0.0' ? '' : '127.0.0.1',
    LOG_LEVEL: 'warn',
  });
  const close = async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  };
  try {
    const address = new URL(await server.announced());
    address.hostname = '127.0.0.1';
    const mediaPid = options.mediaPid ?? (await findMediaServer(server.pid, server.output));
    const mediaUrl = /wss?:\/\/[^\s/]+\/\S+/.exec(server.output)?.[0] ?? null;
    // The embedded media server lets libdatachannel check first; others may lose a second to it (see load-link.ts).
    const target = { url: address.origin, trickleEarly: (process.env.KURENTO_URL ?? '') === '' };
    return { target, key, mediaPid, mediaUrl, webPid: server.pid, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Starts the {@link BareForwarder} in its own process. */
export async function startBareForwarder(): Promise<MeasuredServer> {
  const server = new StartedProcess(siblingModule(import.meta.url, './bare-forwarder-process'), [], {});
  try {
    const url = await server.announced();
    const close = () => server.close();
    return { target: { url }, key: 'none needed', mediaPid: server.pid, mediaUrl: null, webPid: null, close };
  } catch (error) {
    await server.close();
    throw error;
  }
}

/**
 * Starts Janus behind the {@link JanusGateway}, which has its own process. With `eventLoops` 0 it gives every peer a
 * thread, otherwise all share so many. @throws Error if it cannot run here
 */
export async function startJanus(eventLoops: number): Promise<MeasuredServer> {
  const found = lookForJanus();
  if ('obstacle' in found) throw new Error(found.obstacle);
  const { mediaAddress } = found;
  const words = [mediaAddress, `${eventLoops}`];
  const gateway = new StartedProcess(siblingModule(import.meta.url, './janus-gateway-process'), words, {});
  const close = () => gateway.close();
  try {
    const url = await gateway.announced();
    const mediaPid = Number(/process (\d+)/.exec(gateway.output)?.[1]);
    const target = { url, bindAddress: mediaAddress };
    return { target, key: 'none needed', mediaPid, mediaUrl: null, webPid: gateway.pid, close };
  } catch (error) {
    await close();
    throw error;
  }
}
