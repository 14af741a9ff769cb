import { createSocket } from 'node:dgram';
import { describe, expect, it } from 'vitest';
import { freeUdpPort } from '../testing/test-listener.ts';
import { makeCertificate } from './certificate.ts';
import { holdSharedPort } from './peer-transport.ts';
import { linksPerPort, PortPool } from './port-pool.ts';

function openPool(portRange?: { min: number; max: number }) {
  const open: number[] = [];
  const options = { bindIp: '127.0.0.1', log: () => undefined, ...(portRange === undefined ? {} : { portRange }) };
  const certificate = makeCertificate();
  const pool = new PortPool(options, (port) => {
    open.push(port);
    return holdSharedPort(options, certificate, port);
  });
  return { pool, open };
}

async function leases(pool: PortPool, count: number) {
  return Promise.all(Array.from({ length: count }, () => pool.lease()));
}

describe('the ports of links', () => {
  it('R100: are shared by a limited number of links, also when all open simultaneously', async () => {
    const { pool, open } = openPool();
    const taken = await leases(pool, 2 * linksPerPort + 1);
    expect(open).toHaveLength(3);
    expect(taken.filter(({ port }) => port === open[0])).toHaveLength(linksPerPort);
    pool.close();
  });

  it('R100: are reused after links have ended, and stay open in between', async () => {
    const { pool, open } = openPool();
    for (const lease of await leases(pool, linksPerPort)) {
      lease.release();
      lease.release();
    }
    await leases(pool, linksPerPort);
    expect(open).toHaveLength(1);
    pool.close();
  });

  it('R100: are shared by more links if the range is too small', async () => {
    const port = await freeUdpPort('127.0.0.1');
    const { pool, open } = openPool({ min: port, max: port });
    const taken = await leases(pool, 3 * linksPerPort);
    expect(new Set(taken.map((lease) => lease.port))).toEqual(new Set([port]));
    expect(open).toEqual([port]);
    pool.close();
  });

  it('R100: that are unavailable cause an error with the system’s reason, and are tried again later', async () => {
    const port = await freeUdpPort('127.0.0.1');
    const other = createSocket('udp4');
    await new Promise<void>((resolve) => other.bind(port, '127.0.0.1', resolve));
    const { pool } = openPool({ min: port, max: port });
    await expect(pool.lease()).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await new Promise<void>((resolve) => other.close(resolve));
    await expect(pool.lease()).resolves.toMatchObject({ port });
    pool.close();
  });
});
