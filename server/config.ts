import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { EmbedOrigins } from '../lib/embed-api.ts';
import { type Mixing, mixings } from '../lib/guests.ts';
import { type GateSettings, gateShape, readGates } from './gate-settings.ts';
import { type HttpsSettings, httpsNames, readHttpsSettings } from './https-settings.ts';
import { type IceSettings, iceSettingNames, readIceSettings } from './ice/ice-settings.ts';
import { logLevels } from './logger.ts';
import { hasPortsFor, leastPortsOfProcess, type MediaNetwork, readMediaNetwork } from './platform/media-network.ts';
import { type RegistrationSettings, readRegistrationSettings, registrationNames } from './registration-settings.ts';
import { readS3Settings, type S3Settings, s3Names } from './s3-settings.ts';

const port = z.coerce.number().int().min(0).max(65_535);

/** A scheme, a host without wildcards, and optionally a port. Nothing else is allowed, as it goes into a header. */
const originPattern = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::\d+)?$/;

/** `*`, or a comma-separated list of origins. A trailing slash is accepted. */
const origins = z.string().transform((text, context): EmbedOrigins => {
  if (text.trim() === '*') return '*';
  const listed = text.split(',').map((part) => part.trim().replace(/\/$/, ''));
  const wrong = listed.find(
    (part) => !originPattern.test(part) || !URL.canParse(part) || new URL(part).origin !== part,
  );
  if (wrong === undefined) return Object.freeze(listed);
  context.addIssue(`“${wrong}” is not an origin: use * or a list such as https://example.org,https://example.com.`);
  return z.NEVER;
});

/** One or more addresses of media servers, comma-separated. */
const mediaServers = z.string().transform((text, context): readonly string[] => {
  const listed = text.split(',').map((part) => part.trim());
  const wrong = listed.find((part) => !URL.canParse(part) || !/^wss?:$/.test(new URL(part).protocol));
  const fault = (message: string) => {
    context.addIssue(message);
    return z.NEVER;
  };
  if (wrong !== undefined) {
    if (listed.length === 1) return fault('It must be an address such as ws://127.0.0.1:8888/kurento.');
    return fault(`“${wrong}” is not an address such as ws://127.0.0.1:8888/kurento.`);
  }
  const twice = listed.find((part, index) => listed.indexOf(part) !== index);
  return twice === undefined
    ? Object.freeze(listed)
    : fault(`“${twice}” is listed twice: list each media server once.`);
});

const environmentSchema = z.object({
  PORT: port.optional(),
  HOST: z.string().min(1).optional(),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'It must be an address such as https://live.example.org.' })
    .optional(),
  KURENTO_URL: mediaServers.optional(),
  EMBEDDED_PROCESSES: z.coerce.number().int().min(0).max(64).optional(),
  MAX_TRANSCODES: z.coerce.number().int().min(0).max(1_000).optional(),
  VIEWERS_PER_MEDIA_SERVER: z.coerce.number().int().min(1).default(200),
  EDGES_PER_MEDIA_SERVER: z.coerce.number().int().min(1).default(8),
  DATA_DIR: z.string().min(1).default('data'),
  RECORDINGS_DIR: z.string().min(1).optional(),
  RECORDINGS_URI: z.url({ protocol: /^file$/, error: 'It must be an address such as file:///recordings.' }).optional(),
  RECORDINGS_KEEP_DAYS: z.coerce.number().min(1).max(36_500).optional(),
  RECORDINGS_MAX_GB: z.coerce.number().positive().max(1e9).optional(),
  RECORDINGS_UNDO_HOURS: z.coerce.number().min(0).max(8_760).default(24),
  PRESENTER_KEY: z
    .string()
    .min(12, 'A presenter key must have at least 12 characters.')
    .max(200, 'A presenter key must have at most 200 characters.')
    .optional(),
  JWT_SECRET: z
    .string()
    .refine((text) => Buffer.byteLength(text) >= 32, 'It must have at least 32 bytes.')
    .optional(),
  JWT_PUBLIC_KEY: z.string().min(1).optional(),
  WATCH_ACCESS: z.enum(['public', 'invited']).default('public'),
  RECORDINGS_FFMPEG: z.string().trim().min(1).default('auto'),
  RECORDINGS_ACCESS: z.enum(['public', 'link', 'presenters']).default('public'),
  PRESENTER_GRACE_S: z.coerce.number().int().min(0).max(3_600).default(90),
  MAX_VIDEO_KBPS: z.coerce.number().int().min(100).max(50_000).default(2_500),
  MIXING: z.enum(mixings).default('presenter'),
  CONVERSATION: z.enum(['on', 'off']).default('on'),
  EMBED_ORIGINS: origins.optional(),
  EMBEDDED_SECRET: z.string().min(16, 'A secret must have at least 16 characters.').max(200).optional(),
  ...gateShape,
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'It must be an address such as redis://127.0.0.1:6379.' })
    .optional(),
  LOG_LEVEL: z.enum(logLevels).default('info'),
});

