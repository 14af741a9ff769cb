import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MediaNetwork } from '../platform/media-network.ts';
import { FlowMonitor } from './graph/media-flow.ts';
import { FaultReporter } from './media/fault-reporter.ts';
import { openMediaEngine } from './media/media-engine.ts';
import type { MediaEngineOptions } from './media/media-types.ts';
import { EventHub } from './objects/event-hub.ts';
import { ObjectRegistry } from './objects/object-registry.ts';
import type { ServerContext } from './objects/server-context.ts';
import { ServerManager } from './objects/server-manager.ts';
import { settlesWithin } from './objects/timeout.ts';
import { RequestHandler } from './rpc/request-handler.ts';
import { SessionRegistry } from './rpc/session-registry.ts';
import { openSocketServer } from './rpc/socket-server.ts';
import { isAvInstalled } from './transcoding/process/av-library.ts';
import { Transcoding } from './transcoding/transcoding.ts';

/**
 * The settings that can be given from outside the process, by the parent that forked it or on the command line; plain
 * data. Without a secret there is no authentication, so the server should listen on the loopback only.
 */
export type MediaServerSettings = MediaNetwork & {
  /** The address where clients connect: 127.0.0.1 by default. */
  host?: string;
  /** The port for clients; any free one when 0 or absent. */
  port?: number;
  /** The secret that clients must know; it is part of the server's url. */
  secret?: string;
  /** The folder for recordings whose address is relative. */
  recordingsRoot?: string;
  /** How many pictures may be encoded at the same time, if what encodes them is installed; 0 by default. */
  maxTranscodes?: number;
};

/** How a media server is set up. */
export type MediaServerOptions = MediaServerSettings & {
  log: MediaEngineOptions['log'];
  /** How often the server looks for sessions without a socket; they end after one to two periods. */
  garbageCollectorPeriodMs?: number;
};

/** A running media server. */
export type MediaServer = {
  /** Where clients connect: `ws://127.0.0.1:PORT/kurento`, with the secret in the query if there is one. */
  readonly url: string;
  /** How many of each exist, for tests and measurements. The manager is not counted as an object. */
  counts(): { objects: number; sessions: number; connections: number };
  /** The processes in which media is transcoded, for tests and measurements. */
  transcoderPids(): number[];
  /** Disconnects all clients, finishes recordings and frees everything; may be called twice. */
  close(): Promise<void>;
};

/** A disk that does not answer must not keep the server from ending. */
const closeTimeoutMs = 15_000;
/** The period of the original. */
const defaultPeriodMs = 240_000;

/**
 * Starts a media server that speaks the Kurento Protocol.
 * @throws the error of `listen`, such as EADDRINUSE
 */
export async function openMediaServer(options: MediaServerOptions): Promise<MediaServer> {
  const { log, host = '127.0.0.1', port = 0, secret = null, garbageCollectorPeriodMs = defaultPeriodMs } = options;
  const sessions = new SessionRegistry();
  const flow = new FlowMonitor(log);
  const engine = openMediaEngine(options);
  const undelivered = new FaultReporter(log, 'An event could not be delivered');
  const events = new EventHub(
    (sessionId, frame) => sessions.deliver(sessionId, frame),
    (error) => undelivered.report(error),
  );
  const registry = new ObjectRegistry({
    created: (object) => manager.announce('ObjectCreated', { object: object.id }),
    destroyed: (object) => manager.announce('ObjectDestroyed', { objectId: object.id }),
    letGo: (sessionId, object) => events.forget(sessionId, object),
  });
  const recordingsRoot = options.recordingsRoot ?? join(tmpdir(), 'recordings');
  const transcoding = new Transcoding(log, isAvInstalled() ? (options.maxTranscodes ?? 0) : 0);
  const context: ServerContext = { registry, events, engine, flow, transcoding, log, recordingsRoot };
  const manager = new ServerManager(context);
  registry.add(manager);
  const handler = new RequestHandler({ context, sessions, serverId: randomUUID() }, log);
  const sockets = await openSocketServer(
    { host, port, secret },
    {
      message: (connection, frame) => handler.handle(connection, frame),
      closed: (connection) => sessions.leave(connection),
    },
    log,
  ).catch((error: unknown) => {
    engine.close();
    throw error;
  });

  const sweep = setInterval(() => {
    handler.forgetOldReplies();
    for (const sessionId of sessions.sweep()) endSession(sessionId);
  }, garbageCollectorPeriodMs);

  function endSession(sessionId: string): void {
    sessions.end(sessionId);
    log('debug', 'A session without a client has ended', { sessionId });
    registry.letGoAll(sessionId).catch((error: unknown) => {
      log('error', 'The objects of a session could not all be released', { sessionId, error });
    });
  }

  async function shutDown(): Promise<void> {
    clearInterval(sweep);
    await sockets.close();
    try {
      const finished = await settlesWithin(closeTimeoutMs, registry.releaseAll());
      if (!finished) log('error', 'The media server closes although a recording could not be finished in time');
    } catch (error) {
      log('error', 'Not everything could be released', { error });
    }
    flow.close();
    engine.close();
    await transcoding.close();
  }

  let closing: Promise<void> | undefined;
  return {
    url: sockets.url,
    counts: () => ({ objects: registry.size - 1, sessions: sessions.size, connections: sockets.connectionCount() }),
    transcoderPids: () => transcoding.processes.flatMap(({ pid }) => pid ?? []),
    close: () => {
      closing ??= shutDown();
      return closing;
    },
  };
}
