import { parseArgs } from 'node:util';
import { z } from 'zod';

/** Comma-separated numbers, each within bounds. */
export function numbersList(least: number, most: number) {
  return z
    .string()
    .regex(/^\d+(,\d+)*$/, 'Please give comma-separated numbers.')
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.number().int().min(least).max(most)).min(1).max(20));
}

/** The default numbers of viewers where a Kurento is compared with the embedded media server. */
export const comparedViewers: readonly number[] = [1, 20, 60];

/**
 * The servers that can be measured: Rostrum with its embedded media server, the bare forward loop, Janus in its default
 * configuration, Janus with a thread for each core, and Rostrum with the Kurento that the environment names.
 */
const serverNames = ['rostrum', 'bare', 'janus', 'janus-loops', 'kurento'] as const;
/** One of {@link serverNames}. */
export type ServerName = (typeof serverNames)[number];

/** Some of `names`, comma-separated, each once. */
export function serversList<Name extends ServerName>(names: readonly Name[]) {
  return z
    .string()
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(z.enum(names, `Please name some of ${names.join(',')}.`)));
}

/** The error message where a Kurento is requested but no setting names one. */
export const noKurento = 'To measure a Kurento, set KURENTO_COMMAND or KURENTO_URL.';

const optionsSchema = z.object({
  viewers: numbersList(1, 500).optional(),
  seconds: z.coerce.number().int().min(2).max(300).default(20),
  'join-rate': z.coerce.number().min(1).max(200).default(20),
  'viewers-per-process': z.coerce.number().int().min(1).max(500).default(100),
  url: z.url({ protocol: /^https?$/ }).optional(),
  key: z.string().min(1).optional(),
  'media-pid': z.coerce.number().int().min(1).optional(),
  clicks: z.coerce.number().int().min(0).max(500).optional(),
  idle: z.coerce.number().int().min(1).max(1000).optional(),
  joins: z.coerce.number().int().min(1).max(500).optional(),
  watching: z.coerce.number().int().min(1).max(500).default(20),
  'media-servers': numbersList(1, 16).optional(),
  'edges-per-media-server': z.coerce.number().int().min(1).max(16).default(8),
  shows: z.coerce.number().int().min(1).max(100).optional(),
  bare: z.boolean().default(false),
  janus: z.boolean().default(false),
  servers: serversList(serverNames).optional(),
  compare: z.boolean().default(false),
  record: z.boolean().default(false),
  narrow: numbersList(0, 100).default([0]),
  'profile-dir': z.string().min(1).optional(),
  help: z.boolean().default(false),
});

/** What to measure, and on which servers. */
export type BenchOptions = Omit<z.output<typeof optionsSchema>, 'servers' | 'viewers' | 'clicks' | 'shows'> & {
  /** The servers, in this order; never empty, and without repetitions. */
  servers: ServerName[];
  viewers: readonly number[];
  /** How many shows viewers of a pool join, one after the other. */
  shows: number;
  /** How often Chromium opens the show for each row of a second measurement; 0 if there is no second measurement. */
  clicks: number;
};

/** The help text of the command line. */
export const usage = `Measures load and latency of one broadcast, and prints a table.

  npm run bench -- [options]

With KURENTO_COMMAND='… --port {port}', which starts a Kurento, or with KURENTO_URL set, and unless other servers
are requested: the embedded media server and the Kurento side by side, and then the same in Chromium.

  --viewers 1,50,100,150     a row for each of these numbers of viewers; with a Kurento 1,20,60
  --seconds 20               how long each row is measured, after all viewers have joined
  --join-rate 20             how many viewers join per second
  --viewers-per-process 100  how many viewers one process has at most
  --record                   the broadcast is recorded too
  --narrow 0,10              so many more viewers have a downlink that does not carry the picture; a row for each number
  --idle 100                 instead: the cost of this many connected viewers to whom nothing is sent
  --joins 100                instead: this many viewers join within a second a show that others already watch
  --watching 20              how many others
  --media-servers 1,2,4      instead: a row for each of these numbers of embedded media servers, which make a pool, with
                             400 viewers unless --viewers says otherwise, spread evenly over them
  --edges-per-media-server 8 how many of them get the show from the same one; with 1, each is a bridge further away
  --shows 1                  they join this many shows one after the other, so that more of them are the first on an
                             edge; everything but the joins is measured in the last one
  --bare                     measure a bare forward loop in place of Rostrum
  --janus                    measure Janus in place of Rostrum; it must be installed
  --servers rostrum,janus    compare these for each number of viewers, in one table; others are bare, janus-loops,
                             which is Janus with a thread for each core instead of each peer, and kurento, which
                             is Rostrum with the Kurento that is set
  --compare                  compare them all; Kurento only if one is set
  --clicks 30                with a Kurento: this many clicks in Chromium for each number of viewers; 0 for none
  --url http://host:port     measure a server that is running; needs --key and --media-pid
  --key KEY                  its presenter key
  --media-pid PID            the process whose CPU time and memory are reported; that of the Kurento at KURENTO_URL
                             is found if it listens on this machine
  --profile-dir FOLDER       make the server's processes write CPU profiles there
`;

