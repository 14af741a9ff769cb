import { parseArgs } from 'node:util';
import { z } from 'zod';

const list = z
  .string()
  .regex(/^\d+(,\d+)*$/, 'Please give numbers with commas between them.')
  .transform((text) => text.split(',').map(Number))
  .pipe(z.array(z.number().int().min(1).max(500)).min(1).max(20));

/** What can be measured: Rostrum, the bare forward loop, Janus as it comes, and Janus with a thread for each core. */
export const serverNames = ['rostrum', 'bare', 'janus', 'janus-loops'] as const;
/** A name out of {@link serverNames}. */
export type ServerName = (typeof serverNames)[number];

const servers = z
  .string()
  .transform((text) => text.split(','))
  .pipe(z.array(z.enum(serverNames, `Please name some of ${serverNames.join(',')}.`)));

const optionsSchema = z.object({
  viewers: list.default([1, 50, 100, 150]),
  seconds: z.coerce.number().int().min(2).max(300).default(20),
  'join-rate': z.coerce.number().min(1).max(200).default(20),
  'viewers-per-process': z.coerce.number().int().min(1).max(500).default(100),
  url: z.url({ protocol: /^https?$/ }).optional(),
  key: z.string().min(1).optional(),
  'media-pid': z.coerce.number().int().min(1).optional(),
  idle: z.coerce.number().int().min(1).max(1000).optional(),
  joins: z.coerce.number().int().min(1).max(500).optional(),
  watching: z.coerce.number().int().min(1).max(500).default(20),
  bare: z.boolean().default(false),
  janus: z.boolean().default(false),
  servers: servers.optional(),
  compare: z.boolean().default(false),
  record: z.boolean().default(false),
  'profile-dir': z.string().min(1).optional(),
  help: z.boolean().default(false),
});

/** What to measure, and of which server. */
export type BenchOptions = Omit<z.output<typeof optionsSchema>, 'servers'> & {
  /** Which servers, in this order; never empty, and without repetitions. */
  servers: ServerName[];
};

/** How to ask for a measurement. */
export const usage = `Measures load and latency of one broadcast, and prints a table.

  npm run bench -- [options]

  --viewers 1,50,100,150     a row for each of these numbers of viewers
  --seconds 20               how long each row is measured, after everybody has joined
  --join-rate 20             how many viewers join in a second
  --viewers-per-process 100  when to divide the viewers among more processes
  --record                   the broadcast is recorded too
  --idle 100                 instead: what connected viewers cost to whom nothing is sent
  --joins 100                instead: so many join within a second a show that others already watch
  --watching 20              how many others
  --bare                     measure a bare forward loop in place of Rostrum
  --janus                    measure Janus in place of Rostrum; it must be installed
  --servers rostrum,janus    compare these for each number of viewers, in one table; others are bare, and
                             janus-loops, which is Janus with a thread for each core instead of each peer
  --compare                  compare them all
  --url http://host:port     measure a server that is running; needs --key and --media-pid
  --key KEY                  its presenter key
  --media-pid PID            the process whose CPU time and memory are told, e.g. that of a real Kurento
  --profile-dir FOLDER       let the server's processes write CPU profiles there
`;

/** Reads the command line. @throws Error with whole sentences if something is wrong */
export function readBenchOptions(words: string[]): BenchOptions {
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
  const options = { ...parsed.data, servers: serversIn(parsed.data) };
  if (options.servers.length > 1 && (options.idle !== undefined || options.joins !== undefined)) {
    throw new Error('Idle viewers and joins are measured of one server at a time.');
  }
  return options;
}

/** The servers that the words name, in one of several ways. */
function serversIn(words: z.output<typeof optionsSchema>): ServerName[] {
  const { url, bare, janus, compare, servers: named } = words;
  const ways = [url !== undefined, bare, janus, compare, named !== undefined];
  if (ways.filter(Boolean).length > 1) {
    throw new Error('Please give only one of --url, --bare, --janus, --servers and --compare.');
  }
  if (compare) return [...serverNames];
  if (named !== undefined) return [...new Set(named)];
  if (janus) return ['janus'];
  return [bare ? 'bare' : 'rostrum'];
}
