import { expect, test } from '../fixtures.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { needsEmbeddedMediaServer, usesOtherMediaServer } from '../servers/media-server-choice.ts';
import { NetworkNamespace, whyNoNamespace } from '../servers/network-namespace.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

for (const [how, settings, presents] of [
  ['as it comes', {}, true],
  ['bound to IPv6', { HOST: '::', EMBEDDED_BIND_IP: '::' }, false],
] as const) {
  test(
    `who has IPv6 alone watches ${presents ? 'and presents ' : ''}on a server ${how}`,
    { tag: ['@alone', '@long'] },
    async ({ browser: _browser, openPage }, testInfo) => {
      if ('HOST' in settings)
        needsEmbeddedMediaServer('A Kurento is bound to all addresses, and has no setting for that.');
      test.skip(
        usesOtherMediaServer && process.env.KURENTO_COMMAND === undefined,
        'KURENTO_URL alone: a server that runs already does not know of addresses that come up now',
      );
      const reason = await whyNoNamespace(async () => {});
      test.skip(reason !== null, reason ?? '');
      test.setTimeout(90_000);
      const network = await NetworkNamespace.open('IPv6');
      const server = await startRostrum(settings);
      const port = new URL(server.url).port;
      const url = `http://${network.hostName}:${port}`;
      const { browser } = await network.launchBrowser(testInfo.project.use.launchOptions ?? {}, url);
      try {
        for (const host of ['127.0.0.1', '[::1]', network.hostName, new URL(server.url).hostname]) {
          expect((await fetch(`http://${host}:${port}/api/health`)).ok, host).toBe(true);
        }
        const openFar = async () => {
          const context = await browser.newContext({ baseURL: url, permissions: ['camera', 'microphone'] });
          return await context.newPage();
        };
        const presenter = new Presenter(await openPage(), server.key);
        await presenter.open({ url: server.url });
        await presenter.goLive({ channel: 'here', title: 'Here' });
        const viewer = new Viewer(await openFar());
        await viewer.page.goto(`${url}/watch/here`);
        await viewer.seesMovingVideo(60);
        if (!presents) return;
        const farPresenter = new Presenter(await openFar(), server.key);
        await farPresenter.open({ url });
        await farPresenter.goLive({ channel: 'there', title: 'There' });
        const hereViewer = new Viewer(await openPage());
        await hereViewer.page.goto(`${server.url}/watch/there`);
        await hereViewer.seesMovingVideo(60);
      } finally {
        await browser.close();
        await server.close();
        await network.close();
      }
    },
  );
}
