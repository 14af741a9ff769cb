import { describe, expect, it } from 'vitest';
import type { S3Settings } from '../../s3-settings.ts';
import { StoreError, toStoreError } from './store-error.ts';

const settings: S3Settings = {
  ...{ endpoint: 'https://s3.example.org', region: 'us-east-1', bucket: 'shows', prefix: '', pathStyle: true },
  ...{ accessKeyId: 'the-id', secretAccessKey: 'the-secret', keepLocalMs: 0, downloads: 'proxied' },
};

/** An error as the client throws it. */
const answer = (name: string, httpStatusCode: number) =>
  Object.assign(new Error('Not for people.'), { name, $metadata: { httpStatusCode }, StringToSign: 'AWS4 …' });

describe('an error of the store', () => {
  it.each([
    ['InvalidAccessKeyId', 403, 'refused', /does not know the access key: please correct RECORDINGS_S3_ACCESS_KEY_ID/],
    ['SignatureDoesNotMatch', 403, 'refused', /does not accept the secret/],
    ['AccessDenied', 403, 'refused', /let the key list the bucket “shows”/],
    ['Unknown', 403, 'refused', /let the key list the bucket “shows”/],
    ['NoSuchBucket', 404, 'refused', /no bucket “shows”: please create it/],
    ['RequestTimeTooSkewed', 403, 'refused', /clock/],
    ['PermanentRedirect', 301, 'refused', /RECORDINGS_S3_REGION/],
    ['QuotaExceeded', 403, 'refused', /full/],
    ['NoSuchKey', 404, 'missing', /NoSuchKey/],
    ['NotFound', 404, 'missing', /NotFound/],
    ['NoSuchUpload', 404, 'no-upload', /NoSuchUpload/],
    ['PreconditionFailed', 412, 'changed', /PreconditionFailed/],
    ['BadDigest', 400, 'damaged', /BadDigest/],
    ['SlowDown', 503, 'unavailable', /answered 503 \(SlowDown\)/],
    ['Unknown', 502, 'unavailable', /answered 502\.$/],
    ['constructor', 500, 'unavailable', /answered 500/],
  ])('named %s with status %i is %s, in words for an operator', (name, status, fault, words) => {
    const error = toStoreError(answer(name, status), settings);
    expect(error).toMatchObject({ name: 'StoreError', fault, message: expect.stringMatching(words) });
    expect(error.message).toMatch(/^The store for recordings, https:\/\/s3\.example\.org, .*\.$/);
    // The client's own error has what was signed.
    expect(error.cause).toBeUndefined();
    expect(Object.keys(error)).not.toContain('StringToSign');
  });

  it('is named by the network where there was no answer', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const late = Object.assign(new Error('Request aborted'), { name: 'AbortError' });
    expect(toStoreError(refused, settings).message).toMatch(/does not answer \(ECONNREFUSED\).*RECORDINGS_S3_ENDPOINT/);
    expect(toStoreError(late, settings).message).toMatch(/does not answer \(not in time\)/);
    expect(toStoreError('nonsense', settings)).toMatchObject({ fault: 'unavailable' });
  });

  it('stays the same when it is one already', () => {
    const error = new StoreError('damaged', 'It differs.');
    expect(toStoreError(error, settings)).toBe(error);
  });
});
