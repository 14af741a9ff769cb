import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Access } from '../../../access/access.ts';
import { createTestAccess } from '../../../access/testing/test-access.ts';
import type { S3Settings } from '../../../s3-settings.ts';
import { RecordingLibrary } from '../../recording-library.ts';
import { undecided, writeManifest } from '../../recording-manifest.ts';
import { createRecordingId } from '../../recordings-folder.ts';
import { captureLogs, recordShow } from '../../testing/recording-rig.ts';
import { testRoutes } from '../../testing/test-routes.ts';
import { listeningPort } from './listening-port.ts';
import { SwiftServer } from './swift-server.ts';

/** The answer to a request. */
export type Answer = { status: number; headers: IncomingHttpHeaders; body: Buffer };

/** The key with which the rig's servers let recordings be deleted. */
export const ownerKey = 'open-sesame';

const show = { title: 'Fractions', codecs: { audio: 'opus', video: 'VP8' } } as const;

/** A machine: a folder, the library on it, and a web server. */
export class Machine {
  readonly folder: string;
  readonly log = captureLogs();
  readonly #access: Access;
  #library: RecordingLibrary | null = null;
  #server: Server | null = null;

  constructor(folder: string, access: Access) {
    this.folder = folder;
    this.#access = access;
  }

  get library(): RecordingLibrary {
    if (this.#library === null) throw new Error('The library is not open.');
    return this.#library;
  }

  /** What was logged, without what is only for developers. */
  get lines(): string[] {
    return this.log.lines.filter(({ level }) => level > 20).map(({ msg }) => msg);
  }

  /** Starts, with short pauses; `null` is a machine without a store. */
  async open(settings: S3Settings | null): Promise<RecordingLibrary> {
    const { logger } = this.log;
    const timing = { pauses: { firstMs: 20, longestMs: 200 }, refreshEveryMs: 100 };
    const store = settings === null ? null : { settings, ...timing };
    const library = await RecordingLibrary.open({ folder: this.folder, store, logger });
    this.#library = library;
    const routes = testRoutes({ library, access: this.#access, logger, folder: this.folder });
    const server = createServer((incoming, response) => void routes(incoming, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#server = server;
    return library;
  }

  /** Records a second of a show, and finishes it. @returns its id */
  async record(): Promise<string> {
    const { library } = this;
    const { id, uri } = await library.create({
      ...show,
      channel: 'math-101',
      startedAt: Date.UTC(2026, 10, 22, 14, 5),
    });
    await recordShow(fileURLToPath(uri), 1_000);
    await library.finish(id);
    return id;
  }

  /** Lays down a finished recording of random bytes, which the next start finds. @returns its id and its bytes */
  async layDown(sizeBytes: number): Promise<{ id: string; bytes: Buffer }> {
    const startedAt = Date.UTC(2026, 10, 23);
    const id = createRecordingId('large', startedAt);
    const folder = join(this.folder, id);
    const bytes = randomBytes(sizeBytes);
    await mkdir(folder);
    await writeFile(join(folder, 'media.mp4'), bytes);
    await writeManifest(folder, {
      ...{ version: 1, file: 'media.mp4', parts: [], kept: [], obsolete: [], renaming: null, note: null, stored: null },
      ...{ id, channel: 'large', title: 'Large', startedAt, durationMs: 60_000, sizeBytes, codecs: ['avc'] },
      ...{ contentType: 'video/mp4', state: 'ready', failure: null, chapters: [] },
      ...undecided,
    });
    return { id, bytes };
  }

  /** Begins a download, and breaks it off once it has begun. */
  async askAndLeave(path: string): Promise<void> {
    const port = listeningPort(this.#listening);
    await new Promise<void>((resolve, reject) => {
      const asked = request({ port, host: '127.0.0.1', path, agent: false }, (response) => {
        response.once('data', () => asked.destroy());
        response.once('close', () => resolve());
        response.on('error', () => {});
      });
      asked.on('error', reject).end();
    });
  }

  get #listening(): Server {
    if (this.#server === null) throw new Error('The machine is not open.');
    return this.#server;
  }

  async ask(method: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
    const port = listeningPort(this.#listening);
    return await new Promise((resolve, reject) => {
      request({ port, host: '127.0.0.1', method, path, headers, agent: false }, (response) => {
        buffer(response).then(
          (body) => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }),
          reject,
        );
      })
        .on('error', reject)
        .end();
    });
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#server = null;
    server?.closeAllConnections();
    await new Promise<void>((resolve) => (server === null ? resolve() : void server.close(() => resolve())));
    await this.#library?.close();
  }
}

/** A store, a bucket for each test, and machines that are closed after it. Call this once per file. */
export function storeRig(): { readonly store: SwiftServer; machine(): Promise<Machine> } {
  let store: SwiftServer | null = null;
  let machines: Machine[] = [];
  const access = createTestAccess(ownerKey);
  beforeAll(async () => {
    store = await SwiftServer.start();
  }, 60_000);
  afterEach(async () => {
    await Promise.all(machines.map((machine) => machine.close()));
    await Promise.all(machines.map(({ folder }) => rm(folder, { recursive: true, force: true })));
    machines = [];
  });
  afterAll(async () => {
    await store?.close();
  });
  return {
    get store() {
      if (store === null) throw new Error('The store is not running.');
      return store;
    },
    async machine() {
      const machine = new Machine(await realpath(await mkdtemp(join(tmpdir(), 'recordings-'))), access);
      machines.push(machine);
      return machine;
    },
  };
}
