import { describe, expect, it } from 'vitest';
import { readConfig } from './config.ts';
import { readS3Settings } from './s3-settings.ts';

const secret = 'wJalrXUtnFEMI-K7MDENG';
const complete = {
  RECORDINGS_S3_ENDPOINT: 'https://s3.example.org/',
  RECORDINGS_S3_BUCKET: 'shows',
  RECORDINGS_S3_ACCESS_KEY_ID: 'the-id',
  RECORDINGS_S3_SECRET_ACCESS_KEY: secret,
};

describe('the settings of a store for recordings', () => {
  it('are none by default', () => {
    expect(readConfig({}).recordingsStore).toBeNull();
    expect(readS3Settings({})).toEqual({ s3: null, faults: [] });
  });

  it('have defaults for all but the place and the key', () => {
    expect(readConfig(complete).recordingsStore).toEqual({
      ...{ endpoint: 'https://s3.example.org', region: 'us-east-1', bucket: 'shows', prefix: '', pathStyle: true },
      ...{ accessKeyId: 'the-id', secretAccessKey: secret, keepLocalMs: 3_600_000, downloads: 'proxied' },
    });
  });

  it('need no address on Amazon, whose buckets have host names', () => {
    const { RECORDINGS_S3_ENDPOINT: _, ...amazon } = complete;
    const { s3 } = readS3Settings({ ...amazon, RECORDINGS_S3_REGION: 'eu-central-1' });
    expect(s3).toMatchObject({ endpoint: null, region: 'eu-central-1', pathStyle: false });
    expect(readS3Settings(amazon).faults).toEqual([
      expect.stringMatching(/^RECORDINGS_S3_ENDPOINT: .*address of your store, or RECORDINGS_S3_REGION/),
    ]);
  });

  it('accept a prefix with or without the slash at its end', () => {
    for (const text of ['rostrum/shows', 'rostrum/shows/']) {
      expect(readS3Settings({ ...complete, RECORDINGS_S3_PREFIX: text }).s3?.prefix).toBe('rostrum/shows/');
    }
  });

  it('name what is missing where only some are set', () => {
    const read = () => readConfig({ RECORDINGS_S3_BUCKET: 'shows', PORT: 'eighty' });
    expect(read).toThrow(/PORT: [\s\S]*RECORDINGS_S3_ACCESS_KEY_ID: .*set it too/);
    expect(read).toThrow(/RECORDINGS_S3_SECRET_ACCESS_KEY: .*or leave out RECORDINGS_S3_BUCKET/);
    expect(() => readConfig({ RECORDINGS_S3_DOWNLOADS: 'proxied' })).toThrow(/RECORDINGS_S3_BUCKET: .*set it too/);
  });

  it.each([
    ['RECORDINGS_S3_ENDPOINT', 's3.example.org'],
    ['RECORDINGS_S3_ENDPOINT', 'ftp://s3.example.org'],
    ['RECORDINGS_S3_ENDPOINT', 'https://s3.example.org/shows'],
    ['RECORDINGS_S3_ENDPOINT', 'https://id:secret@s3.example.org'],
    ['RECORDINGS_S3_REGION', 'eu central'],
    ['RECORDINGS_S3_BUCKET', 'my shows'],
    ['RECORDINGS_S3_BUCKET', 'shows/'],
    ['RECORDINGS_S3_PREFIX', '/shows'],
    ['RECORDINGS_S3_PREFIX', 'shows/../keys'],
    ['RECORDINGS_S3_PATH_STYLE', 'maybe'],
    ['RECORDINGS_S3_KEEP_LOCAL_HOURS', 'a day'],
    ['RECORDINGS_S3_KEEP_LOCAL_HOURS', '-1'],
    ['RECORDINGS_S3_DOWNLOADS', 'direct'],
  ])('refuse %s=%s, by name and without a secret', (name, text) => {
    const { s3, faults } = readS3Settings({ ...complete, [name]: text });
    expect(s3).toBeNull();
    expect(faults).toEqual([expect.stringContaining(`${name}: `)]);
    expect(faults.join()).not.toContain(secret);
  });
});
