import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

import { KurentoCommand } from '../../bench/servers/kurento-command.ts';
import { childrenOf, findMediaServer } from '../../bench/servers/media-server-process.ts';
import type { HealthDetails } from '../../server/http/health-route.ts';
import type { NamedPipe } from './named-pipe.ts';

const root = join(fileURLToPath(import.meta.url), '..', '..', '..');

/** The secret of the embedded media server, so that tests can look at its objects. */
const embeddedSecret = 'secret-of-the-browser-tests';

/** A separate server for a test: a free port, an empty data folder, a known key. */
export type RostrumServer = {
  readonly url: string;
  /** The id of the process that was started. */
  readonly pid: number;
  readonly key: string;
  readonly dataDir: string;
  /** Everything that the server wrote to its log so far, one JSON object per line. */
  log(): string;
  /** The address at which its media server listens. */
  readonly mediaServerUrl: string;
  /** The Kurento that `KURENTO_COMMAND` started for it; `null` if its media server is the embedded one. */
  readonly kurento: KurentoCommand | null;
  /** The health details that it reports to the holder of the presenter key. */
  health(): Promise<HealthDetails>;
  /** The resources that its media server's process uses. */
  mediaServerUse(): Promise<{ rssMiB: number; openFiles: number }>;
  /** Kills the media server, as a crash would; Rostrum or the supervisor of the Kurento restarts it. */
  killMediaServer(): Promise<void>;
  /** Suspends the media server's process, as if it hung; it keeps its sockets. */
  freezeMediaServer(): Promise<void>;
  /** Kills it as a crash would, and resolves when it has ended; its data and a Kurento remain for the next server. */
  kill(): Promise<void>;
  /** Kills it and all its child processes at the same moment, as a kernel panic would; its data remains. */
  killEverything(): Promise<void>;
  /** Stops it as its operator would, and resolves to the exit code. */
  stop(): Promise<number | null>;
  /** Resolves to the exit code when it has ended for any reason. */
  readonly ended: Promise<number | null>;
  /** Stops it if it still runs, with its Kurento, and removes its data. */
  close(): Promise<void>;
};

/** The logs of all servers that this process has started, of those that have ended as well, in the order of their starts. */
export const serverLogs: (() => string)[] = [];

/** How to start the server, if not as the web server alone. */
export type HowToStart = {
  /** The program, such as the supervisor that `npm start` runs. */
  program?: string;
  nodeOptions?: readonly string[];
  /** Whether it and its child processes are a separate process group, as in their own terminal. */
  ownGroup?: boolean;
  /** Pipes for its standard output and error, in place of private ones. */
  pipes?: { stdout: NamedPipe; stderr: NamedPipe };
};

/** The state that a server takes over from an earlier one. */
export type PreviousRunState = { dataDir?: string; kurento?: KurentoCommand | null };

/**
 * Starts the built server, with the data of an earlier one if its folder is given, and with that server's Kurento if
 * that is still running. If `KURENTO_COMMAND` is set, each server has its own Kurento, or a pool of as many as it would
 * have embedded media servers (`EMBEDDED_PROCESSES`).
 * @throws Error with its output if it does not start
 */
