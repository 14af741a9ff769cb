import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type SupervisedServer, type SupervisorOptions, superviseServer } from './supervised-server.ts';

/*
 * Small programs take the place of the web server; the tests depend on what they do at each start. The real web server
 * is tested in e2e/faults/web-server-faults.spec.ts.
 */

let folder: string;
let server: SupervisedServer | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rostrum-supervised-'));
});
afterEach(async () => {
  server?.kill();
  await server?.ended;
  await rm(folder, { recursive: true });
});

type Death = Parameters<SupervisorOptions['died']>[0];

/** Supervises a program that notes its arguments in `starts`, and then runs `body`; `start` counts from 1. */
async function supervise(body: string, options: Partial<SupervisorOptions> = {}) {
  const program = join(folder, 'program.mjs');
  const starts = join(folder, 'starts');
  await writeFile(starts, '');
  await writeFile(
    program,
    `import { appendFileSync, readFileSync } from 'node:fs';
    appendFileSync(${JSON.stringify(starts)}, process.pid + ' ' + process.argv.slice(2).join(' ') + '\\n');
    const start = readFileSync(${JSON.stringify(starts)}, 'utf8').trim().split('\\n').length;
    const listen = () => new Promise((resolve) => process.send({ type: 'listening', port: 4000 + start }, resolve));
    process.on('disconnect', () => process.exit());
    const stay = () => setInterval(() => {}, 60_000);
    ${body}`,
  );
  const deaths: Death[] = [];
  const supervised = superviseServer({
    program,
    args: ['--some'],
    died: (death) => deaths.push(death),
    restartDelaysMs: [0, 20, 40],
    ...options,
  });
  server = supervised;
  const started = async () => {
    const lines = (await readFile(starts, 'utf8')).split('\n').filter(Boolean);
    return lines.map((line) => ({ pid: Number(line.split(' ')[0]), args: line.slice(line.indexOf(' ') + 1) }));
  };
  return { supervised, deaths, started };
}

describe('the supervised web server', () => {
  it('is restarted when it dies after a fault, on the port that it had', async () => {
    const { supervised, deaths, started } = await supervise(
      `await listen(); if (start === 1) process.exit(70); process.on('message', () => process.exit(0)); stay();`,
    );
    await vi.waitFor(async () => expect(await started()).toHaveLength(2));
    expect((await started()).map(({ args }) => args)).toEqual(['--some', '--some --port=4001']);
    expect(deaths).toEqual([{ code: 70, signal: null, deaths: 1, nextTryMs: 0 }]);
    supervised.stop('SIGTERM');
    expect(await supervised.ended).toBe(0);
  });

  it('is restarted when it is killed', async () => {
    const { deaths, started } = await supervise(
      `await listen(); if (start === 1) process.kill(process.pid, 'SIGKILL'); stay();`,
    );
    await vi.waitFor(async () => expect(await started()).toHaveLength(2));
    expect(deaths).toEqual([{ code: null, signal: 'SIGKILL', deaths: 1, nextTryMs: 0 }]);
  });

  it('is restarted with growing delays when it dies again and again', async () => {
    const { deaths } = await supervise('await listen(); process.exit(1);');
    await vi.waitFor(() => expect(deaths.length).toBeGreaterThan(4));
    expect(deaths.slice(0, 5).map(({ nextTryMs }) => nextTryMs)).toEqual([0, 20, 40, 40, 40]);
    expect(deaths.slice(0, 5).map((death) => death.deaths)).toEqual([1, 2, 3, 4, 5]);
  });

  it('is restarted also when a later start fails, as while its port is taken', async () => {
    const { deaths, started } = await supervise(
      `if (start === 1) await listen(); if (start < 4) process.exit(1); await listen(); stay();`,
    );
    await vi.waitFor(async () => expect(await started()).toHaveLength(4));
    expect(deaths).toHaveLength(3);
  });

  it('resets the delays after it has lived for some time', async () => {
    const { deaths } = await supervise('await listen(); process.exit(1);', { maturityMs: 0 });
    await vi.waitFor(() => expect(deaths.length).toBeGreaterThan(3));
    expect(new Set(deaths.map((death) => death.deaths))).toEqual(new Set([1]));
  });

  it('is not restarted when it never started, and its exit code is returned', async () => {
    const { supervised, deaths, started } = await supervise('process.exit(3);');
    expect(await supervised.ended).toBe(3);
    expect([deaths.length, (await started()).length]).toEqual([0, 1]);
  });

  it('is not restarted when it shut down cleanly', async () => {
    const { supervised, deaths } = await supervise('await listen(); process.exit(0);');
    expect(await supervised.ended).toBe(0);
    expect(deaths).toEqual([]);
  });

  it('is asked to stop, and waited for; its exit code is the overall one', async () => {
    const { supervised, started } = await supervise(
      `process.on('message', ({ type, signal }) => setTimeout(() => process.exit(type === 'stop' && signal === 'SIGHUP' ? 5 : 6), 50));
      await listen(); stay();`,
    );
    await vi.waitFor(async () => expect(await started()).toHaveLength(1));
    supervised.stop('SIGHUP');
    expect(await supervised.ended).toBe(5);
    expect(await started()).toHaveLength(1);
  });

  it('is released, and not restarted', async () => {
    const { supervised, started } = await supervise(
      `process.prependListener('disconnect', () => process.exit(70)); await listen(); stay();`,
    );
    await vi.waitFor(async () => expect(await started()).toHaveLength(1));
    supervised.letGo();
    expect(await supervised.ended).toBe(70);
    expect(await started()).toHaveLength(1);
  });

  it('is killed when it does not react to the request to stop', async () => {
    const overdue = vi.fn();
    const { supervised, started } = await supervise('await listen(); for (;;);', { stopWithinMs: 100, overdue });
    await vi.waitFor(async () => expect(await started()).toHaveLength(1));
    supervised.stop('SIGTERM');
    expect(await supervised.ended).toBe(1);
    expect(overdue).toHaveBeenCalledOnce();
  });

  it('is not restarted when it is stopped while it waits for its next start', async () => {
    const { supervised, deaths, started } = await supervise('await listen(); process.exit(1);', {
      restartDelaysMs: [60_000],
    });
    await vi.waitFor(() => expect(deaths).toHaveLength(1));
    supervised.stop('SIGTERM');
    expect(await supervised.ended).toBe(0);
    expect(await started()).toHaveLength(1);
  });
});
