import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { recordingPaths, sessionPath } from '../../../lib/recording.ts';
import { recordingListSchema } from '../../../lib/recording-schema.ts';
import type { Access } from '../../access/access.ts';
import { createTestAccess } from '../../access/testing/test-access.ts';
import { createSessionRoute } from '../../http/session-route.ts';
import type { CareSettings } from '../changes/library-care.ts';
import { RecordingLibrary } from '../recording-library.ts';
import { type Manifest, undecided, writeManifest } from '../recording-manifest.ts';
import { createRecordingRoutes } from '../recording-routes.ts';
import { createRecordingId } from '../recordings-folder.ts';
import { captureLogs } from './recording-rig.ts';

/* For tests: a library with its routes on a server, and recordings that an earlier run left in its folder. */

/** The owner key of the server. */
export const ownerKey = 'the key of the owner';

/** What differs from the defaults. */
type ServerOptions = {
  care?: Partial<CareSettings>;
  policy?: NonNullable<Parameters<typeof createTestAccess>[1]>['policy'];
};

/** A library that is served. The folder outlives it until {@link LibraryServer.remove}. */
export class LibraryServer {
  readonly folder: string;
  readonly library: RecordingLibrary;
  readonly access: Access;
  readonly logs: ReturnType<typeof captureLogs>;
  readonly #server: Server;
  #cookie = '';

  private constructor(parts: Pick<LibraryServer, 'folder' | 'library' | 'access' | 'logs'>, server: Server) {
    this.folder = parts.folder;
    this.library = parts.library;
    this.access = parts.access;
    this.logs = parts.logs;
    this.#server = server;
  }

  /** An empty folder for recordings. */
  static async makeFolder(): Promise<string> {
    return await realpath(await mkdtemp(join(tmpdir(), 'library-')));
  }

  static async open(folder: string, { care, policy }: ServerOptions = {}): Promise<LibraryServer> {
    const logs = captureLogs();
    const { logger } = logs;
    const library = await RecordingLibrary.open({ folder, logger, ...(care && { care }) });
    const keysFolder = `${folder}-keys`;
    const access = createTestAccess(ownerKey, { keysFolder, ...(policy && { policy }) });
    const routes = [createRecordingRoutes(library, access, logger), createSessionRoute(access, logger)];
    const server = createServer((request, response) => {
      if (!routes.some((route) => route(request, response))) response.writeHead(418).end();
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    return new LibraryServer({ folder, library, access, logs }, server);
  }

  get origin(): string {
    // A server that listens on TCP has an address of this form.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A request, with the session that {@link enter} opened. */
  ask(path: string, init: RequestInit = {}): Promise<Response> {
    return fetch(this.origin + path, {
      ...init,
      headers: { ...(this.#cookie && { cookie: this.#cookie }), ...init.headers },
    });
  }

  /** A request that changes something, with a key. */
  send(method: string, path: string, body?: object, key = ownerKey): Promise<Response> {
    const headers = { authorization: `Bearer ${key}` };
    return this.ask(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  }

  /** Opens a session, as pages do. @returns the status of the answer */
  async enter(credential: string): Promise<number> {
    const headers = { authorization: `Bearer ${credential}` };
    const response = await this.ask(sessionPath, { method: 'POST', headers });
    this.#cookie = response.headers.get('set-cookie')?.split(';')[0] ?? this.#cookie;
    return response.status;
  }

  leave(): void {
    this.#cookie = '';
  }

  /** A page of the list, for a query such as `?q=x`. */
  async page(query = '') {
    return recordingListSchema.parse(await (await this.ask(recordingPaths.list + query)).json());
  }

  /** The titles in the list. */
  async titles(query = ''): Promise<string[]> {
    return (await this.page(query)).recordings.map(({ title }) => title);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.library.close();
  }

  async remove(): Promise<void> {
    await this.close();
    for (const folder of [this.folder, `${this.folder}-keys`]) await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Lays down a finished recording of random bytes in a folder of recordings, as an earlier run leaves it. It is MP4, since
 * WebM of another muxer would be copied.
 */
export async function layDown(
  folder: string,
  about: Partial<Manifest> & { bytes?: Buffer } = {},
): Promise<{ id: string; bytes: Buffer; manifest: Manifest }> {
  const { bytes = randomBytes(1_000), ...given } = about;
  const { channel = 'math-101', startedAt = Date.UTC(2026, 10, 23, 12) } = given;
  const manifest: Manifest = {
    ...{ version: 1, file: 'media.mp4', parts: [], kept: [], obsolete: [], renaming: null, note: null, stored: null },
    ...{ id: createRecordingId(channel, startedAt), channel, title: 'Sums', startedAt, durationMs: 60_000 },
    ...{ sizeBytes: bytes.length, codecs: ['avc', 'opus'], contentType: 'video/mp4', state: 'ready', failure: null },
    ...undecided,
    chapters: [],
    ...given,
  };
  const path = join(folder, manifest.id);
  await mkdir(path);
  await writeFile(join(path, manifest.file), bytes);
  await writeManifest(path, manifest);
  return { id: manifest.id, bytes, manifest };
}