/** Settings that are read by the same rules as the embedded media server's own command line. */
const embeddedNames = {
  announcedIp: 'EMBEDDED_ANNOUNCED_IP',
  bindIp: 'EMBEDDED_BIND_IP',
  minPort: 'EMBEDDED_MIN_PORT',
  maxPort: 'EMBEDDED_MAX_PORT',
} as const;

/** The names of all settings, for the test that compares them with `.env.example`. */
export const settingNames = [
  ...Object.keys(environmentSchema.shape),
  ...httpsNames,
  ...Object.values(embeddedNames),
  ...iceSettingNames,
  ...s3Names,
  ...registrationNames,
];

/** The settings of this server, checked and with absolute paths. */
export type Config = Readonly<{
  port: number;
  /** The local address or name to listen on; `null` means all addresses, of both families where there are both. */
  host: string | null;
  /** The address at which people reach this server, if it differs from the machine's own. */
  publicUrl: string | null;
  /** How pages are served over HTTPS; `null` means that they are served over plain HTTP. */
  https: HttpsSettings | null;
  /** The media servers to use in place of embedded ones, or beside them; none by default. */
  kurentoUrls: readonly string[];
  /** How many embedded media servers to start: one, unless there are others. */
  embeddedProcesses: number;
  /** How many pictures each of them may transcode at the same time; `null` means as many as there are cores for. */
  maxTranscodes: number | null;
  /** How many viewers of one show a media server takes before another one takes the next, if there are several. */
  viewersPerMediaServer: number;
  /** How many other media servers one passes a show on to before another one does that for the next. */
  edgesPerMediaServer: number;
  dataDir: string;
  recordingsDir: string;
  /** The recordings folder as the media server sees it: a `file://` URI without a trailing slash. */
  recordingsUri: string;
  /** Where finished recordings are kept in addition to that folder, and at last instead; `null` means nowhere. */
  recordingsStore: S3Settings | null;
  /** The program that makes pictures of recordings, if it is there: FFmpeg, by name or path; `null` for none. */
  recordingsFfmpeg: string | null;
  /** How long recordings stay; see server/recordings/changes. */
  recordingsCare: Readonly<{ undoMs: number; limits: { keepMs: number | null; maxBytes: number | null } }>;
  /** The presenter key if it is set; `null` means the one that is generated at the first start. */
  presenterKey: string | null;
  /** What signed links are checked with: a shared secret, or a file with a public key; at most one of them is set. */
  linkKey: Readonly<{ secret: string | null; publicKeyFile: string | null }>;
  /** Who may watch shows and recordings; see server/access. */
  access: Readonly<{ watch: 'public' | 'invited'; recordings: 'public' | 'link' | 'presenters' }>;
  /** How long a show waits for a presenter who is away, in milliseconds. */
  presenterGraceMs: number;
  maxVideoKbps: number;
  /** Where the pictures of a show with guests are put together. */
  mixing: Mixing;
  /** Whether shows have a conversation: chat, reactions, questions and polls. */
  conversation: 'on' | 'off';
  /** The sites, in addition to this one, whose pages may embed the player in a frame. */
  embedOrigins: EmbedOrigins;
  gates: GateSettings;
  /** The network addresses and ports of the embedded media servers; see `networkOfProcess`. */
  embedded: Readonly<MediaNetwork>;
  /** What clients of the embedded media server must know; `null` means a random secret at each start. */
  embeddedSecret: string | null;
  /** The STUN and TURN servers. */
  ice: Readonly<IceSettings>;
  /** The Redis that several web servers share, with its password; `null` if this is the only one. */
  redisUrl: string | null;
  logLevel: (typeof logLevels)[number];
}>;

/** One or more settings are wrong. The message has a line for each of them that says what would be right. */
export class ConfigError extends Error {
  override name = 'ConfigError';
}

/**
 * Reads the settings from `environment`; an empty string counts as not set.
 * @throws ConfigError that names all faults together
 */
