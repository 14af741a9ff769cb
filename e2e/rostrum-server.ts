import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { HealthDetails } from '../server/health-route.ts';

const root = join(fileURLToPath(import.meta.url), '..', '..');

/** A server of its own for a test: a free port, an empty data folder, a known key. */
export type RostrumServer = {
  readonly url: string;
  readonly key: string;
  readonly dataDir: string;
  /** Everything that the server wrote to its log so far, one JSON object a line. */
  log(): string;
  /** Where its media server listens. */
  readonly mediaServerUrl: string;
  /** What it says of itself to its owner. */
  health(): Promise<HealthDetails>;
  /** What its media server's process takes of the machine. */
  mediaServerUse(): Promise<{ rssMiB: number; openFiles: number }>;
  /** Kills the embedded media server, as a crash would. */
  killMediaServer(): Promise<void>;
  /** Stops it as its owner would, and resolves to the exit code. */
  stop(): Promise<number | null>;
  /** Stops it if it still runs, and removes its data. */
  close(): Promise<void>;
};

/**
 * Starts the built server.
 * @throws Error with what it printed when it does not come up
 */
export async function startRostrum(settings: Record<string, string> = {}): Promise<RostrumServer> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rostrum-e2e-'));
  const key = 'key-of-the-browser-tests';
  const child = spawn(process.execPath, ['dist/server/main.js'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production', PORT: '0', DATA_DIR: dataDir, PRESENTER_KEY: key, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (text: Buffer) => {
    log += text;
  });
  try {
    const { url, mediaServerUrl } = await readAddresses(child);
    const stop = () => stopChild(child);
    return {
      url,
      key,
      dataDir,
      log: () => log,
      mediaServerUrl,
      async health() {
        const reply = await fetch(`${url}/api/health`, { headers: { authorization: `Bearer ${key}` } });
        // The server's own type; a browser test trusts it as far as it looks.
        return (await reply.json()) as HealthDetails;
      },
      async mediaServerUse() {
        const pid = await findMediaServer(child.pid ?? 0);
        const status = await readFile(`/proc/${pid}/status`, 'utf8');
        const rssKiB = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
        return { rssMiB: Math.round(rssKiB / 1024), openFiles: (await readdir(`/proc/${pid}/fd`)).length };
      },
      async killMediaServer() {
        process.kill(await findMediaServer(child.pid ?? 0), 'SIGKILL');
      },
      stop,
      async close() {
        await stop();
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`The server did not start. It printed:\n${log}`, { cause: error });
  }
}

function readAddresses(child: ChildProcess): Promise<{ url: string; mediaServerUrl: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk;
      const url = /listening on (http:\S+)/.exec(text)?.[1];
      const mediaServerUrl = /Media server .*(ws:\S+)/.exec(text)?.[1];
      if (url !== undefined && mediaServerUrl !== undefined) resolve({ url, mediaServerUrl });
    });
    child.once('exit', (code) => reject(new Error(`It ended with exit code ${code}.`)));
  });
}

/** The process id of the media server that the server with id `pid` runs. */
export async function findMediaServer(pid: number): Promise<number> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  for (const child of children.trim().split(/\s+/)) {
    const command = await readFile(`/proc/${child}/cmdline`, 'utf8').catch(() => '');
    if (command.includes('embedded-kurento')) return Number(child);
  }
  throw new Error(`The server ${pid} runs no media server.`);
}

async function stopChild(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  }
  return child.exitCode;
}
