import { z } from 'zod';

/** An S3-compatible store in which finished recordings are kept. */
export type S3Settings = Readonly<{
  /** The address of the store; `null` means Amazon's own in the region. */
  endpoint: string | null;
  region: string;
  bucket: string;
  /** What the key of every object begins with: empty, or with a slash at its end. */
  prefix: string;
  /** The bucket is named in the path of addresses, rather than in their host. */
  pathStyle: boolean;
  accessKeyId: string;
  secretAccessKey: string;
  /** How long a stored recording's file also stays on this machine's disk, in milliseconds. */
  keepLocalMs: number;
  /** Whether this server passes stored media on, or redirects to an address of the store that is valid for a while. */
  downloads: 'proxied' | 'presigned';
}>;

/** The names of these settings. */
export const s3Names = [
  'RECORDINGS_S3_ENDPOINT',
  'RECORDINGS_S3_REGION',
  'RECORDINGS_S3_BUCKET',
  'RECORDINGS_S3_PREFIX',
  'RECORDINGS_S3_PATH_STYLE',
  'RECORDINGS_S3_ACCESS_KEY_ID',
  'RECORDINGS_S3_SECRET_ACCESS_KEY',
  'RECORDINGS_S3_KEEP_LOCAL_HOURS',
  'RECORDINGS_S3_DOWNLOADS',
] as const;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html, which other stores follow or relax. */
const bucketPattern = /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/i;
/** The characters that need no special handling: docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const prefixPattern = /^[a-z0-9!_.*'()-]+(?:\/[a-z0-9!_.*'()-]+)*\/?$/i;

/** The settings that have a default, or may be missing. */
const shape = z.object({
  RECORDINGS_S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'It must be an address such as https://s3.example.org.' })
    .refine(isPlainAddress, 'It must have neither a path nor a user name, such as https://s3.example.org.')
    .optional(),
  RECORDINGS_S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]{1,64}$/i, 'It must be a name such as eu-central-1.')
    .optional(),
  RECORDINGS_S3_BUCKET: z.string().regex(bucketPattern, 'It must be the name of a bucket, such as my-recordings.'),
  RECORDINGS_S3_PREFIX: z
    .string()
    .max(512)
    .regex(prefixPattern, 'It must be a path without a leading slash, such as rostrum/recordings/.')
    .refine((text) => text.split('/').every((part) => part !== '.' && part !== '..'), 'It must not contain . or ..')
    .optional(),
  RECORDINGS_S3_PATH_STYLE: z.enum(['on', 'off'], { error: 'It must be on or off.' }).optional(),
  RECORDINGS_S3_KEEP_LOCAL_HOURS: z.coerce
    .number({ error: 'It must be a number of hours from 0 to 8760.' })
    .min(0)
    .max(8_760)
    .default(1),
  RECORDINGS_S3_DOWNLOADS: z
    .enum(['proxied', 'presigned'], { error: 'It must be proxied or presigned.' })
    .default('proxied'),
});

/** The settings without which there is no store. They are secrets, or nearly so: no message repeats them. */
const needed = ['RECORDINGS_S3_BUCKET', 'RECORDINGS_S3_ACCESS_KEY_ID', 'RECORDINGS_S3_SECRET_ACCESS_KEY'] as const;

/**
 * Parses the settings of the store for recordings.
 * @param set the values that were set, of all settings
 * @returns the settings, `null` if none is set or one is wrong; and a sentence for each fault, which holds no secret
 */
export function readS3Settings(set: Record<string, string | undefined>): {
  s3: S3Settings | null;
  faults: readonly string[];
} {
  const given = s3Names.filter((name) => set[name] !== undefined);
  const [first] = given;
  if (first === undefined) return { s3: null, faults: [] };
  const missing = needed
    .filter((name) => set[name] === undefined)
    .map((name) => `${name}: Please set it too, or leave out ${first}: they belong together.`);
  const places = ['RECORDINGS_S3_ENDPOINT', 'RECORDINGS_S3_REGION'];
  if (places.every((name) => set[name] === undefined))
    missing.push(
      'RECORDINGS_S3_ENDPOINT: Please set it to the address of your store, or RECORDINGS_S3_REGION for Amazon S3.',
    );
  // A bucket that is missing has been reported already.
  const parsed = shape.safeParse({ RECORDINGS_S3_BUCKET: 'missing', ...set });
  const wrong = (parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  const faults = [...missing, ...wrong];
  const { RECORDINGS_S3_ACCESS_KEY_ID: accessKeyId, RECORDINGS_S3_SECRET_ACCESS_KEY: secretAccessKey } = set;
  if (faults.length > 0 || parsed.data === undefined || accessKeyId === undefined || secretAccessKey === undefined)
    return { s3: null, faults };
  const env = parsed.data;
  const prefix = env.RECORDINGS_S3_PREFIX?.replace(/\/$/, '');
  const s3: S3Settings = {
    endpoint: env.RECORDINGS_S3_ENDPOINT?.replace(/\/+$/, '') ?? null,
    region: env.RECORDINGS_S3_REGION ?? 'us-east-1',
    bucket: env.RECORDINGS_S3_BUCKET,
    prefix: prefix === undefined ? '' : `${prefix}/`,
    // Stores other than Amazon's rarely have a host name for each bucket, and all know the path.
    pathStyle:
      env.RECORDINGS_S3_PATH_STYLE === undefined
        ? env.RECORDINGS_S3_ENDPOINT !== undefined
        : env.RECORDINGS_S3_PATH_STYLE === 'on',
    accessKeyId,
    secretAccessKey,
    keepLocalMs: env.RECORDINGS_S3_KEEP_LOCAL_HOURS * 3_600_000,
    downloads: env.RECORDINGS_S3_DOWNLOADS,
  };
  return { s3: Object.freeze(s3), faults };
}

function isPlainAddress(text: string): boolean {
  if (!URL.canParse(text)) return true;
  const { pathname, search, hash, username, password } = new URL(text);
  return pathname === '/' && `${search}${hash}${username}${password}` === '';
}
