import { afterEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from './media-server.ts';
import { type EmbeddedKurento, startEmbeddedKurento } from './supervised-media-server.ts';
import { RawClient } from './testing/raw-client.ts';
import { silentLog } from './testing/silent-log.ts';

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

  it('R41: says in the words of the process why it cannot be started', async () => {
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
    const told: string[] = [];
    kurento = await startEmbeddedKurento({ log: (_level, message) => told.push(message) });
    const port = Number(new URL(kurento.url).port);
    const occupant = await takeOver(kurento, port);
    while (!told.includes('The media server could not be started again.')) await new Promise((r) => setTimeout(r, 50));
    await occupant.close();
    while (kurento.pid() === undefined) await new Promise((r) => setTimeout(r, 50));
    const again = await RawClient.connect(kurento.url);
    expect(await again.result('ping')).toEqual({ value: 'pong' });
  });
});
