import { parseArgs } from 'node:util';
import { z } from 'zod';

const seconds = z.coerce.number().min(0.2).max(3_600);

const optionsSchema = z.object({
  minutes: z.coerce.number().min(0.5).max(1_440).default(30),
  viewers: z.coerce.number().int().min(2).max(200).default(20),
  'change-every': seconds.default(1),
  'resume-every': seconds.default(60),
  'kill-every': seconds.default(300),
  help: z.boolean().default(false),
});

/** The length of the show, and how often something happens. */
export type SoakOptions = z.output<typeof optionsSchema>;

/** The help text of the command line. */
export const soakUsage = `Runs a long show while people come and go and parts fail, and then checks for leftovers.

  npm run test:soak -- [options]

  --minutes 30        how long the show runs
  --viewers 20        how many viewers watch at most
  --change-every 1    seconds between viewers who join or leave
  --resume-every 60   seconds between returns of the presenter
  --kill-every 300    seconds between kills of the media server
`;

/** Reads the command line. @throws Error with a whole sentence if an option is invalid */
export function readSoakOptions(words: string[]): SoakOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: words,
    options: {
      minutes: text,
      viewers: text,
      'change-every': text,
      'resume-every': text,
      'kill-every': text,
      help: { type: 'boolean' },
    },
  });
  const parsed = optionsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `--${issue.path[0]?.toString()}: ${issue.message}`).join('\n'));
}
