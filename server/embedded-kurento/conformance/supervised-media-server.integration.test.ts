import { afterEach, describe, expect, it, vi } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { type EmbeddedKurento, type EmbeddedKurentoOptions, startEmbeddedKurento } from '../supervised-media-server.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';

/** A promise and the function that resolves it. */
function awaited(): { happened: Promise<void>; happens: () => void } {
  let happens: () => void = () => undefined;
  const happened = new Promise<void>((resolve) => {
    happens = resolve;
  });
  return { happened, happens: () => happens() };
}

describe('the supervised media server', () => {
  let kurento: EmbeddedKurento | undefined;
  afterEach(() => kurento?.close());

  it('R41: runs in a process of its own, which is replaced at the same url when it dies', async () => {
    const restart = awaited();
    kurento = await startEmbeddedKurento({ log: silentLog, onRestart: restart.happens });
    const first = kurento.pid();
    expect(first).not.toBe(process.pid);
    const client = await RawClient.connect(kurento.url);
    expect(await client.result('ping')).toEqual({ value: 'pong' });
    process.kill(first ?? 0, 'SIGKILL');
    await client.untilClosed();
    await restart.happened;
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

  it('R41: goes on trying while the port is taken by somebody else', async () => {
    const [refusal, restart] = [awaited(), awaited()];
    kurento = await startEmbeddedKurento({
      log: (_level, message) => message === 'The media server could not be started again' && refusal.happens(),
      onRestart: restart.happens,
    });
    const port = Number(new URL(kurento.url).port);
    const occupant = await takeOver(kurento, port);
    await refusal.happened;
    await occupant.close();
    await restart.happened;
    const again = await RawClient.connect(kurento.url);
    expect(await again.result('ping')).toEqual({ value: 'pong' });
  });

  /** Starts a supervised server whose restarts can be waited for. */
  async function startSupervised(options: Partial<EmbeddedKurentoOptions> = {}) {
    const told: string[] = [];
    const log: EmbeddedKurentoOptions['log'] = (_level, message) => told.push(message);
    let restart = awaited();
    const onRestart = () => restart.happens();
    kurento = await startEmbeddedKurento({ log, onRestart, ...options });
    const server = kurento;
    const fault = async (signal: NodeJS.Signals) => {
      restart = awaited();
      const since = performance.now();
      process.kill(server.pid() ?? 0, signal);
      await restart.happened;
      return Math.round(performance.now() - since);
    };
    return { server, told, fault };
  }

  it('R42: the standby process takes over, and another one is started later', {
    tags: ['long'],
    timeout: 30_000,
  }, async () => {
    const { server, fault } = await startSupervised();
    await vi.waitUntil(() => server.standbyPid() !== undefined, 20_000);
    const standby = server.standbyPid();
    const ms = await fault('SIGKILL');
    expect(server.pid()).toBe(standby);
    expect(server.standbyPid()).toBe(undefined);
    console.info(`The standby took over ${ms} ms after SIGKILL.`);
    await vi.waitUntil(() => server.standbyPid() !== undefined, 20_000);
    const next = server.standbyPid() ?? 0;
    expect(next).not.toBe(standby);
    await server.close();
    expect(() => process.kill(next, 0)).toThrow('ESRCH');
  });

  it('R42: a standby that dies while it waits is done without', { tags: ['long'], timeout: 30_000 }, async () => {
    const { server, fault } = await startSupervised();
    await vi.waitUntil(() => server.standbyPid() !== undefined, 20_000);
    process.kill(server.standbyPid() ?? 0, 'SIGKILL');
    await vi.waitUntil(() => server.standbyPid() === undefined);
    await fault('SIGKILL');
    const client = await RawClient.connect(server.url);
    expect(await client.result('ping')).toEqual({ value: 'pong' });
  });

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
