import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Config } from '../config.ts';
import { interfaceAddresses } from '../platform/host-address.ts';
import { broken, type Finding, ok, open, reasonOf, risk } from './finding.ts';

/** Checks more ports than this only by sample: the first, the last, and those between at equal distances. */
const maxSamples = 50;

/** Is the port of the web server free, or this server's own? */
export async function checkWebPort({ port, host }: Config, isRunning: boolean): Promise<Finding[]> {
  if (isRunning) return [ok(`Rostrum runs on port ${port}.`)];
  if (port === 0) return [ok('Any free port is used (PORT=0).')];
  try {
    await new Promise<void>((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen({ port, ...(host === null ? {} : { host }) }, () => server.close(() => resolve()));
    });
    return [ok(`Port ${port} (TCP) is free.`)];
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      return [broken(`Port ${port} (TCP) is taken by another program.`, 'Stop that program, or set PORT to another.')];
    }
    if (code === 'EACCES') {
      return [broken(`This user may not use port ${port} (TCP).`, 'Set PORT to a number above 1023.')];
    }
    return [broken(`Port ${port} (TCP) cannot be used ${reasonOf(error)}.`, 'Correct HOST and PORT.')];
  }
}

/** Are the UDP ports of the embedded media server free? */
export async function checkMediaPorts(config: Config, isRunning: boolean): Promise<Finding[]> {
  if (config.embeddedProcesses === 0) {
    return [
      open(
        'The Kurento at KURENTO_URL has ports of its own.',
        'They are minPort and maxPort in its BaseRtpEndpoint.conf.ini; open them for UDP and TCP.',
      ),
    ];
  }
  const { portRange, bindIp } = config.embedded;
  if (portRange === undefined) {
    return [
      risk(
        'Any free UDP ports are used, so a firewall cannot let them through.',
        'Set EMBEDDED_MIN_PORT and EMBEDDED_MAX_PORT (the same port is enough), and open them in the firewall.',
      ),
    ];
  }
  const { min, max } = portRange;
  const range = min === max ? `UDP port ${min}` : `UDP ports ${min} to ${max}`;
  if (isRunning) return [ok(`Rostrum runs with ${range}; they must be open in the firewall.`)];
  const step = Math.max(1, (max - min) / (maxSamples - 1));
  const samples = new Set<number>();
  for (let port = min; port <= max; port += step) samples.add(Math.round(port));
  const faults = await Promise.all([...samples.add(max)].map((port) => whyNotBound(port, bindIp)));
  const taken = [...samples].filter((_, index) => faults[index] !== null);
  const fault = faults.find((one) => one !== null);
  if (fault === undefined) return [ok(`The ${range} can be bound; they must be open in the firewall.`)];
  if (fault.code === 'EADDRNOTAVAIL') {
    return [broken(`This machine does not have the address ${bindIp}.`, 'Correct EMBEDDED_BIND_IP.')];
  }
  const names = `${taken.slice(0, 5).join(', ')}${taken.length > 5 ? ' and more' : ''}`;
  const advice = 'Stop the program that uses them, or choose other ports (EMBEDDED_MIN_PORT, EMBEDDED_MAX_PORT).';
  const text = `These UDP ports cannot be bound: ${names} ${reasonOf(fault)}.`;
  return [taken.length < samples.size ? risk(text, advice) : broken(text, advice)];
}

function whyNotBound(port: number, bindIp: string | undefined): Promise<NodeJS.ErrnoException | null> {
  return new Promise((resolve) => {
    const socket = createSocket({ type: bindIp?.includes(':') ? 'udp6' : 'udp4' });
    socket.once('error', (error) => {
      socket.close();
      resolve(error);
    });
    socket.bind({ port, exclusive: true, ...(bindIp !== undefined && { address: bindIp }) }, () =>
      socket.close(() => resolve(null)),
    );
  });
}

/** Addresses that no one outside the network can reach: RFC 1918, RFC 6598, RFC 3927, RFC 4193, RFC 1122 §3.2.1.3. */
const privatePattern =
  /^(?:127\.|::1$|10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|169\.254\.|f[cd]|fe[89ab])/i;

/**
 * Can browsers elsewhere reach the addresses that the embedded media server offers?
 * @param seenAddress this machine's address as a STUN server sees it; `null` if none was asked
 */
export function checkAnnouncedAddresses(config: Config, seenAddress: string | null): Finding[] {
  if (config.embeddedProcesses === 0) {
    return [open('A Kurento announces what its own WebRtcEndpoint.conf.ini says (externalIPv4, externalIPv6).')];
  }
  const announced = config.embedded.announcedIps ?? [];
  const own = interfaceAddresses(networkInterfaces())
    .filter(({ internal, address }) => !internal && !address.startsWith('fe80'))
    .map(({ address }) => address);
  const publicOnes = [...announced, ...own].filter((address) => !privatePattern.test(address));
  const list = [...new Set([...announced, ...own])].join(', ') || 'none';
  if (seenAddress !== null && !privatePattern.test(seenAddress) && !publicOnes.includes(seenAddress)) {
    const text = `The addresses offered to browsers are ${list}, but from outside this machine is ${seenAddress}.`;
    return [risk(text, `Behind a NAT, set EMBEDDED_ANNOUNCED_IP=${seenAddress} and forward the UDP ports.`)];
  }
  if (publicOnes.length > 0) return [ok(`Browsers are offered ${list}.`)];
  return [
    risk(
      `Browsers are offered private addresses only (${list}), so people elsewhere do not get through.`,
      'If they should, set EMBEDDED_ANNOUNCED_IP to the public address, and forward the UDP ports.',
    ),
  ];
}
