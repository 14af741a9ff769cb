import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { childrenOf } from '../../bench/servers/media-server-process.ts';
import { expect, test } from '../fixtures.ts';
import { expectOneWholeRecording, ShowClock } from '../media/whole-recording.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

/** What `npm start` becomes once everything is built. */
const supervisor = 'dist/server/supervisor.js';

/** Makes a process raise an exception that nobody catches whenever a signal asks for it. */
const raising = `process.on('SIGUSR2', () => { throw new Error('raised by the test', { cause: new RangeError('its cause') }); });`;
const nodeOptions = ['--import', `data:text/javascript,${encodeURIComponent(raising)}`];

/** The process of the web server that the supervisor runs; 0 between two. */
const webServerOf = async ({ pid }: RostrumServer) => (await childrenOf(pid))[0] ?? 0;

for (const [what, signal, tag] of [
  ['a web server that is killed', 'SIGKILL', []],
  ['a web server with a fault that nobody caught', 'SIGUSR2', ['@long']],
] as const) {
  test(`${what} is started again by itself, and presenter, viewer and recording go on`, { tag: [...tag] }, async ({
    openPage,
  }) => {
    test.setTimeout(120_000);
    const server = await startRostrum({}, {}, { program: supervisor, nodeOptions });
    try {
      const presenter = new Presenter(await openPage(), server.key);
      await presenter.open({ url: server.url });
      await presenter.goLive({ channel: 'revived', title: 'Revived', record: true });
      const clock = await ShowClock.started(presenter.page);
      const viewer = new Viewer(await openPage());
      await viewer.page.goto(`${server.url}/watch/revived`);
      await viewer.seesMovingVideo(100);
      const first = await webServerOf(server);
      clock.goesAway();
      process.kill(first, signal);
      // A start takes long where other tests keep the processors busy: three at once took 20 s on two cores.
      await expect.poll(() => webServerOf(server), { timeout: 20_000 }).not.toBe(first);
      await expect
        .poll(
          () =>
            fetch(`${server.url}/api/health`).then(
              ({ ok }) => ok,
              () => false,
            ),
          { timeout: 45_000 },
        )
        .toBe(true);
      await presenter.seesThatItIsLive();
      await viewer.seesMovingVideo();
      clock.isBack();
      await viewer.seesMovingVideo(100);
      const length = clock.stop();
      await presenter.end();
      await expectOneWholeRecording(presenter.page, server.url, 'revived', length);
      expect(server.log()).toContain('The web server died; restarting it');
      if (signal === 'SIGUSR2') {
        // The whole error is logged, and the file was finished cleanly before the process ended.
        expect(server.log()).toMatch(/raised by the test.*its cause.*at process/);
        expect(server.log()).not.toMatch(/not stop in order|Not everything shut down cleanly|media server died/);
      }
      expect(await server.stop()).toBe(0);
    } finally {
      await server.close();
    }
  });
}

// A terminal sends Ctrl-C and its own end to every process in it, and systemd sends SIGTERM to every process of a unit.
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM'] as const) {
  test(`${signal} to all its processes at once ends shows in order, and their recordings are whole`, {
    tag: '@long',
  }, async ({ openPage }) => {
    test.setTimeout(90_000);
    const server = await startRostrum({}, {}, { program: supervisor, ownGroup: true });
    try {
      const presenter = new Presenter(await openPage(), server.key);
      await presenter.open({ url: server.url });
      await presenter.goLive({ channel: 'hung-up', title: 'Hung up', record: true });
      const clock = await ShowClock.started(presenter.page);
      const viewer = new Viewer(await openPage());
      await viewer.page.goto(`${server.url}/watch/hung-up`);
      await viewer.seesMovingVideo(100);
      const length = clock.stop();
      process.kill(-server.pid, signal);
      // npm passes on to its child what the terminal has sent to both already.
      process.kill(-server.pid, signal);
      expect(await server.ended).toBe(0);
      await viewer.seesThatItEnded();
      const [id] = await readdir(join(server.dataDir, 'recordings'));
      const manifest = await readFile(join(server.dataDir, 'recordings', String(id), 'manifest.json'), 'utf8');
      expect(JSON.parse(manifest)).toMatchObject({ state: 'ready', parts: [], failure: null });
      expect(server.log()).not.toMatch(/not stop in order|Not everything shut down cleanly|media server died|is lost/);
      const next = await startRostrum({}, server);
      try {
        await expectOneWholeRecording(presenter.page, next.url, 'hung-up', length);
      } finally {
        await next.stop();
      }
    } finally {
      await server.close();
    }
  });
}
