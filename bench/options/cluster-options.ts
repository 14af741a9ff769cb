import { parseArgs } from 'node:util';
import { z } from 'zod';

const optionsSchema = z.object({
  viewers: z.coerce.number().int().min(20).max(50_000).default(5_000),
  servers: z.coerce.number().int().min(1).max(8).default(2),
  'in-flight': z.coerce.number().int().min(1).max(1_000).default(50),
  help: z.boolean().default(false),
});

/** The help text of the command line. */
export const clusterUsage = `Has viewers follow a channel over several web servers that share a Redis, without media, and prints a table.

  npm run bench:cluster -- [options]

  --viewers 5000   how many viewers follow the channel, spread evenly over the web servers
  --servers 2      how many web servers; the first one has the show
  --in-flight 50   how many viewers connect at the same time, at each web server
`;

/** What to measure. */
export type ClusterOptions = z.output<typeof optionsSchema>;

/** Reads the command line. @throws Error with a whole sentence if an option is invalid */
export function readClusterOptions(words: string[]): ClusterOptions {
  const text = { type: 'string' } as const;
  const options = { viewers: text, servers: text, 'in-flight': text, help: { type: 'boolean' } } as const;
  const parsed = optionsSchema.safeParse(parseArgs({ args: words, options }).values);
  if (parsed.success) return parsed.data;
  throw new Error(parsed.error.issues.map((issue) => `--${issue.path[0]?.toString()}: ${issue.message}`).join('\n'));
}
