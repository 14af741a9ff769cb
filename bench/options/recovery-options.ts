import { parseArgs } from 'node:util';
import { z } from 'zod';

const optionsSchema = z.object({
  runs: z.coerce.number().int().min(1).max(100).default(5),
  viewers: z.coerce.number().int().min(1).max(200).default(20),
  edge: z.boolean().default(false),
  help: z.boolean().default(false),
});

/** The help text of the command line. */
export const recoveryUsage = `Measures how long viewers are without pictures after faults, and prints a table.

  npm run bench:recovery -- [options]

  --runs 5      how often each fault happens
  --viewers 20  how many viewers watch
  --edge        only the death of an edge, in a pool of media servers
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
      edge: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const parsed = optionsSchema.safeParse(values);
  if (!parsed.success) {
    throw new Error(parsed.error.issues.map((issue) => `--${issue.path[0]?.toString()}: ${issue.message}`).join('\n'));
  }
  if (parsed.data.edge && parsed.data.viewers < 2) throw new Error('--edge needs at least two --viewers.');
  return parsed.data;
}