/**
 * Reads the command line; `hasKurento` is whether the environment names a Kurento.
 * @throws Error with whole sentences if something is wrong
 */
export function readBenchOptions(words: string[], hasKurento = false): BenchOptions {
  const { values } = parseArgs({
    args: words,
    options: {
      viewers: { type: 'string' },
      seconds: { type: 'string' },
      'join-rate': { type: 'string' },
      'viewers-per-process': { type: 'string' },
      url: { type: 'string' },
      key: { type: 'string' },
      'media-pid': { type: 'string' },
      clicks: { type: 'string' },
      idle: { type: 'string' },
      joins: { type: 'string' },
      watching: { type: 'string' },
      'media-servers': { type: 'string' },
      'edges-per-media-server': { type: 'string' },
      shows: { type: 'string' },
      bare: { type: 'boolean' },
      janus: { type: 'boolean' },
      servers: { type: 'string' },
      compare: { type: 'boolean' },
      record: { type: 'boolean' },
      narrow: { type: 'string' },
      'profile-dir': { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map((issue) => `--${issue.path[0]?.toString()}: ${issue.message}`).join('\n'));
  }
  const { url, key, 'media-pid': mediaPid } = parsed.data;
  if (url !== undefined && (key === undefined || mediaPid === undefined)) {
    throw new Error('Measuring a running server needs all of --url, --key and --media-pid.');
  }
  const isPool = isOfPool(parsed.data);
  const named = isPool ? ['rostrum' as const] : serversIn(parsed.data, hasKurento);
  const isOfOne = parsed.data.idle !== undefined || parsed.data.joins !== undefined;
  if (named !== null && named.length > 1 && isOfOne) {
    throw new Error('Idle viewers and joins are measured on one server at a time.');
  }
  if (named?.includes('kurento') && !hasKurento) throw new Error(noKurento);
  const isCompared = named === null && hasKurento && !isOfOne;
  if (parsed.data.clicks !== undefined && !isCompared) {
    throw new Error('--clicks needs a comparison with a Kurento; npm run bench:browsers measures browsers alone.');
  }
  const servers: ServerName[] = named ?? (isCompared ? ['rostrum', 'kurento'] : [hasKurento ? 'kurento' : 'rostrum']);
  if (mediaPid !== undefined && url === undefined && !servers.includes('kurento')) {
    throw new Error('--media-pid goes with --url, or with a Kurento.');
  }
  return {
    ...parsed.data,
    servers,
    viewers: parsed.data.viewers ?? (isPool ? [400] : isCompared ? comparedViewers : [1, 50, 100, 150]),
    shows: parsed.data.shows ?? 1,
    clicks: isCompared ? (parsed.data.clicks ?? 30) : 0,
  };
}

/** Whether a pool is to be measured. @throws Error with a whole sentence if another option does not go with that */
function isOfPool(words: z.output<typeof optionsSchema>): boolean {
  if (words['media-servers'] === undefined) {
    if (words.shows !== undefined) throw new Error('--shows goes with --media-servers.');
    return false;
  }
  const { url, bare, janus, compare, servers, idle, joins, narrow } = words;
  const others = [url, servers, idle, joins].some((word) => word !== undefined) || bare || janus || compare;
  if (!others && narrow.every((viewers) => viewers === 0)) return true;
  throw new Error(
    'A pool is measured on its own: please leave out --url, --bare, --janus, --servers, --compare, --idle, --joins and ' +
      '--narrow.',
  );
}

/** The servers that the options name, in one of several ways; `null` if they name none. */
function serversIn(words: z.output<typeof optionsSchema>, hasKurento: boolean): ServerName[] | null {
  const { url, bare, janus, compare, servers: named } = words;
  const ways = [url !== undefined, bare, janus, compare, named !== undefined];
  if (ways.filter(Boolean).length > 1) {
    throw new Error('Please give only one of --url, --bare, --janus, --servers and --compare.');
  }
  if (compare) return serverNames.filter((name) => name !== 'kurento' || hasKurento);
  if (named !== undefined) return named;
  if (janus) return ['janus'];
  if (bare) return ['bare'];
  // A running server counts as a Rostrum.
  return url === undefined ? null : ['rostrum'];
}
