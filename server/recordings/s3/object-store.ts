import { Readable } from 'node:stream';
import type { S3Client } from '@aws-sdk/client-s3';
import type { S3Settings } from '../../s3-settings.ts';
import { StoreError, toStoreError } from './store-error.ts';

type Sdk = typeof import('@aws-sdk/client-s3') & typeof import('@aws-sdk/s3-request-presigner');

/** How long one request may take until it is answered, in milliseconds; the transfer of media is not limited. */
const answerTimeoutMs = 20_000;
/** How long the upload of one part may take, in milliseconds: 112 kbit/s for 8 MiB. */
const partTimeoutMs = 600_000;
const connectTimeoutMs = 5_000;
/** Each viewer of a stored recording has a connection to the store; those of uploads must not wait for them. */
const maxConnections = 1_000;

/** An object's size in bytes and entity tag, with its quotes. */
export type StoredObject = { key: string; sizeBytes: number; etag: string };

/** A part of a multipart upload that is in the store. Numbers begin at 1. */
export type StoredPart = { number: number; sizeBytes: number; etag: string };

/** The headers with which a store answers a request with a presigned address. */
export type PresignedHeaders = { contentType: string; contentDisposition: string };

/** Names a multipart upload that has been begun. */
export type UploadName = { key: string; uploadId: string };

/**
 * A bucket of an S3-compatible store: https://docs.aws.amazon.com/AmazonS3/latest/API/. All methods throw
 * {@link StoreError}, or the reason of an aborted signal.
 */
export class ObjectStore {
  readonly settings: S3Settings;
  readonly #sdk: Sdk;
  readonly #client: S3Client;

