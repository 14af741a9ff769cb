import { isIP } from 'node:net';
import { readAddressList } from './local-address.ts';

/** The network settings for media of the embedded media server. They are plain data, as they are sent to processes. */
export type MediaNetwork = {
  /** UDP ports for media, both inclusive. Links share them, so one port is enough. */
  readonly portRange?: { readonly min: number; readonly max: number };
  /**
   * The local address to bind to: `0.0.0.0` for IPv4 only, `::` for both families. If absent, both families are used if
   * the host has a global IPv6 address or no IPv4 address, and otherwise IPv4 only.
   */
  readonly bindIp?: string;
  /**
   * Addresses of either family at which peers elsewhere reach this host, as behind a 1:1 NAT. They are offered in
   * addition to the host's own, so that peers in its network can connect, too.
   */
  readonly announcedIps?: readonly string[];
};

/** One text per setting: either its name where it was set, or the value that it was set to. */
type Texts = Record<'announcedIp' | 'bindIp' | 'minPort' | 'maxPort', string>;

type SetTexts = { [Part in keyof Texts]?: string | undefined };

/**
 * Parses the settings as people write them, in the environment or on the command line.
 * @param texts the values that were set
 * @param names the names of the settings there, for the descriptions of faults
 * @returns the network, and a sentence for each fault; a faulty setting is left out of the network
 */
export function readMediaNetwork(texts: SetTexts, names: Texts): { network: MediaNetwork; faults: readonly string[] } {
  const faults: string[] = [];
  const network = {
    ...readPortRange(texts, names, faults),
    ...readBindIp(texts.bindIp, names, faults),
    ...readAnnouncedIps(texts.announcedIp, names, faults),
  };
  return { network, faults };
}

/** Lower ports need privileges, and belong to other services: https://www.rfc-editor.org/rfc/rfc6335#section-6 */
const leastPort = 1_024;
const greatestPort = 65_535;

function readPortRange(texts: SetTexts, names: Texts, faults: string[]): Pick<MediaNetwork, 'portRange'> {
  const [min, max] = (['minPort', 'maxPort'] as const).map((end) => {
    const text = texts[end];
    if (text === undefined) return undefined;
    const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (port >= leastPort && port <= greatestPort) return port;
    faults.push(`${names[end]}: “${text}” is not a media port: give a number from ${leastPort} to ${greatestPort}.`);
    return Number.NaN;
  });
  if (min === undefined && max === undefined) return {};
  if (min === undefined || max === undefined) {
    const [missing, given] = min === undefined ? (['minPort', 'maxPort'] as const) : (['maxPort', 'minPort'] as const);
    // A setting that is not a port has been reported already.
    if (!Number.isNaN(min ?? max)) {
      faults.push(`${names[missing]}: Please set it too, or leave out ${names[given]}: they belong together.`);
    }
    return {};
  }
  if (min > max)
    faults.push(`${names.minPort} is above ${names.maxPort}: the first port must not be greater than the last.`);
  return min <= max ? { portRange: { min, max } } : {};
}

function readBindIp(text: string | undefined, names: Texts, faults: string[]): Pick<MediaNetwork, 'bindIp'> {
  if (text === undefined) return {};
  if (isIP(text) !== 0 && !text.includes('%')) return { bindIp: text };
  faults.push(`${names.bindIp}: “${text}” is not an IP address: give one of this machine, 0.0.0.0 or ::.`);
  return {};
}

function readAnnouncedIps(
  text: string | undefined,
  names: Texts,
  faults: string[],
): Pick<MediaNetwork, 'announcedIps'> {
  if (text === undefined) return {};
  try {
    return { announcedIps: readAddressList(text) };
  } catch (error) {
    faults.push(`${names.announcedIp}: ${error instanceof Error ? error.message : String(error)}`);
    return {};
  }
}

/**
 * Processes that share a range get a part of it each. Connections between media servers take a port each, which nothing
 * else shares, beside the ports for browsers.
 */
export const leastPortsOfProcess = 50;

/** Whether the range can be divided among so many processes. */
export function hasPortsFor(processes: number, portRange: MediaNetwork['portRange']): boolean {
  if (portRange === undefined || processes <= 1) return true;
  return portRange.max - portRange.min + 1 >= processes * leastPortsOfProcess;
}

/** The network of one of several processes on this machine: its own part of the ports. */
export function networkOfProcess(network: MediaNetwork, index: number, processes: number): MediaNetwork {
  const { portRange } = network;
  if (portRange === undefined || processes <= 1) return network;
  const size = Math.floor((portRange.max - portRange.min + 1) / processes);
  const min = portRange.min + index * size;
  // The last one takes what the division leaves over.
  return { ...network, portRange: { min, max: index === processes - 1 ? portRange.max : min + size - 1 } };
}
