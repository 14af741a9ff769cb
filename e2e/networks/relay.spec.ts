import type { Page } from 'playwright/test';
import { whyNoWrongClock } from '../../server/ice/testing/turn-server.ts';
import { expect } from '../fixtures.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { type RelayedSite, test } from '../servers/relayed-site.ts';

/** A port at which no server answers: https://www.rfc-editor.org/rfc/rfc863 */
const discardPort = 9;

/** UDP is blocked, and TCP to everything but the web server and these ports of the relay. */
async function blockAllBut({ network, webPort }: RelayedSite, ...ports: number[]): Promise<void> {
  // Packets are dropped on their way: where they leave, the browser would see an error, and know more than on a real
  // network.
  await network.conditions.letUdpThroughOnlyTo(discardPort);
  await network.blockTcpExceptTo(webPort, ...ports);
}

/** Someone on the site's own machine goes live. */
async function goLive({ openNearPage, server }: RelayedSite, channel: string): Promise<void> {
  const presenter = new Presenter(await openNearPage(), server.key);
  await presenter.open();
  await presenter.goLive({ channel, title: 'Over the relay' });
}

/** Runs the test of a viewer's connection on the page of a channel. */
async function testAsViewer(page: Page): Promise<void> {
  await page.getByText('Trouble watching?').click();
  await page.getByRole('button', { name: 'Test my connection' }).click();
}

/** Runs the test before the show. */
async function testAsPresenter({ page, url, server }: RelayedSite): Promise<Presenter> {
  const presenter = new Presenter(page, server.key);
  await presenter.open({ url });
  await page.getByRole('button', { name: 'Test my connection' }).click();
  return presenter;
}

async function reads(page: Page, ...texts: (string | RegExp)[]): Promise<void> {
  for (const text of texts) await expect(page.getByText(text)).toBeVisible({ timeout: 25_000 });
}

const overTcp = [/^Over a relay, by TCP: .*This network blocks UDP\./] as const;
const refused = /refuses the credentials that this site gives out.*TURN_SECRET is not the secret of the relay server/;

test('a viewer whose network blocks UDP watches over a relay, and can see why', {
  tag: '@alone',
}, async ({ openRelayedSite }) => {
  const site = await openRelayedSite();
  await blockAllBut(site, site.turn.port);
  await goLive(site, 'relayed');
  const viewer = new Viewer(site.page);
  await viewer.open('relayed');
  await viewer.seesMovingVideo(30);
  await testAsViewer(site.page);
  await reads(site.page, ...overTcp);
});

test('a presenter whose network blocks UDP goes live over a relay, and can see that before', {
  tag: ['@alone', '@long'],
}, async ({ openRelayedSite }) => {
  test.setTimeout(90_000);
  const site = await openRelayedSite();
  await blockAllBut(site, site.turn.port);
  const presenter = await testAsPresenter(site);
  await reads(site.page, ...overTcp);
  await presenter.goLive({ channel: 'relayed', title: 'Over the relay' });
  const viewer = new Viewer(await site.openNearPage());
  await viewer.open('relayed');
  await viewer.seesMovingVideo(60);
  await viewer.hearsTheTone();
  // Each peer has credentials of its own: that of the test, the presenter and the viewer.
  await expect.poll(() => site.turn.peers.size).toBe(3);
});

test('where only TLS gets through, media takes a relay by TLS', {
  tag: ['@alone', '@long'],
}, async ({ openRelayedSite }) => {
  test.setTimeout(90_000);
  const site = await openRelayedSite();
  await blockAllBut(site, site.turn.tlsPort);
  await goLive(site, 'tls');
  const viewer = new Viewer(site.page);
  await viewer.open('tls');
  await viewer.seesMovingVideo(60);
  await testAsViewer(site.page);
  await reads(site.page, /^Over a relay, by TLS: .*blocks UDP and all TCP that is not encrypted\./);
  await viewer.page.getByText('Trouble watching?').click();
  const presenter = await testAsPresenter(site);
  await reads(site.page, /^Over a relay, by TLS: /);
  await presenter.goLive({ channel: 'tls-too', title: 'By TLS' });
  const near = new Viewer(await site.openNearPage());
  await near.open('tls-too');
  await near.seesMovingVideo(60);
});

test('where UDP reaches the relay, but not the media server, the owner can be told', {
  tag: ['@alone', '@long'],
}, async ({ openRelayedSite }) => {
  test.setTimeout(90_000);
  const site = await openRelayedSite();
  await site.network.conditions.letUdpThroughOnlyTo(site.turn.port);
  // A Kurento would be reached over TCP.
  await site.network.blockTcpExceptTo(site.webPort, site.turn.port, site.turn.tlsPort);
  await goLive(site, 'closed-ports');
  const viewer = new Viewer(site.page);
  await viewer.open('closed-ports');
  await viewer.seesMovingVideo(60);
  await testAsViewer(site.page);
  await reads(site.page, /^Over a relay, by UDP: .*open its UDP ports in the firewall\./);
});

test('a relay is not used while UDP gets through', { tag: ['@alone', '@long'] }, async ({ openRelayedSite }) => {
  test.setTimeout(90_000);
  const site = await openRelayedSite();
  await site.page.goto('/watch/nobody-there');
  await testAsViewer(site.page);
  await reads(site.page, 'Direct, over UDP: the best there is.');
  await expect(site.page.getByText('Relay', { exact: true })).toBeHidden();
});

for (const fault of ['secret', 'clock'] as const) {
  const cause = fault === 'secret' ? 'another secret' : 'a wrong clock, so that credentials have expired,';
  test(`a relay with ${cause} is explained to presenters and viewers`, {
    tag: ['@alone', '@long'],
  }, async ({ openRelayedSite }) => {
    test.setTimeout(120_000);
    const obstacle = fault === 'clock' ? await whyNoWrongClock() : null;
    test.skip(obstacle !== null, obstacle ?? '');
    const site = await openRelayedSite(fault === 'clock' ? { clockAhead: '+2d' } : { secret: 'quite another secret' });
    // While UDP gets through, it is only a hint.
    await site.page.goto('/watch/nobody-there');
    await testAsViewer(site.page);
    await reads(site.page, 'Direct, over UDP: the best there is.', /^The relay server refuses the credentials/);

    await blockAllBut(site, site.turn.port, site.turn.tlsPort);
    await site.page.getByRole('button', { name: 'Test again' }).click();
    await reads(site.page, 'Sound and picture do not get through', refused);
    await testAsPresenter(site);
    await reads(site.page, 'Sound and picture do not get through', refused);
  });
}

test('a relay that does not answer is explained', { tag: ['@alone', '@long'] }, async ({ openRelayedSite }) => {
  test.setTimeout(90_000);
  const site = await openRelayedSite();
  await blockAllBut(site);
  await site.page.goto('/watch/nobody-there');
  await testAsViewer(site.page);
  await reads(site.page, 'Sound and picture do not get through', /neither the media server nor the relay server is/);
});
