import { parseArgs } from 'node:util';
import { readAddressList } from '../platform/local-address.ts';
import type { MediaServerOptions } from './media-server.ts';

/** What `--help` prints. */
export const usage = `A media server that speaks the Kurento Protocol.

Usage: main [options]

  --port NUMBER         port for clients, 0 for any free one   (8888)
  --host ADDRESS        address for clients                    (127.0.0.1)
  --min-port NUMBER     first UDP port for media
  --max-port NUMBER     last UDP port for media
  --bind-ip ADDRESS     local address for media                (all)
  --announced-ip LIST   IP addresses that peers are told beside this machine's own
  --recordings FOLDER   where recordings with a relative address go
  --standby             load, and serve only once the parent process says so
  --help                print this
`;

/** What the command line asks for; an engine's log is no matter of the command line. */
export type CommandLine = { help: true } | { help: false; standby: boolean; options: Omit<MediaServerOptions, 'log'> };

const names = ['port', 'host', 'min-port', 'max-port', 'bind-ip', 'announced-ip', 'recordings'] as const;
type Values = Partial<Record<(typeof names)[number], string>>;

/**
 * Reads the arguments after the program's name.
 * @throws Error with one sentence for arguments that make no sense
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
      standby: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help === true) return { help: true };
  return { help: false, standby: values.standby === true, options: readOptions(values) };
}

/** The arguments that make `readCommandLine` give these options back. */
export function commandLineOf(options: Omit<MediaServerOptions, 'log' | 'garbageCollectorPeriodMs'>): string[] {
  const values: Record<(typeof names)[number], string | undefined> = {
    port: options.port?.toString(),
    host: options.host,
    'min-port': options.portRange?.min.toString(),
    'max-port': options.portRange?.max.toString(),
    'bind-ip': options.bindAddress,
    'announced-ip': options.announcedAddresses?.join(',') || undefined,
    recordings: options.recordingsRoot,
  };
  return names.flatMap((name) => (values[name] === undefined ? [] : [`--${name}`, values[name]]));
}

function readOptions(values: Values): Omit<MediaServerOptions, 'log'> {
  const min = readPort(values, 'min-port', 1);
  const max = readPort(values, 'max-port', 1);
  if ((min === undefined) !== (max === undefined)) throw new Error('--min-port and --max-port belong together.');
  if (min !== undefined && max !== undefined && min > max) throw new Error('--min-port is above --max-port.');
  const announced = readAnnounced(values['announced-ip']);
  return {
    port: readPort(values, 'port', 0) ?? 8888,
    ...(values.host !== undefined && { host: values.host }),
    ...(min !== undefined && max !== undefined && { portRange: { min, max } }),
    ...(values['bind-ip'] !== undefined && { bindAddress: values['bind-ip'] }),
    ...(announced !== undefined && { announcedAddresses: announced }),
    ...(values.recordings !== undefined && { recordingsRoot: values.recordings }),
  };
}

function readAnnounced(text: string | undefined): string[] | undefined {
  if (text === undefined) return undefined;
  try {
    return readAddressList(text);
  } catch (error) {
    throw new Error(`--announced-ip: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function readPort(values: Values, name: 'port' | 'min-port' | 'max-port', least: number): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port >= least && port <= 65_535) return port;
  throw new Error(`--${name} ${text} is no port: give a number from ${least} to 65535.`);
}
