import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { text } from 'node:stream/consumers';
import type { Config } from '../config.ts';
import { singleHost } from '../platform/host-address.ts';
import { checkCertificate } from './check-certificate.ts';
import { checkClock } from './check-clock.ts';
import { checkDisk } from './check-disk.ts';
import { checkMediaServer } from './check-media-server.ts';
import { checkAnnouncedAddresses, checkMediaPorts, checkWebPort } from './check-ports.ts';
import { checkRedis } from './check-redis.ts';
import { checkStore } from './check-store.ts';
import { checkStun, checkTurn } from './check-turn.ts';
import type { Finding } from './finding.ts';

/** The findings about one part. */
export type Section = { name: string; findings: Finding[] };

/** Checks everything around Rostrum that it needs, all at once. `ntpServer` is `host` or `host:port`. */
export async function checkUp(config: Config, { ntpServer }: { ntpServer: string }): Promise<Section[]> {
  const [isRunning, stun] = await Promise.all([runsAlready(config), checkStun(config)]);
  const section = async (name: string, findings: Promise<Finding[]> | Finding[]): Promise<Section> => ({
    name,
    findings: await findings,
  });
  return await Promise.all([
    section('Web port', checkWebPort(config, isRunning)),
    section('Certificate', checkCertificate(config)),
    section('Media server', checkMediaServer(config)),
    section('Media ports', checkMediaPorts(config, isRunning)),
    section('Addresses', checkAnnouncedAddresses(config, stun.seenAddress)),
    section('STUN', stun.findings),
    section('TURN', checkTurn(config)),
    section('Disk', checkDisk(config)),
    section('Store', checkStore(config)),
    section('Redis', checkRedis(config)),
    section('Clock', checkClock(config, ntpServer)),
  ]);
}

/** Whether the program on the web server's port is Rostrum, over HTTP or HTTPS. */
async function runsAlready({ port, host }: Config): Promise<boolean> {
  const hostname = singleHost(host) ?? '127.0.0.1';
  const path = { hostname, port, path: '/api/health', timeout: 2_000 };
  // Its certificate is for another name, and is checked elsewhere.
  return (
    (await isHealth(() => requestHttp(path))) ||
    (await isHealth(() => requestHttps({ ...path, rejectUnauthorized: false })))
  );
}

async function isHealth(ask: () => ClientRequest): Promise<boolean> {
  try {
    const request = ask();
    request.once('timeout', () => request.destroy());
    request.end();
    const [reply] = (await once(request, 'response')) as [IncomingMessage];
    const body: unknown = JSON.parse(await text(reply));
    const status = typeof body === 'object' && body !== null && 'status' in body ? body.status : null;
    return status === 'ok' || status === 'media-server-unavailable';
  } catch {
    return false;
  }
}
