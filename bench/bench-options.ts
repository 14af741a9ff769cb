import { parseArgs } from 'node:util';
import { z } from 'zod';

/** Numbers of viewers with commas between them, each within bounds. */
export function viewersList(least: number, most: number) {
  return z
    .string()
    .regex(/^\d+(,\d+)*$/, 'Please give numbers with commas between them.')
    .transform((text) => text.split(',').map(Number))
    .pipe(z.array(z.number().int().min(least).max(most)).min(1).max(20));
}

/** How many watch, unless it is said, where a Kurento is compared with the embedded media server. */
export const comparedViewers: readonly number[] = [1, 20, 60];

/**
 * What can be measured: Rostrum with its embedded media server, the bare forward loop, Janus as it comes, Janus with a
 * thread for each core, and Rostrum with the Kurento that the environment names.
 */
const serverNames = ['rostrum', 'bare', 'janus', 'janus-loops', 'kurento'] as const;
/** A name out of {@link serverNames}. */
export type ServerName = (typeof serverNames)[number];

/** Some of `names` with commas between them, each once. */
export function serversList<Name extends ServerName>(names: readonly Name[]) {
  return z
    .string()
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(z.enum(names, `Please name some of ${names.join(',')}.`)));
}

/** What to say to whoever asks for a Kurento that nothing names. */
export const noKurento = 'A Kurento is measured where KURENTO_COMMAND or KURENTO_URL is set.';

const optionsSchema = z.object({
  viewers: viewersList(1, 500).optional(),
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
  bare: z.boolean().default(false),
  janus: z.boolean().default(false),
  servers: serversList(serverNames).optional(),
  compare: z.boolean().default(false),
  record: z.boolean().default(false),
  'profile-dir': z.string().min(1).optional(),
  help: z.boolean().default(false),
});

/** What to measure, and of which server. */
export type BenchOptions = Omit<z.output<typeof optionsSchema>, 'servers' | 'viewers' | 'clicks'> & {
  /** Which servers, in this order; never empty, and without repetitions. */
  servers: ServerName[];
  viewers: readonly number[];
  /** How often Chromium goes to the show for each row of a second measurement; without one, 0. */
  clicks: number;
};

/** How to ask for a measurement. */
export const usage = `Measures load and latency of one broadcast, and prints a table.

  npm run bench -- [options]

With KURENTO_COMMAND='… --port {port}', which starts a Kurento, or with KURENTO_URL set, and unless other servers
are asked for: the embedded media server and the Kurento side by side, and then the same in Chromium.

  --viewers 1,50,100,150     a row for each of these numbers of viewers; with a Kurento 1,20,60
  --seconds 20               how long each row is measured, after everybody has joined
  --join-rate 20             how many viewers join in a second
  --viewers-per-process 100  when to divide the viewers among more processes
  --record                   the broadcast is recorded too
  --idle 100                 instead: what connected viewers cost to whom nothing is sent
  --joins 100                instead: so many join within a second a show that others already watch
  --watching 20              how many others
  --bare                     measure a bare forward loop in place of Rostrum
  --janus                    measure Janus in place of Rostrum; it must be installed
  --servers rostrum,janus    compare these for each number of viewers, in one table; others are bare, janus-loops,
                             which is Janus with a thread for each core instead of each peer, and kurento, which
                             is Rostrum with the Kurento that is set
  --compare                  compare them all; Kurento where one is set
  --clicks 30                with a Kurento: so many clicks in Chromium for each number of viewers; 0 for none
  --url http://host:port     measure a server that is running; needs --key and --media-pid
  --key KEY                  its presenter key
  --media-pid PID            the process whose CPU time and memory are told; that of the Kurento at KURENTO_URL
                             is found where it listens on this machine
  --profile-dir FOLDER       let the server's processes write CPU profiles there
`;

/**
 * Reads the command line; `hasKurento` says whether the environment names a Kurento.
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
      bare: { type: 'boolean' },
      janus: { type: 'boolean' },
      servers: { type: 'string' },
      compare: { type: 'boolean' },
      record: { type: 'boolean' },
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
    throw new Error('A server that is running is measured with all of --url, --key and --media-pid.');
  }
  const named = serversIn(parsed.data, hasKurento);
  const isOfOne = parsed.data.idle !== undefined || parsed.data.joins !== undefined;
  if (named !== null && named.length > 1 && isOfOne) {
    throw new Error('Idle viewers and joins are measured of one server at a time.');
  }
  if (named?.includes('kurento') && !hasKurento) throw new Error(noKurento);
  const isCompared = named === null && hasKurento && !isOfOne;
  if (parsed.data.clicks !== undefined && !isCompared) {
    throw new Error('--clicks goes with a Kurento that is compared; npm run bench:browsers measures browsers alone.');
  }
  const servers: ServerName[] = named ?? (isCompared ? ['rostrum', 'kurento'] : [hasKurento ? 'kurento' : 'rostrum']);
  if (mediaPid !== undefined && url === undefined && !servers.includes('kurento')) {
    throw new Error('--media-pid goes with --url, or with a Kurento.');
  }
  return {
    ...parsed.data,
    servers,
    viewers: parsed.data.viewers ?? (isCompared ? comparedViewers : [1, 50, 100, 150]),
    clicks: isCompared ? (parsed.data.clicks ?? 30) : 0,
  };
}

/** The servers that the words name, in one of several ways; `null` if they do not. */
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
  // The server that is running counts as a Rostrum.
  return url === undefined ? null : ['rostrum'];
}
