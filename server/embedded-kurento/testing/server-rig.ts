import { afterEach, beforeEach } from 'vitest';
import { type MediaServer, type MediaServerOptions, openMediaServer } from '../media-server.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { RawClient } from './raw-client.ts';
import { silentLog } from './silent-log.ts';
import { TestPeer, type TestPeerOptions } from './test-peer.ts';

type Options = Partial<MediaServerOptions>;
type Opened = { server: MediaServer; client: RawClient; pipeline: string };

/** A media server, a client connected to it, a pipeline, and the peers that a test adds. */
export class ServerRig {
  #opened: Opened | null = null;
  readonly #peers: TestPeer[] = [];

  get server(): MediaServer {
    return this.#get('server');
  }

  get client(): RawClient {
    return this.#get('client');
  }

  get pipeline(): string {
    return this.#get('pipeline');
  }

  async open(options: Options): Promise<void> {
    const server = await openMediaServer({ log: silentLog, bindIp: '127.0.0.1', ...options });
    const client = await RawClient.connect(server.url);
    this.#opened = { server, client, pipeline: await client.create('MediaPipeline') };
  }

  /** Creates an object in the pipeline; resolves to its id. */
  make(type: string, params: JsonObject = {}): Promise<string> {
    return this.client.create(type, { mediaPipeline: this.pipeline, ...params });
  }

  /** Connects a peer to `endpoint`, or to a new WebRtcEndpoint. It is closed after the test. */
  async join(options: TestPeerOptions, endpoint?: string): Promise<TestPeer> {
    const peer = await TestPeer.join(this.client, endpoint ?? (await this.make('WebRtcEndpoint')), options);
    this.#peers.push(peer);
    return peer;
  }

  async close(): Promise<void> {
    for (const peer of this.#peers.splice(0)) peer.close();
    await this.#opened?.server.close();
    this.#opened = null;
  }

  #get<Name extends keyof Opened>(name: Name): Opened[Name] {
    if (this.#opened === null) throw new Error('The rig is only open while a test runs.');
    return this.#opened[name];
  }
}

/**
 * Gives each test of a suite its own media server, bound to the loopback, with a client and a pipeline. Starting one takes
 * about 20 ms, so sharing it between tests would save little and couple them.
 */
export function serverRig(options: () => Options | Promise<Options> = () => ({})): ServerRig {
  const rig = new ServerRig();
  beforeEach(async () => rig.open(await options()));
  afterEach(() => rig.close());
  return rig;
}
