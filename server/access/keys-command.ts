import { parseArgs } from 'node:util';
import { maxKeyChannels } from '../../lib/access-names.ts';
import { keyChannelsSchema, keyNameSchema, type PresenterKeyInfo } from '../../lib/requests/access-requests.ts';
import { isChannelName } from '../../lib/show-names.ts';
import type { PresenterKeys } from './presenter-keys.ts';

/** How the command is used. */
const keysUsage = `Usage:
  npm run keys -- list                                     the presenter keys
  npm run keys -- make "Anna" [--channel math-101 …]       a key for these channels, or for all
  npm run keys -- revoke <id or name>                      revokes a key, and ends the shows that began with it`;

/** A wrong command. The message says what would be right. */
export class KeysCommandError extends Error {
  override name = 'KeysCommandError';
}

/**
 * Runs a command of `npm run keys`.
 * @param publicUrl the address of the server for the link of a new key; `null` if it is not set
 * @param where the place of the keys, in words
 * @returns the text to print
 * @throws KeysCommandError; Error of node:fs
 */
export async function runKeysCommand(
  words: readonly string[],
  { keys, publicUrl, where }: { keys: PresenterKeys; publicUrl: string | null; where: string },
): Promise<string> {
  const { positionals, values } = readWords(words);
  const [command = 'help', name, ...more] = positionals;
  if (more.length > 0) throw new KeysCommandError(`Put a name with spaces in quotation marks.\n\n${keysUsage}`);
  switch (command) {
    case 'help':
      return `${keysUsage}\n\nThe keys are in ${where}. Running servers notice every change at once.`;
    case 'list':
      return describeList(await keys.list());
    case 'make':
      return await make(keys, name, values.channel ?? [], publicUrl);
    case 'revoke':
      return await revoke(keys, name);
    default:
      throw new KeysCommandError(`There is no command “${command}”.\n\n${keysUsage}`);
  }
}

function readWords(words: readonly string[]) {
  try {
    const options = { channel: { type: 'string', multiple: true, short: 'c' } } as const;
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new KeysCommandError(`${error instanceof Error ? error.message : String(error)}\n\n${keysUsage}`);
  }
}

async function make(
  keys: PresenterKeys,
  text: string | undefined,
  channels: readonly string[],
  publicUrl: string | null,
): Promise<string> {
  const name = keyNameSchema.safeParse(text ?? '');
  if (!name.success) throw new KeysCommandError(`${name.error.issues[0]?.message}\n\n${keysUsage}`);
  const wrong = channels.find((channel) => !isChannelName(channel));
  if (wrong !== undefined) {
    throw new KeysCommandError(
      `“${wrong}” is not a channel name: it has 3 to 40 lower-case letters, digits and single hyphens between them.`,
    );
  }
  const allowed = keyChannelsSchema.safeParse(channels.length === 0 ? 'all' : channels);
  if (!allowed.success) throw new KeysCommandError(`A key can be limited to ${maxKeyChannels} channels at most.`);
  const { key, text: secret } = await keys.make(name.data, allowed.data);
  return [
    `The key of ${key.name}, for ${describeChannels(key)}:`,
    '',
    `  ${secret}`,
    ...(publicUrl === null ? [] : ['', `  ${publicUrl}/present#key=${secret}`]),
    '',
    'It is shown this once: only its hash is stored.',
  ].join('\n');
}

async function revoke(keys: PresenterKeys, which: string | undefined): Promise<string> {
  if (which === undefined) throw new KeysCommandError(`Which key? Please give its id or name.\n\n${keysUsage}`);
  const list = await keys.list();
  const byId = list.filter(({ id }) => id === which);
  const [key, ...others] = byId.length > 0 ? byId : list.filter(({ name }) => name === which);
  if (key === undefined) throw new KeysCommandError(`There is no key with the id or name “${which}”.`);
  if (others.length > 0) {
    throw new KeysCommandError(`Several keys have this name. Please give the id:\n${describeList([key, ...others])}`);
  }
  await keys.revoke(key.id);
  return `The key of ${key.name} (${key.id}) is revoked.`;
}

function describeList(keys: readonly PresenterKeyInfo[]): string {
  if (keys.length === 0) return 'There are no presenter keys. The owner key always works.';
  return keys
    .map(
      (key) =>
        `${key.id}  ${new Date(key.createdAt).toISOString().slice(0, 10)}  ${key.name}, for ${describeChannels(key)}`,
    )
    .join('\n');
}

function describeChannels({ channels }: PresenterKeyInfo): string {
  return channels === 'all' ? 'all channels' : channels.join(', ');
}
