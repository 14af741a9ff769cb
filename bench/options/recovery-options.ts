import { parseArgs } from 'node:util';
import { z } from 'zod';

const optionsSchema = z.object({
  runs: z.coerce.number().int().min(1).max(100).default(5),
  viewers: z.coerce.number().int().min(1).max(200).default(20),
  only: z.enum(['one-server', 'edge', 'owner']).optional(),
  help: z.boolean().default(false),
});

/** The help text of the command line. */
export const recoveryUsage = `Measures how long viewers are without pictures after faults, and prints a table.

  npm run bench:recovery -- [options]

  --runs 5      how often each fault happens
  --viewers 20  how many viewers watch
  --only WHAT   one-server: only the faults of a single server; edge: only the death of an edge in a pool of media
                servers; owner: only the death of one of two web servers (needs redis-server)
`;

/** What to measure. */
export type RecoveryOptions = z.output<typeof optionsSchema>;

/** Reads the command line. @throws Error with a whole sentence if an option is invalid */
export function readRecoveryOptions(words: string[]): RecoveryOptions {
  const { values } = parseArgs({
    args: words,
    options: {
      runs: { type: 'string' },
      viewers: { type: 'string' },
      only: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map((issue) => `--${issue.path[0]?.toString()}: ${issue.message}`).join('\n'));
  }
  const { only, viewers } = parsed.data;
  if ((only === 'edge' || only === 'owner') && viewers < 2)
    throw new Error(`--only ${only} needs at least two --viewers.`);
  return parsed.data;
}
