import { expect, type runServer } from '../fixtures.ts';
import { Viewer } from '../pages/viewer.ts';
import { needsEmbeddedMediaServer } from '../servers/media-server-choice.ts';
import { test as base } from '../servers/remote.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

/** An address for examples, which nobody has: https://www.rfc-editor.org/rfc/rfc5737 */
const announced = '203.0.113.9';

// biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
const runAnnounced: typeof runServer = async ({}, use) => {
  const server = await startRostrum({ EMBEDDED_ANNOUNCED_IP: announced });
  await use(server);
  await server.close();
};

/** The people of a show whose server is behind a NAT, and announces the address that the NAT has outside. */
const test = base.extend<object, object>({ server: [runAnnounced, { scope: 'worker' }] });

needsEmbeddedMediaServer(
  'A Kurento reads the address that it announces in a file of its own (externalIPv4), before it starts.',
);

test('a presenter on the machine of a server with an announced address is not interrupted', {
  tag: ['@alone', '@long'],
}, async ({ presenter, openViewer, server }) => {
  test.setTimeout(90_000);
  await presenter.open();
  await presenter.goLive({ channel: 'at-home', title: 'At home' });
  const viewer = await openViewer();
  await viewer.open('at-home');
  await viewer.seesMovingVideo(20);
  // An interruption came every 10 to 15 s.
  const startedMs = Date.now();
  while (Date.now() - startedMs < 35_000) await viewer.seesMovingVideo(25);
  await presenter.seesThatItIsLive();
  expect(server.log()).not.toContain('interrupted');
});

test('people in the network of a server with an announced address watch, and so do people outside', {
  tag: ['@alone', '@long'],
}, async ({ openRemote, presenter }) => {
  test.setTimeout(90_000);
  await presenter.open();
  await presenter.goLive({ channel: 'both-sides', title: 'Both sides' });
  const [inside, outside] = [await openRemote(), await openRemote()];
  // Neither is found by the server, as browsers tell it names of mDNS in place of their addresses.
  await inside.network.refuseUnaskedUdp();
  await outside.network.reachUdpOnlyAt(announced);
  for (const { page } of [inside, outside]) {
    const viewer = new Viewer(page);
    await viewer.open('both-sides');
    await viewer.seesMovingVideo(60);
  }
});
