import { parseArgs } from 'node:util';
import { z } from 'zod';
import { comparedViewers, noKurento, numbersList, serversList } from './bench-options.ts';

const optionsSchema = z.object({
  viewers: numbersList(0, 100).optional(),
  clicks: z.coerce.number().int().min(1).max(500).default(30),
  seconds: z.coerce.number().int().min(1).max(300).default(20),
  silent: z.boolean().default(false),
  /** Measures only the first seconds of shows. */
  start: z.boolean().default(false),
  /** Measures only what the low tier costs the presenter. */
  tiers: z.boolean().default(false),
  /** Measures only shows with so many guests on air, by where the picture is put together; 0 measures no such. */
  guests: z.coerce.number().int().min(0).max(6).default(0),
  /** The bitrate of the presenter's uplink, in kbit/s; 0 leaves this machine's own. Goes with `start`. */
  uplink: z.coerce.number().int().min(0).default(0),
  servers: serversList(['rostrum', 'kurento']).optional(),
  help: z.boolean().default(false),
});

type Words = z.output<typeof optionsSchema>;
/** The name of a Rostrum that browsers can be measured with. */
export type PageServerName = NonNullable<Words['servers']>[number];
/** What to measure in browsers, and on which servers. */
export type BrowsersOptions = Omit<Words, 'servers' | 'viewers'> & {
  servers: readonly PageServerName[];
  viewers: readonly number[];
};

/** The help text of the command line. */
export const browsersUsage = `Measures a presenter and a viewer in Chromium, and prints a table.

  npm run bench:browsers -- [options]

With KURENTO_COMMAND='… --port {port}', which starts a Kurento, or with KURENTO_URL set, the embedded media server and
the Kurento are measured side by side.

  --viewers 50               how many others watch, a row for each number; with a Kurento 1,20,60
  --clicks 30                how often the viewer opens the show
  --seconds 20               how long the delay is measured; with --start, how long each start
  --silent                   the show has no sound
  --start                    instead: the first seconds of shows, at 720p and at 1080p
  --tiers                    instead: what the presenter's browser spends with the low tier and without, at 720p
  --guests 3                 instead: shows with so many guests, mixed by the presenter and by the media server
  --uplink 600               with --start: the presenter's uplink, in kbit/s; Linux, as root
  --servers rostrum,kurento  which of the two
`;

/**
 * Reads the command line; `hasKurento` is whether the environment names a Kurento.
 * @throws Error with whole sentences if something is wrong
 */
export function readBrowsersOptions(words: string[], hasKurento: boolean): BrowsersOptions {
  const [text, flag] = [{ type: 'string' }, { type: 'boolean' }] as const;
  const { values } = parseArgs({
    args: words,
    options: {
      ...{ viewers: text, clicks: text, seconds: text, uplink: text, guests: text, servers: text },
      ...{ silent: flag, start: flag, tiers: flag, help: flag },
    },
  });
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map((issue) => `--${issue.path[0]?.toString()}: ${issue.message}`).join('\n'));
  }
  const servers: readonly PageServerName[] = parsed.data.servers ?? (hasKurento ? ['rostrum', 'kurento'] : ['rostrum']);
  if (servers.includes('kurento') && !hasKurento) throw new Error(noKurento);
  return { ...parsed.data, servers, viewers: parsed.data.viewers ?? (hasKurento ? comparedViewers : [50]) };
}
