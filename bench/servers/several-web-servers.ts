import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Closer } from '../../server/closer.ts';
import { RedisServer } from '../../server/cluster/testing/redis-server.ts';
import { WebServer } from '../../server/cluster/testing/web-server.ts';
import { type EmbeddedKurento, startEmbeddedKurento } from '../../server/embedded-kurento/supervised-media-server.ts';

/** The owner key of all web servers here. */
export const severalKey = 'the key of several servers';

/** For tests and benchmarks: a Redis, a media server, and web servers that share both and a folder for recordings. */
export class SeveralWebServers {
  readonly redis: RedisServer;
  /** The folder of everything; the recordings are in `recordings`. */
  readonly folder: string;
  readonly #mediaServer: EmbeddedKurento;
  readonly #closer: Closer;
  #started = 0;

  private constructor(redis: RedisServer, folder: string, mediaServer: EmbeddedKurento, closer: Closer) {
    this.redis = redis;
    this.folder = folder;
    this.#mediaServer = mediaServer;
    this.#closer = closer;
  }

  /** @throws Error if Redis or the media server does not start */
  static async open(): Promise<SeveralWebServers> {
    const closer = new Closer();
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-several-'));
    closer.add(() => rm(folder, { recursive: true, force: true }));
    try {
      const redis = await closer.own(RedisServer.start());
      const starting = startEmbeddedKurento({ log: () => {}, standby: false, bindIp: '127.0.0.1' });
      return new SeveralWebServers(redis, folder, await closer.own(starting), closer);
    } catch (error) {
      await closer.close();
      throw error;
    }
  }

  /** The address of the media server that all web servers use. */
  get mediaServerUrl(): string {
    return this.#mediaServer.url;
  }

  /** Starts one more. @throws Error if it ends before it listens */
  async startWebServer(settings: Record<string, string> = {}): Promise<WebServer> {
    this.#started += 1;
    return await this.#closer.own(
      WebServer.start({
        REDIS_URL: this.redis.url,
        KURENTO_URL: this.#mediaServer.url,
        PRESENTER_KEY: severalKey,
        DATA_DIR: join(this.folder, `data-${this.#started}`),
        RECORDINGS_DIR: join(this.folder, 'recordings'),
        ...settings,
      }),
    );
  }

  /** Ends the web servers cleanly, and then the rest. */
  async close(): Promise<void> {
    await this.#closer.close();
  }
}
