import { parseArgs } from 'node:util';
import { type MovedList, migrate, type Source } from './migration.ts';
import type { SharedEntries } from './shared-entries.ts';

/** How the command is used. */
const usage = `Usage:
  npm run cluster:migrate               moves presenter keys, passcodes and announced shows from DATA_DIR to Redis
  npm run cluster:migrate -- --force    also replaces different ones in Redis, and brings back removed ones

The files in DATA_DIR stay as they are. Running it again moves what is new.`;

const titles = { presenterKeys: 'Presenter keys', passcodes: 'Passcodes', upcoming: 'Announced shows' } as const;

/** A wrong command. The message says what would be right. */
export class MigrateCommandError extends Error {
  override name = 'MigrateCommandError';
}

/**
 * Runs `npm run cluster:migrate`.
 * @param open opens the lists in the Redis at `host`
 * @returns the text to print
 * @throws MigrateCommandError; Error of `open`, and as {@link migrate} does
 */
export async function runMigrateCommand(
  words: readonly string[],
  { source, open, host }: { source: Source; open: () => Promise<SharedEntries>; host: string },
): Promise<string> {
  const { force, help } = readWords(words);
  if (help) return usage;
  const lists = await migrate(source, await open(), { force });
  const from = `From ${source.dataDir} to Redis at ${host}:`;
  const more = lists.some(({ kept }) => kept.length > 0)
    ? ['', 'What Redis has a different version of stays as it is there; “--force” replaces it.']
    : [];
  return [from, '', ...lists.flatMap(describe), ...more].join('\n');
}

function readWords(words: readonly string[]): { force: boolean; help: boolean } {
  try {
    const options = { force: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const;
    const { force = false, help = false } = parseArgs({ args: [...words], options }).values;
    return { force, help };
  } catch (error) {
    throw new MigrateCommandError(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

function describe({ list, moved, movedBefore, kept, outdated }: MovedList): string[] {
  const all = [
    ['moved', moved],
    ['moved before', movedBefore],
    ['different in Redis', kept],
    ['outdated', outdated],
  ] as const;
  const lines = all.flatMap(([what, names]) => (names.length === 0 ? [] : [`  ${what}: ${names.join(', ')}`]));
  return [titles[list], ...(lines.length === 0 ? ['  none'] : lines)];
}
