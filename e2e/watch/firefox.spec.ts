import type { Browser } from 'puppeteer-core';
import { TurnServer, whyNoTurnServer } from '../../server/ice/testing/turn-server.ts';
import { expect, test } from '../fixtures.ts';
import { FirefoxPerson, findFirefox, startFirefox } from '../pages/firefox.ts';
import { lanAddress, noLanAddress } from '../servers/lan-address.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const firefox = findFirefox();

test.describe('with Firefox', () => {
  test.skip(firefox === undefined, 'There is no Firefox on this machine; FIREFOX_PATH may name one.');
  test.setTimeout(120_000);

  test('one presents and is seen in Firefox and in Chromium, recorded, and ends the show', { tag: '@long' }, async ({
    server,
    openViewer,
  }) => {
    await withFirefox(async (open) => {
      const presenter = await open();
      await presenter.open(`${server.url}/present#key=${encodeURIComponent(server.key)}`, 'Go live');
      await presenter.seesMovingVideo('Your camera');
      await presenter.fillIn('Channel', 'from-firefox');
      await presenter.fillIn('Title', 'From Firefox');
      await presenter.press('Go live');
      await presenter.seesText('You are live');
      await presenter.seesText('Recording');
      const viewer = await open();
      await viewer.open(`${server.url}/watch/from-firefox`, 'From Firefox');
      await viewer.seesMovingVideo('Broadcast');
      const other = await openViewer();
      await other.open('from-firefox');
      await other.seesMovingVideo();
      await presenter.press('End broadcast');
      await presenter.press('End for everyone');
      await presenter.seesText('Your broadcast has ended');
      await viewer.seesText('This broadcast has ended');
      await other.seesThatItEnded();
      await viewer.press('Watch the recording');
      await viewer.seesText('All recordings');
    });
  });

  test('one watches who presents with Chromium, and waits for who has not begun', { tag: '@long' }, async ({
    presenter,
    server,
  }) => {
    await withFirefox(async (open) => {
      const viewer = await open();
      await viewer.open(`${server.url}/watch/to-firefox`, 'Nothing is on air yet');
      await presenter.open();
      await presenter.goLive({ channel: 'to-firefox', title: 'To Firefox' });
      await viewer.seesMovingVideo('Broadcast');
      await presenter.seesViewers(1);
      await presenter.page.reload();
      await viewer.seesText('The presenter will be right back');
      await presenter.page.getByRole('button', { name: 'Resume your broadcast' }).click();
      await viewer.seesMovingVideo('Broadcast');
      await presenter.end();
      await viewer.seesText('This broadcast has ended');
    });
  });
});

test('Firefox presents and watches over a relay by TCP', { tag: '@long' }, async () => {
  const lan = lanAddress();
  const obstacle = await whyNoTurnServer();
  test.skip(firefox === undefined, 'There is no Firefox on this machine; FIREFOX_PATH may name one.');
  test.skip(obstacle !== null, obstacle ?? '');
  test.skip(lan === null, noLanAddress);
  test.setTimeout(120_000);
  const secret = 'the secret of the relay tests';
  const turn = await TurnServer.start({ secret, ...(lan !== null && { address: lan }) });
  const server = await startRostrum({ TURN_URLS: turn.urls.tcp, TURN_SECRET: secret });
  try {
    await withFirefox(
      async (open) => {
        const presenter = await open();
        await presenter.open(`${server.url}/present#key=${encodeURIComponent(server.key)}`, 'Go live');
        await presenter.fillIn('Channel', 'relayed');
        await presenter.fillIn('Title', 'Over the relay');
        await presenter.press('Go live');
        await presenter.seesText('You are live');
        const viewer = await open();
        await viewer.open(`${server.url}/watch/relayed`, 'Over the relay');
        await viewer.seesMovingVideo('Broadcast');
        await presenter.press('End broadcast');
        await presenter.press('End for everyone');
        await viewer.seesText('This broadcast has ended');
      },
      // As if nothing but the relay could be reached.
      { 'media.peerconnection.ice.relay_only': true },
    );
    await expect.poll(() => turn.peers.size).toBe(2);
  } finally {
    await server.close();
    await turn.close();
  }
});

/** Runs a Firefox for as long as `work` takes; `open` gives each person a window of their own. */
async function withFirefox(
  work: (open: () => Promise<FirefoxPerson>) => Promise<void>,
  preferences: Record<string, boolean> = {},
): Promise<void> {
  const browser: Browser = await startFirefox(firefox ?? '', preferences);
  try {
    await work(async () => {
      const context = await browser.createBrowserContext();
      return new FirefoxPerson(await context.newPage());
    });
  } finally {
    await browser.close();
  }
}
