import { afterEach, describe, expect, it, vi } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { type EmbeddedKurento, type EmbeddedKurentoOptions, startEmbeddedKurento } from '../supervised-media-server.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';

describe('the supervised media server', () => {
  let kurento: EmbeddedKurento | undefined;
  afterEach(() => kurento?.close());

  it('R41: runs in a process of its own, which is replaced at the same url when it dies', async () => {
    let restarted: () => void = () => undefined;
    const restart = new Promise<void>((resolve) => {
      restarted = resolve;
    });
    kurento = await startEmbeddedKurento({ log: silentLog, onRestart: () => restarted() });
    const first = kurento.pid();
    expect(first).not.toBe(process.pid);
    const client = await RawClient.connect(kurento.url);
    expect(await client.result('ping')).toEqual({ value: 'pong' });
    process.kill(first ?? 0, 'SIGKILL');
    await client.untilClosed();
    await restart;
    expect(kurento.pid()).not.toBe(first);
    const again = await RawClient.connect(kurento.url);
    expect(await again.result('ping')).toEqual({ value: 'pong' });
    await kurento.close();
    await again.untilClosed();
    expect(() => process.kill(kurento?.pid() ?? first ?? 0, 0)).toThrow('ESRCH');
    expect(kurento.pid()).toBe(undefined);
  });

  it('R41: reports the error of the process when it cannot be started', async () => {
    const occupant = await openMediaServer({ log: silentLog });
    const port = Number(new URL(occupant.url).port);
    await expect(startEmbeddedKurento({ port, log: silentLog })).rejects.toThrow(`Port ${port} is taken`);
    await occupant.close();
  });

  /** Kills processes until the port is free for long enough to be taken. */
  async function takeOver(from: EmbeddedKurento, port: number): Promise<MediaServer> {
    for (;;) {
      const pid = from.pid();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
      try {
        return await openMediaServer({ port, log: silentLog });
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    }
  }

  it('R41: keeps trying while the port is taken by another process', async () => {
    const told: string[] = [];
    kurento = await startEmbeddedKurento({ log: (_level, message) => told.push(message) });
    const port = Number(new URL(kurento.url).port);
    const occupant = await takeOver(kurento, port);
    while (!told.includes('The media server could not be started again')) await new Promise((r) => setTimeout(r, 50));
    await occupant.close();
    while (kurento.pid() === undefined) await new Promise((r) => setTimeout(r, 50));
    const again = await RawClient.connect(kurento.url);
    expect(await again.result('ping')).toEqual({ value: 'pong' });
  });

  /** Starts a supervised server whose restarts can be waited for. */
  async function startSupervised(options: Partial<EmbeddedKurentoOptions> = {}) {
    const told: string[] = [];
    const log: EmbeddedKurentoOptions['log'] = (_level, message) => told.push(message);
    let restarts = 0;
    const onRestart = () => {
      restarts += 1;
    };
    kurento = await startEmbeddedKurento({ log, onRestart, ...options });
    const server = kurento;
    const fault = async (signal: NodeJS.Signals) => {
      const before = restarts;
      const since = performance.now();
      process.kill(server.pid() ?? 0, signal);
      await vi.waitUntil(() => restarts > before, { timeout: 10_000, interval: 1 });
      return Math.round(performance.now() - since);
    };
    return { server, told, fault };
  }

  it('R42: the standby process takes over, and another one is started later', async () => {
    const { server, fault } = await startSupervised();
    await vi.waitUntil(() => server.standbyPid() !== undefined, 10_000);
    const standby = server.standbyPid();
    const ms = await fault('SIGKILL');
    expect(server.pid()).toBe(standby);
    expect(server.standbyPid()).toBe(undefined);
    console.info(`The standby took over ${ms} ms after SIGKILL.`);
    await vi.waitUntil(() => server.standbyPid() !== undefined, 10_000);
    const next = server.standbyPid() ?? 0;
    expect(next).not.toBe(standby);
    await server.close();
    expect(() => process.kill(next, 0)).toThrow('ESRCH');
  }, 30_000);

  it('R42: the server does without a standby that died', async () => {
    const { server, fault } = await startSupervised();
    await vi.waitUntil(() => server.standbyPid() !== undefined, 10_000);
    process.kill(server.standbyPid() ?? 0, 'SIGKILL');
    await vi.waitUntil(() => server.standbyPid() === undefined);
    await fault('SIGKILL');
    const client = await RawClient.connect(server.url);
    expect(await client.result('ping')).toEqual({ value: 'pong' });
  }, 30_000);

  it('R43: a process that hangs is killed and replaced', async () => {
    const { server, told, fault } = await startSupervised({ standby: false });
    const hung = server.pid() ?? 0;
    const ms = await fault('SIGSTOP');
    expect(told).toContain('The media server hangs; its process is killed');
    expect(() => process.kill(hung, 0)).toThrow('ESRCH');
    console.info(`A new process answered ${ms} ms after SIGSTOP, without a standby.`);
  }, 30_000);

  it('R41: reports when processes die one after the other', async () => {
    const rows: number[] = [];
    const { fault } = await startSupervised({ standby: false, onCrashLoop: ({ deaths }) => rows.push(deaths) });
    for (let deaths = 0; deaths < 3; deaths += 1) await fault('SIGKILL');
    expect(rows).toEqual([3]);
  }, 30_000);
});
