import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readProcessUsage } from '../../bench/platform/process-usage.ts';
import { childrenOf } from '../../bench/servers/media-server-process.ts';
import { expect, test } from '../fixtures.ts';
import { expectOneWholeRecording, ShowClock } from '../media/whole-recording.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { needsOwnMediaServer } from '../servers/media-server-choice.ts';
import { NamedPipe } from '../servers/named-pipe.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

/** What `npm start` becomes once everything is built. */
const program = 'dist/server/supervisor.js';

/** Kills the one that serves and the one that stands by; resolves when there is another one. */
async function killEmbeddedMediaServers(webServer: number): Promise<void> {
  const former = await childrenOf(webServer);
  for (const pid of former) process.kill(pid, 'SIGKILL');
  await expect.poll(async () => (await childrenOf(webServer)).some((pid) => !former.includes(pid))).toBe(true);
}

for (const [what, happens] of [
  ['the readers of the log and of the output have ended', (pipe: NamedPipe) => pipe.endReader()],
  ['the log and the output are full and nobody empties them', (pipe: NamedPipe) => pipe.fill()],
] as const) {
  test(`when ${what}, a show and its recording go on, even when the media server dies`, { tag: '@long' }, async ({
    openPage,
  }) => {
    needsOwnMediaServer('it is killed here');
    test.skip(process.platform !== 'linux', 'Named pipes are made by mkfifo, and processes are looked at in /proc.');
    test.setTimeout(120_000);
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-pipes-'));
    const pipes = { stdout: new NamedPipe(join(folder, 'out')), stderr: new NamedPipe(join(folder, 'err')) };
    const server = await startRostrum({ LOG_LEVEL: 'debug' }, {}, { program, pipes });
    try {
      for (const pipe of Object.values(pipes)) happens(pipe);
      const presenter = new Presenter(await openPage(), server.key);
      await presenter.open({ url: server.url });
      await presenter.goLive({ channel: 'unread', title: 'Unread', record: true });
      const clock = await ShowClock.started(presenter.page);
      const viewer = new Viewer(await openPage());
      await viewer.page.goto(`${server.url}/watch/unread`);
      await viewer.seesMovingVideo(100);
      const [webServer = 0] = await childrenOf(server.pid);
      clock.goesAway();
      if (server.kurento === null) await killEmbeddedMediaServers(webServer);
      else await server.killMediaServer();
      await presenter.seesThatItIsLive();
      await viewer.seesMovingVideo();
      clock.isBack();
      const before = await readProcessUsage(webServer);
      const since = performance.now();
      await viewer.seesMovingVideo(100);
      const { cpuUs } = await readProcessUsage(webServer);
      const load = (cpuUs - before.cpuUs) / ((performance.now() - since) * 1_000);
      expect(load, 'share of a core that the web server takes during a show').toBeLessThan(0.5);
      const length = clock.stop();
      await presenter.end();
      await viewer.seesThatItEnded();
      await expectOneWholeRecording(presenter.page, server.url, 'unread', length);
      expect(await server.stop()).toBe(0);
    } finally {
      await server.close();
      for (const pipe of Object.values(pipes)) pipe.endReader();
      await rm(folder, { recursive: true });
    }
  });
}