export function readConfig(environment: Record<string, string | undefined> = process.env): Config {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environmentSchema.safeParse(set);
  const texts = Object.entries(embeddedNames).map(([part, name]) => [part, set[name]]);
  const embedded = readMediaNetwork(Object.fromEntries(texts), embeddedNames);
  const { https, defaultPort, faults: httpsFaults } = readHttpsSettings(set);
  const { ice, faults: iceFaults } = readIceSettings(set);
  const { s3, faults: s3Faults } = readS3Settings(set);
  const keyFaults =
    'JWT_SECRET' in set && 'JWT_PUBLIC_KEY' in set ? ['JWT_SECRET, JWT_PUBLIC_KEY: Set one of them, not both.'] : [];
  const clusterFaults =
    'REDIS_URL' in set && !('PRESENTER_KEY' in set)
      ? ['PRESENTER_KEY: Please set it too, the same for all web servers that share REDIS_URL.']
      : [];
  const kurentoUrls = parsed.data?.KURENTO_URL ?? [];
  const embeddedProcesses = parsed.data?.EMBEDDED_PROCESSES ?? (kurentoUrls.length === 0 ? 1 : 0);
  const portFaults = hasPortsFor(embeddedProcesses, embedded.network.portRange)
    ? []
    : [`EMBEDDED_MAX_PORT: ${embeddedProcesses} processes need at least ${leastPortsOfProcess} ports each.`];
  const noneFaults =
    embeddedProcesses === 0 && kurentoUrls.length === 0 && !('REDIS_URL' in set && 'EMBEDDED_SECRET' in set)
      ? ['EMBEDDED_PROCESSES: Without any media server, set KURENTO_URL, or REDIS_URL and EMBEDDED_SECRET.']
      : [];
  const combined = [
    ...noneFaults,
    ...httpsFaults,
    ...embedded.faults,
    ...portFaults,
    ...iceFaults,
    ...s3Faults,
    ...keyFaults,
    ...clusterFaults,
  ];
  if (!parsed.success || combined.length > 0) {
    const issues = (parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    const faults = [...issues, ...combined];
    throw new ConfigError(`Please correct these settings (see .env.example):\n  ${faults.join('\n  ')}`);
  }
  const env = parsed.data;
  const dataDir = resolve(env.DATA_DIR);
  const recordingsDir = resolve(env.RECORDINGS_DIR ?? `${dataDir}/recordings`);
  return Object.freeze({
    port: env.PORT ?? defaultPort,
    host: env.HOST ?? null,
    publicUrl: env.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    https,
    kurentoUrls,
    embeddedProcesses,
    maxTranscodes: env.MAX_TRANSCODES ?? null,
    viewersPerMediaServer: env.VIEWERS_PER_MEDIA_SERVER,
    edgesPerMediaServer: env.EDGES_PER_MEDIA_SERVER,
    dataDir,
    recordingsDir,
    recordingsUri: (env.RECORDINGS_URI ?? pathToFileURL(recordingsDir).href).replace(/\/+$/, ''),
    recordingsStore: s3,
    recordingsFfmpeg: ffmpegOf(env.RECORDINGS_FFMPEG),
    recordingsCare: Object.freeze({
      undoMs: env.RECORDINGS_UNDO_HOURS * 3_600_000,
      limits: {
        keepMs: env.RECORDINGS_KEEP_DAYS === undefined ? null : env.RECORDINGS_KEEP_DAYS * 86_400_000,
        maxBytes: env.RECORDINGS_MAX_GB === undefined ? null : env.RECORDINGS_MAX_GB * 1e9,
      },
    }),
    presenterKey: env.PRESENTER_KEY ?? null,
    linkKey: Object.freeze({
      secret: env.JWT_SECRET ?? null,
      publicKeyFile: env.JWT_PUBLIC_KEY === undefined ? null : resolve(env.JWT_PUBLIC_KEY),
    }),
    access: Object.freeze({ watch: env.WATCH_ACCESS, recordings: env.RECORDINGS_ACCESS }),
    presenterGraceMs: env.PRESENTER_GRACE_S * 1_000,
    maxVideoKbps: env.MAX_VIDEO_KBPS,
    mixing: env.MIXING,
    conversation: env.CONVERSATION,
    embedOrigins: env.EMBED_ORIGINS ?? [],
    gates: readGates(env),
    embeddedSecret: env.EMBEDDED_SECRET ?? null,
    embedded: Object.freeze({ announcedIps: [], ...embedded.network }),
    ice: Object.freeze(ice),
    redisUrl: env.REDIS_URL ?? null,
    logLevel: env.LOG_LEVEL,
  });
}

/** Reads the settings of a media server of its own from the environment; see {@link readRegistrationSettings}. */
export function readMediaServerConfig(): RegistrationSettings | null {
  return readRegistrationSettings(process.env);
}

/** The program for a setting that is `auto`, `off` or a path. A name alone is looked up in PATH when it is started. */
function ffmpegOf(text: string): string | null {
  if (text === 'off') return null;
  return text === 'auto' ? 'ffmpeg' : text;
}