export async function startRostrum(
  settings: Record<string, string> = {},
  kept: PreviousRunState = {},
  how: HowToStart = {},
): Promise<RostrumServer> {
  const dataDir = kept.dataDir ?? (await mkdtemp(join(tmpdir(), 'rostrum-e2e-')));
  const key = 'key-of-the-browser-tests';
  const { program = 'dist/server/main.js', nodeOptions = [], ownGroup = false, pipes } = how;
  const kurento = 'KURENTO_URL' in settings ? null : await takeKurento(kept);
  const further = kurento === null ? [] : await furtherKurentos(Number(settings.EMBEDDED_PROCESSES ?? 1) - 1);
  const kurentos = [...(kurento === null ? [] : [kurento]), ...further];
  const outputs =
    pipes === undefined ? (['pipe', 'pipe'] as const) : [pipes.stdout.openWriter(), pipes.stderr.openWriter()];
  const child = spawn(process.execPath, [...nodeOptions, program], {
    cwd: root,
    detached: ownGroup,
    env: {
      ...process.env,
      ...{ NODE_ENV: 'production', PORT: '0', DATA_DIR: dataDir, PRESENTER_KEY: key, EMBEDDED_SECRET: embeddedSecret },
      ...settings,
      ...(kurentos.length > 0 && {
        KURENTO_URL: kurentos.map(({ url }) => url).join(','),
        EMBEDDED_PROCESSES: undefined,
      }),
    },
    // It exits when the channel closes, and therefore never outlives the test runner, however that ends.
    stdio: ['ignore', ...outputs, 'ipc'],
  });
  for (const fd of outputs) if (typeof fd === 'number') closeSync(fd);
  const stdout = pipes?.stdout.reader ?? child.stdout;
  let log = '';
  serverLogs.push(() => log);
  (pipes?.stderr.reader ?? child.stderr)?.on('data', (text: Buffer) => {
    log += text;
  });
  try {
    const { url, mediaServerUrl } = await readAddresses(child, stdout);
    const ended = once(child, 'exit').then(() => child.exitCode);
    const stop = async () => {
      const code = await endChild(child, 'SIGTERM');
      if (code === 1) console.error(`The server did not stop cleanly. The end of its log:\n${log.slice(-5_000)}`);
      return code;
    };
    const mediaServer = () => kurento?.pid() ?? findMediaServer(child.pid ?? 0, mediaServerUrl);
    return {
      url,
      pid: child.pid ?? 0,
      key,
      dataDir,
      log: () => log,
      mediaServerUrl,
      kurento,
      async health() {
        const reply = await fetch(`${url}/api/health`, { headers: { authorization: `Bearer ${key}` } });
        // This is the server's own type; the tests trust the fields that they read.
        return (await reply.json()) as HealthDetails;
      },
      async mediaServerUse() {
        const pid = await mediaServer();
        const status = await readFile(`/proc/${pid}/status`, 'utf8');
        const rssKiB = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]);
        return { rssMiB: Math.round(rssKiB / 1024), openFiles: (await readdir(`/proc/${pid}/fd`)).length };
      },
      async killMediaServer() {
        if (kurento === null) process.kill(await mediaServer(), 'SIGKILL');
        else kurento.kill();
      },
      async freezeMediaServer() {
        if (kurento === null) process.kill(await mediaServer(), 'SIGSTOP');
        else kurento.freeze();
      },
      async kill() {
        await endChild(child, 'SIGKILL');
      },
      async killEverything() {
        // The children first, and without a pause: otherwise they would notice that their parent has ended.
        const children = await childrenOf(child.pid ?? 0);
        kurento?.killForGood();
        for (const each of children) process.kill(each, 'SIGKILL');
        await endChild(child, 'SIGKILL');
      },
      stop,
      ended,
      async close() {
        await stop();
        await Promise.all(kurentos.map((each) => each.close()));
        await rm(dataDir, { recursive: true, force: true });
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    await Promise.all(kurentos.map((each) => each.close()));
    throw new Error(`The server did not start. It printed:\n${log}`, { cause: error });
  }
}

/** The Kurento of the earlier server, or a new one, or `null` if none is requested. */
async function takeKurento({ kurento }: PreviousRunState): Promise<KurentoCommand | null> {
  return kurento?.runs === true ? kurento : await KurentoCommand.startIfAsked();
}

async function furtherKurentos(count: number): Promise<KurentoCommand[]> {
  const started = await Promise.all(Array.from({ length: count }, () => KurentoCommand.startIfAsked()));
  return started.filter((each) => each !== null);
}

function readAddresses(child: ChildProcess, stdout: Readable | null): Promise<{ url: string; mediaServerUrl: string }> {
  return new Promise((resolve, reject) => {
    let text = '';
    stdout?.on('data', (chunk: Buffer) => {
      text += chunk;
      const url = /listening on (https?:\S+)/.exec(text)?.[1];
      const [, kind, shown] = /Media server +(embedded|Kurento), at (ws:\S+)/.exec(text) ?? [];
      const mediaServerUrl = kind === 'embedded' ? `${shown}?secret=${embeddedSecret}` : shown;
      if (url !== undefined && mediaServerUrl !== undefined) resolve({ url, mediaServerUrl });
    });
    child.once('exit', (code) => reject(new Error(`It exited with code ${code}.`)));
  });
}

async function endChild(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
  return child.exitCode;
}
