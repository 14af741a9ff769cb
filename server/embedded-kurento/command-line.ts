import { randomBytes } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readMediaNetwork } from '../platform/media-network.ts';
import type { MediaServerSettings } from './media-server.ts';

/** The text that `--help` prints. */
export const usage = `A media server that speaks the Kurento Protocol.

Usage: main [options]

  --port NUMBER         port for clients, 0 for any free one   (8888)
  --host ADDRESS        address for clients                    (127.0.0.1)
  --min-port NUMBER     first UDP port for media
  --max-port NUMBER     last UDP port for media
  --bind-ip ADDRESS     local address for media                (all)
  --announced-ip LIST   IP addresses announced to peers in addition to this machine's own
  --secret              let in only clients that use the address that is printed, which contains a random secret
  --recordings FOLDER   folder for recordings with a relative address
  --max-transcodes N    how many pictures are transcoded at a time, once \`npm run add-transcoding\` was run
                        (the number of cores, at least 4; none with 0)
  --help                print this
`;

/**
 * The parsed command line. The options are for people: a parent that forks this process passes `--standby`, and sends
 * the settings later.
 */
export type CommandLine = { help: true } | { help: false; standby: boolean; options: MediaServerSettings };

type Values = {
  [Name in
    | 'port'
    | 'host'
    | 'min-port'
    | 'max-port'
    | 'bind-ip'
    | 'announced-ip'
    | 'recordings'
    | 'max-transcodes']?: string;
};

/**
 * Reads the arguments after the program's name.
 * @throws Error with one sentence for each kind of invalid argument
 */
export function readCommandLine(args: readonly string[]): CommandLine {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: text,
      host: text,
      'min-port': text,
      'max-port': text,
      'bind-ip': text,
      'announced-ip': text,
      recordings: text,
      'max-transcodes': text,
      secret: { type: 'boolean' },
      standby: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return { help: true };
  return { help: false, standby: values.standby === true, options: readOptions(values, values.secret === true) };
}

const networkNames = {
  announcedIp: '--announced-ip',
  bindIp: '--bind-ip',
  minPort: '--min-port',
  maxPort: '--max-port',
} as const;

function readOptions(values: Values, isSecret: boolean): MediaServerSettings {
  const texts = {
    announcedIp: values['announced-ip'],
    bindIp: values['bind-ip'],
    minPort: values['min-port'],
    maxPort: values['max-port'],
  };
  const { network, faults } = readMediaNetwork(texts, networkNames);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return {
    port: readPort(values.port ?? '8888'),
    ...(values.host !== undefined && { host: values.host }),
    ...(isSecret && { secret: randomBytes(24).toString('base64url') }),
    ...network,
    ...(values.recordings !== undefined && { recordingsRoot: values.recordings }),
    ...(values['max-transcodes'] !== undefined && { maxTranscodes: readBudget(values['max-transcodes']) }),
  };
}

function readBudget(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new Error(`--max-transcodes ${text} is not a number of pictures: give one from 0 to 9999.`);
}

function readPort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new Error(`--port ${text} is not a port: give a number from 0 to 65535.`);
}
