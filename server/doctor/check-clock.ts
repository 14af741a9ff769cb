import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import type { Config } from '../config.ts';
import { broken, type Finding, ok, open, risk } from './finding.ts';

const timeoutMs = 3_000;
/** TURN servers refuse credentials of a clock that is far off, and certificates seem to be invalid. */
const farMs = 60_000;
const nearMs = 2_000;
const packetBytes = 48;
/** From 1900, when NTP's time begins, to 1970, in seconds: https://www.rfc-editor.org/rfc/rfc5905#section-6 */
const epochS = 2_208_988_800;

/**
 * Is this machine's clock right?
 * @param ntpServer `host` or `host:port`
 */
export async function checkClock({ publicUrl }: Config, ntpServer: string): Promise<Finding[]> {
  const byNtp = await offsetByNtp(ntpServer).catch(() => null);
  if (byNtp !== null) return [judge(byNtp, ntpServer)];
  const byHttp = publicUrl === null ? null : await offsetByHttp(publicUrl).catch(() => null);
  // The header has whole seconds; https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1
  if (byHttp !== null) return [judge(Math.abs(byHttp) < nearMs ? 0 : byHttp, publicUrl ?? '')];
  return [
    open(
      `The clock could not be compared: ${ntpServer} (UDP port 123) does not answer.`,
      'Check that it is synchronised, for example with timedatectl.',
    ),
  ];
}

function judge(offsetMs: number, source: string): Finding {
  const off = Math.abs(offsetMs);
  if (off < nearMs) return ok(`The clock agrees with ${source}.`);
  const seconds = `${(off / 1_000).toFixed(off < 60_000 ? 1 : 0)} s`;
  const text = `The clock is ${seconds} ${offsetMs > 0 ? 'ahead of' : 'behind'} ${source}.`;
  const advice = 'Synchronise it with NTP, for example with timedatectl set-ntp true.';
  return off < farMs ? risk(text, advice) : broken(text, advice);
}

/** How far our clock is ahead, in milliseconds. A client's packet: https://www.rfc-editor.org/rfc/rfc4330#section-5 */
async function offsetByNtp(server: string): Promise<number> {
  const [, host = server, port = '123'] = /^(.*?)(?::(\d+))?$/.exec(server) ?? [];
  const { address, family } = await lookup(host);
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  const request = Buffer.alloc(packetBytes);
  // Version 4, mode 3 (client).
  request[0] = 0x23;
  const sentAt = Date.now();
  try {
    const reply = await new Promise<Buffer>((resolve, reject) => {
      socket.once('error', reject);
      socket.once('message', resolve);
      socket.send(request, Number(port), address);
      setTimeout(() => reject(new Error('There was no answer in time.')), timeoutMs).unref();
    });
    if (reply.length < packetBytes || (reply.readUInt8(0) & 7) !== 4) throw new Error('This is not NTP.');
    const seconds = reply.readUInt32BE(40) - epochS;
    const serverMs = seconds * 1_000 + (reply.readUInt32BE(44) / 2 ** 32) * 1_000;
    return (sentAt + Date.now()) / 2 - serverMs;
  } finally {
    socket.close();
  }
}

async function offsetByHttp(url: string): Promise<number | null> {
  const sentAt = Date.now();
  const reply = await fetch(url, { method: 'HEAD', redirect: 'manual', signal: AbortSignal.timeout(timeoutMs) });
  const date = reply.headers.get('date');
  return date === null ? null : (sentAt + Date.now()) / 2 - Date.parse(date);
}