  private constructor(settings: S3Settings, sdk: Sdk) {
    this.settings = settings;
    this.#sdk = sdk;
    const silent = () => {};
    this.#client = new sdk.S3Client({
      ...(settings.endpoint !== null && { endpoint: settings.endpoint }),
      region: settings.region,
      forcePathStyle: settings.pathStyle,
      credentials: { accessKeyId: settings.accessKeyId, secretAccessKey: settings.secretAccessKey },
      // Many stores do not know Amazon's newer checksums, which the client would send by default.
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
      requestHandler: {
        connectionTimeout: connectTimeoutMs,
        httpAgent: { keepAlive: true, maxSockets: maxConnections },
        httpsAgent: { keepAlive: true, maxSockets: maxConnections },
      },
      // The archive tries again on its own, after growing pauses.
      maxAttempts: 2,
      // It would print to the console.
      logger: { trace: silent, debug: silent, info: silent, warn: silent, error: silent },
    });
  }

  /** Loads the client, which a server without a store does without. Does not connect. */
  static async open(settings: S3Settings): Promise<ObjectStore> {
    const [client, presigner] = await Promise.all([
      import('@aws-sdk/client-s3'),
      import('@aws-sdk/s3-request-presigner'),
    ]);
    return new ObjectStore(settings, { ...client, ...presigner });
  }

  /** Writes a small object. */
  async putText(key: string, text: string, contentType: string): Promise<void> {
    const { PutObjectCommand } = this.#sdk;
    const command = new PutObjectCommand({ ...this.#at(key), Body: text, ContentType: contentType });
    await this.#answer((signal) => this.#client.send(command, { abortSignal: signal }));
  }

  /** Reads a small object. @throws StoreError `missing`; `damaged` when it has more than `maxBytes` */
  async readText(key: string, maxBytes: number): Promise<string> {
    const { GetObjectCommand } = this.#sdk;
    return await this.#answer(async (signal) => {
      const { Body, ContentLength } = await this.#client.send(new GetObjectCommand(this.#at(key)), {
        abortSignal: signal,
      });
      if (Body === undefined || (ContentLength ?? Number.POSITIVE_INFINITY) > maxBytes) {
        if (Body instanceof Readable) Body.destroy();
        throw new StoreError('damaged', `The object ${key} in the store for recordings is too large.`);
      }
      return await Body.transformToString();
    });
  }

  /** The object's size and entity tag; `null` if there is none. */
  async head(key: string): Promise<StoredObject | null> {
    const { HeadObjectCommand } = this.#sdk;
    try {
      const { ContentLength, ETag } = await this.#answer((signal) =>
        this.#client.send(new HeadObjectCommand(this.#at(key)), { abortSignal: signal }),
      );
      return { key, sizeBytes: ContentLength ?? 0, etag: ETag ?? '' };
    } catch (error) {
      if (error instanceof StoreError && error.fault === 'missing') return null;
      throw error;
    }
  }

  /**
   * Reads an object, or the bytes from `first` to `last`, inclusive. The stream must be read to its end or destroyed;
   * `signal` ends it, too.
   * @throws StoreError `missing`; `changed` when its entity tag is another
   */
  async read(
    key: string,
    options: { etag: string; range: { first: number; last: number } | null; signal: AbortSignal },
  ): Promise<Readable> {
    const { GetObjectCommand } = this.#sdk;
    const { etag, range, signal } = options;
    const slow = new AbortController();
    const timer = setTimeout(() => slow.abort(new StoreError('unavailable', this.#slowText())), answerTimeoutMs);
    try {
      const bytes = range === null ? {} : { Range: `bytes=${range.first}-${range.last}` };
      const command = new GetObjectCommand({ ...this.#at(key), IfMatch: etag, ...bytes });
      const { Body } = await this.#client.send(command, { abortSignal: AbortSignal.any([signal, slow.signal]) });
      // In Node, the client's bodies are streams.
      return Body as Readable;
    } catch (error) {
      signal.throwIfAborted();
      throw slow.signal.aborted ? slow.signal.reason : toStoreError(error, this.settings);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Deletes an object; does nothing if there is none. */
  async remove(key: string): Promise<void> {
    const { DeleteObjectCommand } = this.#sdk;
    await this.#answer((signal) => this.#client.send(new DeleteObjectCommand(this.#at(key)), { abortSignal: signal }));
  }

  /** All objects whose keys begin with `prefix`, in the order of their keys. */
  async *list(prefix: string): AsyncGenerator<StoredObject> {
    const { ListObjectsV2Command } = this.#sdk;
    let page: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        ...{ Bucket: this.settings.bucket, Prefix: prefix },
        ...(page !== undefined && { ContinuationToken: page }),
      });
      const found = await this.#answer((signal) => this.#client.send(command, { abortSignal: signal }));
      for (const { Key, Size, ETag } of found.Contents ?? []) {
        if (Key !== undefined) yield { key: Key, sizeBytes: Size ?? 0, etag: ETag ?? '' };
      }
      page = found.NextContinuationToken;
    } while (page !== undefined);
  }

  /** Begins a multipart upload, whose parts are kept until it is completed or aborted. */
  async beginUpload(key: string, contentType: string): Promise<UploadName> {
    const { CreateMultipartUploadCommand } = this.#sdk;
    const command = new CreateMultipartUploadCommand({ ...this.#at(key), ContentType: contentType });
    const { UploadId } = await this.#answer((signal) => this.#client.send(command, { abortSignal: signal }));
    if (UploadId === undefined) throw new StoreError('unavailable', 'The store for recordings began no upload.');
    return { key, uploadId: UploadId };
  }

  /** The parts that are in the store. @throws StoreError `no-upload` if the upload is over or unknown */
  async listParts({ key, uploadId }: UploadName): Promise<StoredPart[]> {
    const { ListPartsCommand } = this.#sdk;
    const parts: StoredPart[] = [];
    let after: string | undefined;
    do {
      const command = new ListPartsCommand({
        ...{ ...this.#at(key), UploadId: uploadId },
        ...(after !== undefined && { PartNumberMarker: after }),
      });
      const found = await this.#answer((signal) => this.#client.send(command, { abortSignal: signal }));
      for (const { PartNumber, Size, ETag } of found.Parts ?? []) {
        if (PartNumber !== undefined) parts.push({ number: PartNumber, sizeBytes: Size ?? 0, etag: ETag ?? '' });
      }
      after = found.IsTruncated === true ? found.NextPartNumberMarker : undefined;
    } while (after !== undefined);
    return parts;
  }

  /**
   * Uploads a part of `sizeBytes`, which the store compares with `md5`, in base64.
   * @returns its entity tag
   * @throws StoreError `damaged` if the store received other bytes; `no-upload`
   */
  async uploadPart(
    { key, uploadId }: UploadName,
    part: { number: number; sizeBytes: number; md5: string; body: Readable; signal: AbortSignal },
  ): Promise<string> {
    const { UploadPartCommand } = this.#sdk;
    const { number: PartNumber, sizeBytes: ContentLength, md5: ContentMD5, body: Body } = part;
    const upload = { ...this.#at(key), UploadId: uploadId };
    const command = new UploadPartCommand({ ...upload, PartNumber, Body, ContentLength, ContentMD5 });
    const send = (signal: AbortSignal) =>
      this.#client.send(command, { abortSignal: AbortSignal.any([signal, part.signal]) });
    const { ETag } = await this.#answer(send, partTimeoutMs).catch((error: unknown) => {
      part.signal.throwIfAborted();
      throw error;
    });
    return ETag ?? '';
  }

  /** Makes the object of the parts. @returns its entity tag @throws StoreError `no-upload` */
  async completeUpload(
    { key, uploadId }: UploadName,
    parts: readonly Pick<StoredPart, 'number' | 'etag'>[],
  ): Promise<string> {
    const { CompleteMultipartUploadCommand } = this.#sdk;
    const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
    const command = new CompleteMultipartUploadCommand({
      ...{ ...this.#at(key), UploadId: uploadId },
      MultipartUpload: { Parts },
    });
    // A store may copy all parts before it answers.
    const { ETag } = await this.#answer((signal) => this.#client.send(command, { abortSignal: signal }), partTimeoutMs);
    return ETag ?? '';
  }

  /** Gives an upload up, so that the store deletes its parts. */
  async abortUpload({ key, uploadId }: UploadName): Promise<void> {
    const { AbortMultipartUploadCommand } = this.#sdk;
    const command = new AbortMultipartUploadCommand({ ...this.#at(key), UploadId: uploadId });
    await this.#answer((signal) => this.#client.send(command, { abortSignal: signal }));
  }

  /** An address at which everybody can read the object for `validS` seconds. Asks the store nothing. */
  async presign(key: string, headers: PresignedHeaders, validS: number): Promise<string> {
    const { GetObjectCommand, getSignedUrl } = this.#sdk;
    const command = new GetObjectCommand({
      ...this.#at(key),
      ResponseContentType: headers.contentType,
      ResponseContentDisposition: headers.contentDisposition,
      ResponseCacheControl: 'private, no-cache',
    });
    return await getSignedUrl(this.#client, command, { expiresIn: validS });
  }

  /** Closes the connections. */
  close(): void {
    this.#client.destroy();
  }

  #at(key: string): { Bucket: string; Key: string } {
    return { Bucket: this.settings.bucket, Key: key };
  }

  #slowText(): string {
    return `The store for recordings does not answer within ${answerTimeoutMs / 1_000} seconds.`;
  }

  async #answer<Answer>(ask: (signal: AbortSignal) => Promise<Answer>, timeoutMs = answerTimeoutMs): Promise<Answer> {
    try {
      return await ask(AbortSignal.timeout(timeoutMs));
    } catch (error) {
      throw toStoreError(error, this.settings);
    }
  }
}
