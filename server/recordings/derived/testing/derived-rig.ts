import { createHash } from 'node:crypto';
import { copyFile, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ALL_FORMATS, BufferSource, EncodedPacketSink, Input, type InputTrack } from 'mediabunny';
import { createTestAccess } from '../../../access/testing/test-access.ts';
import { ConversationFiles } from '../../conversation-files.ts';
import { RecordingLibrary } from '../../recording-library.ts';
import type { ExpectedCodecs } from '../../recording-parts.ts';
import { createRecordingRoutes } from '../../recording-routes.ts';
import { captureLogs } from '../../testing/recording-rig.ts';
import { Derived } from '../derived.ts';

/** The key that may trim. */
export const rigKey = 'open-sesame';

const access = createTestAccess(rigKey);

/** A file that a real Kurento recorded: VP8 and Opus, with pictures that can be decoded. */
const decodableFile = fileURLToPath(new URL('../../testing/fixtures/kurento-vp8-opus-22s.webm', import.meta.url));

/** A web server with a library in a folder of its own, and what is made of its recordings. */
export class DerivedRig {
  readonly folder: string;
  readonly library: RecordingLibrary;
  readonly log: ReturnType<typeof captureLogs>;
  readonly derived: Derived;
  readonly #server: Server;

  private constructor(parts: {
    folder: string;
    library: RecordingLibrary;
    log: ReturnType<typeof captureLogs>;
    derived: Derived;
    server: Server;
  }) {
    this.folder = parts.folder;
    this.library = parts.library;
    this.log = parts.log;
    this.derived = parts.derived;
    this.#server = parts.server;
  }

  /** @param ffmpeg the program that makes pictures; `null` for none */
  static async open(ffmpeg: string | null = null): Promise<DerivedRig> {
    const folder = await realpath(await mkdtemp(join(tmpdir(), 'recordings-')));
    const log = captureLogs();
    const library = await RecordingLibrary.open({ folder, logger: log.logger });
    const conversations = new ConversationFiles(folder);
    const derived = new Derived({ library, conversations, ffmpeg, logger: log.logger });
    const routes = createRecordingRoutes({ library, access, logger: log.logger, derived, conversations });
    const server = createServer((request, response) => void routes(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DerivedRig({ folder, library, log, derived, server });
  }

  /** Adds a recording whose only part `write` writes. @returns its id */
  async record(codecs: ExpectedCodecs, write: (path: string) => Promise<unknown>): Promise<string> {
    const startedAt = Date.UTC(2026, 10, 22, 14, 5);
    const { id, uri } = await this.library.create({ channel: 'math-101', title: 'Fractions', startedAt, codecs });
    await write(fileURLToPath(uri));
    await this.library.finish(id);
    return id;
  }

  /** Adds a recording with pictures that can be decoded. */
  recordDecodable(): Promise<string> {
    return this.record({ audio: 'opus', video: 'VP8' }, (path) => copyFile(decodableFile, path));
  }

  /** Adds a recording of these bytes. */
  recordBytes(bytes: Uint8Array): Promise<string> {
    return this.record({ audio: 'opus', video: 'VP8' }, (path) => writeFile(path, bytes));
  }

  /** Requests a path of the server. */
  ask(path: string, init: RequestInit = {}): Promise<Response> {
    // A server that listens on TCP has an address of this form.
    const { port } = this.#server.address() as AddressInfo;
    return fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { connection: 'close', ...init.headers } });
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
    await this.derived.close();
    await this.library.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A packet, in milliseconds from the start of its file, and what its bytes are. */
export type SeenPacket = { atMs: number; isKey: boolean; hash: string };

/** The packets of each kind in a media file, read with a library that did not write it. */
export async function packetsIn(bytes: Uint8Array): Promise<{ video: SeenPacket[]; audio: SeenPacket[] }> {
  const input = new Input({ source: new BufferSource(bytes), formats: ALL_FORMATS });
  try {
    const read = async (track: InputTrack | null) => {
      const seen: SeenPacket[] = [];
      if (track === null) return seen;
      for await (const { timestamp, type, data } of new EncodedPacketSink(track).packets()) {
        const hash = createHash('sha1').update(data).digest('hex');
        seen.push({ atMs: timestamp * 1000, isKey: type === 'key', hash });
      }
      return seen;
    };
    return {
      video: await read(await input.getPrimaryVideoTrack()),
      audio: await read(await input.getPrimaryAudioTrack()),
    };
  } finally {
    input.dispose();
  }
}
