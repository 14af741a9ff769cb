import type { S3Settings } from '../../s3-settings.ts';

/**
 * Why a request to the store failed. `refused`: the settings or the store's permissions are wrong, which an operator has
 * to correct. `unavailable`: it cannot be reached, or has a fault of its own, which may pass.
 */
export type StoreFault = 'missing' | 'changed' | 'no-upload' | 'damaged' | 'refused' | 'unavailable';

/**
 * An error of the store, in words for its operator. It holds nothing of the request: the client's own errors contain
 * what was signed.
 */
export class StoreError extends Error {
  override name = 'StoreError';
  readonly fault: StoreFault;

  constructor(fault: StoreFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

/** The shape of the client's errors, as far as it is used here; errors of the network have `code`. */
type ClientError = { name?: unknown; code?: unknown; message?: unknown; $metadata?: { httpStatusCode?: unknown } };

const key = 'RECORDINGS_S3_ACCESS_KEY_ID and RECORDINGS_S3_SECRET_ACCESS_KEY';

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const faults: Readonly<Record<string, StoreFault>> = {
  NoSuchKey: 'missing',
  NotFound: 'missing',
  NoSuchUpload: 'no-upload',
  PreconditionFailed: 'changed',
  BadDigest: 'damaged',
  InvalidPart: 'no-upload',
  InvalidPartOrder: 'no-upload',
  EntityTooSmall: 'no-upload',
};

/** What an operator can do about an error, by its name. */
const remedies: Readonly<Record<string, (settings: S3Settings) => string>> = {
  NoSuchBucket: ({ bucket }) => `It has no bucket “${bucket}”: please create it, or correct RECORDINGS_S3_BUCKET.`,
  InvalidBucketName: ({ bucket }) => `It refuses the name “${bucket}”: please correct RECORDINGS_S3_BUCKET.`,
  InvalidAccessKeyId: () => `It does not know the access key: please correct ${key}.`,
  SignatureDoesNotMatch: () => `It does not accept the secret of the access key: please correct ${key}.`,
  ExpiredToken: () => `The access key has expired: please correct ${key}.`,
  AccessDenied: ({ bucket }) =>
    `It denies access: please let the key list the bucket “${bucket}”, and read, write and delete in it, or correct ${key}.`,
  AllAccessDisabled: () => 'It has disabled all access to the bucket: please ask its operator.',
  AccountProblem: () => 'It has a problem with the account: please ask its operator.',
  RequestTimeTooSkewed: () => 'Its clock differs from that of this machine: please correct the one that is wrong.',
  AuthorizationHeaderMalformed: () => 'It expects another region: please correct RECORDINGS_S3_REGION.',
  PermanentRedirect: () =>
    'The bucket is elsewhere: please correct RECORDINGS_S3_REGION, RECORDINGS_S3_ENDPOINT or RECORDINGS_S3_PATH_STYLE.',
  QuotaExceeded: () => 'The bucket is full: please make room in it, or raise its quota.',
  EntityTooLarge: () => 'The bucket is full, or refuses files of this size: please raise its quota.',
};

/** The error that the client threw, as an error of the store. An error that already is one is returned as it is. */
export function toStoreError(error: unknown, settings: S3Settings): StoreError {
  if (error instanceof StoreError) return error;
  const { name, code, $metadata } = (typeof error === 'object' && error !== null ? error : {}) as ClientError;
  const status = typeof $metadata?.httpStatusCode === 'number' ? $metadata.httpStatusCode : null;
  const named = typeof name === 'string' ? name : '';
  const place = settings.endpoint ?? `Amazon S3 in ${settings.region}`;
  const fault = Object.hasOwn(faults, named) ? faults[named] : undefined;
  if (fault !== undefined) return new StoreError(fault, `The store for recordings, ${place}, answered ${named}.`);
  const remedy = Object.hasOwn(remedies, named) ? remedies[named] : refusals[status ?? 0];
  if (remedy !== undefined)
    return new StoreError('refused', `The store for recordings, ${place}, refuses. ${remedy(settings)}`);
  if (status !== null) {
    const answer = named === '' || named === 'Unknown' ? `${status}` : `${status} (${named})`;
    return new StoreError('unavailable', `The store for recordings, ${place}, has a problem: it answered ${answer}.`);
  }
  const isLate = named === 'AbortError' || named === 'TimeoutError';
  const reason = isLate ? 'not in time' : typeof code === 'string' ? code : named;
  const advice = 'Please check that it runs and can be reached from this machine, or correct RECORDINGS_S3_ENDPOINT.';
  return new StoreError('unavailable', `The store for recordings, ${place}, does not answer (${reason}). ${advice}`);
}

/** An answer to `HEAD` has no body, and so no name: https://www.rfc-editor.org/rfc/rfc9110#section-9.3.2 */
const refusals: Readonly<Record<number, ((settings: S3Settings) => string) | undefined>> = {
  301: remedies.PermanentRedirect,
  401: remedies.SignatureDoesNotMatch,
  403: remedies.AccessDenied,
};
