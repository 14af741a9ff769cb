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

/** How long, and how much happens. */
export type SoakOptions = z.output<typeof optionsSchema>;

/** How to ask for it. */
export const soakUsage = `Runs a show for a long time while people come and go and things break, and looks at what is left.

  npm run test:soak -- [options]

  --minutes 30        how long
  --viewers 20        how many watch at the most
  --change-every 1    seconds from one viewer who comes or goes to the next
  --resume-every 60   seconds from one return of the presenter to the next
  --kill-every 300    seconds from one death of the media server to the next
`;

/** Reads the command line. @throws Error with a sentence if something is wrong */
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
