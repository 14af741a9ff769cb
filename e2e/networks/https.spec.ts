import { expect, test } from '../fixtures.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { lanAddress } from '../servers/lan-address.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

test('a show is sent and watched over HTTPS with a self-signed certificate', async ({ browser }) => {
  const server = await startRostrum({ HTTPS: 'self-signed' });
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    permissions: ['camera', 'microphone', 'clipboard-read', 'clipboard-write'],
  });
  try {
    const { port } = new URL(server.url);
    const host = lanAddress() ?? 'localhost';
    const presenter = new Presenter(await context.newPage(), server.key);
    // People type addresses without https://.
    await presenter.open({ url: `http://${host}:${port}` });
    expect(presenter.page.url()).toBe(`https://${host}:${port}/present`);
    expect(await presenter.page.evaluate(() => isSecureContext)).toBe(true);
    await presenter.goLive({ channel: 'secure', title: 'Secure' });
    const viewer = new Viewer(await context.newPage());
    await viewer.page.goto(`http://${host}:${port}/watch/secure`);
    expect(viewer.page.url()).toBe(`https://${host}:${port}/watch/secure`);
    await viewer.seesMovingVideo();
    await presenter.end();
    const response = await viewer.page.reload();
    // A browser that remembered HTTPS would no longer let people accept the certificate.
    expect(response?.headers()['strict-transport-security']).toBeUndefined();
  } finally {
    await context.close();
    await server.close();
  }
});
