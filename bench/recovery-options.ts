import { parseArgs } from 'node:util';
import { z } from 'zod';

const optionsSchema = z.object({
  runs: z.coerce.number().int().min(1).max(100).default(5),
  viewers: z.coerce.number().int().min(1).max(200).default(20),
  help: z.boolean().default(false),
});

/** The help text of the command line. */
export const recoveryUsage = `Measures how long viewers are without pictures after faults, and prints a table.

  npm run bench:recovery -- [options]

  --runs 5      how often each fault happens
  --viewers 20  how many viewers watch
`;

/** Reads the command line. @throws Error with a whole sentence if an option is invalid */
export function readRecoveryOptions(words: string[]): z.output<typeof optionsSchema> {
  const { values } = parseArgs({
    args: words,
    options: { runs: { type: 'string' }, viewers: { type: 'string' }, help: { type: 'boolean' } },
  });
  const parsed = optionsSchema.safeParse(values);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `--${issue.path[0]?.toString()}: ${issue.message}`).join('\n'));
}
