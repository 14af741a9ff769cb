import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../../../s3-settings.ts';
import { debianPython, whyNoPythonModule } from '../../../testing/debian-package.ts';
import { freeTcpPort } from '../../../testing/free-port.ts';
import { TiedProcess } from '../../../testing/tied-process.ts';

const program = fileURLToPath(new URL('./swift-server.py', import.meta.url));
const accessKeyId = 'test:tester';
const secretAccessKey = 'the-secret-of-the-tests';

/** Why a store cannot be started here; `null` if it can. */
export async function whyNoStore(): Promise<string | null> {
  return await whyNoPythonModule('swift.common.middleware.s3api.s3api', 'python3-swift');
}

/** A real OpenStack Swift with its S3 API, which keeps what it has when it is stopped. */
export class SwiftServer {
  readonly #folder: string;
  readonly port: number;
  #process: TiedProcess | null = null;
  #buckets = 0;

  private constructor(folder: string, port: number) {
    this.#folder = folder;
    this.port = port;
  }

  /** @throws Error with its output if it does not start */
  static async start(): Promise<SwiftServer> {
    const server = new SwiftServer(await mkdtemp(join(tmpdir(), 'rostrum-swift-')), await freeTcpPort());
    await server.start();
    return server;
  }

  /** Starts it again, unless it runs. */
  async start(): Promise<void> {
    if (this.#process !== null) return;
    this.#process = new TiedProcess(debianPython, [
      ...[program, this.#folder, `${this.port}`],
      ...[accessKeyId, secretAccessKey],
    ]);
    await this.#process.printed(/^ready$/m);
  }

  /** Stops it; its data stays. */
  async stop(): Promise<void> {
    await this.#process?.close();
    this.#process = null;
  }

  async close(): Promise<void> {
    await this.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** The settings for a new bucket. */
  async createBucket(): Promise<S3Settings> {
    this.#buckets += 1;
    const settings = this.settingsFor(`shows-${this.#buckets}`);
    const client = rawClient(settings);
    await client.send(new CreateBucketCommand({ Bucket: settings.bucket }));
    client.destroy();
    return settings;
  }

  settingsFor(bucket: string): S3Settings {
    return {
      ...{ endpoint: `http://127.0.0.1:${this.port}`, region: 'us-east-1', pathStyle: true },
      ...{ bucket, prefix: 'rostrum/', accessKeyId, secretAccessKey, keepLocalMs: 0, downloads: 'proxied' },
    };
  }
}

/** A client of the tests' own, to look at the store and to change it. */
export function rawClient({ endpoint, region, accessKeyId, secretAccessKey }: S3Settings): S3Client {
  return new S3Client({
    ...{ endpoint: endpoint ?? '', region, forcePathStyle: true, credentials: { accessKeyId, secretAccessKey } },
    ...{ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED' },
  });
}
