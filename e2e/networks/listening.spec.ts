import { type WaitingSocket, waitingSocketsOf } from '../../bench/platform/socket-table.ts';
import { childrenOf } from '../../bench/servers/media-server-process.ts';
import { expect, test as withServer } from '../fixtures.ts';
import { startRostrum } from '../servers/rostrum-server.ts';

const mediaPorts = { EMBEDDED_MIN_PORT: '23400', EMBEDDED_MAX_PORT: '23499' };

/** A server whose media ports are known, and that serves this test alone. */
const test = withServer.extend<object, object>({
  server: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads a fixture's needs from this pattern.
    async ({}, use) => {
      const server = await startRostrum(mediaPorts);
      await use(server);
      await server.close();
    },
    { scope: 'worker' },
  ],
});

test('nothing listens without need: one port for pages, one for media from the first show on, the rest on loopback only', async ({
  server,
  presenter,
  openViewer,
}) => {
  test.skip(process.platform !== 'linux', 'Sockets are read in /proc.');
  test.skip(server.kurento !== null, 'Kurento listens as its own configuration says.');
  const webPort = Number(new URL(server.url).port);
  const isLoopback = (address: string) => address === '127.0.0.1' || address === '::1';
  const isForPages = ({ protocol, port }: WaitingSocket) => protocol === 'TCP' && port === webPort;
  const isForMedia = ({ protocol, port }: WaitingSocket) => protocol === 'UDP' && port >= 23_400 && port <= 23_499;
  const waiting = async () => {
    const sockets = await waitingSocketsOf([server.pid, ...(await childrenOf(server.pid))]);
    return {
      pages: sockets.filter(isForPages).length,
      media: sockets.filter(isForMedia).length,
      others: sockets.filter((socket) => !isLoopback(socket.address) && !isForPages(socket) && !isForMedia(socket)),
    };
  };

  await presenter.open();
  expect(await waiting()).toEqual({ pages: 1, media: 0, others: [] });
  await presenter.goLive({ channel: 'few-ports', title: 'Few ports' });
  const viewer = await openViewer();
  await viewer.open('few-ports');
  await viewer.seesMovingVideo();
  // Some dozens of links share a port, which stays open for the next ones.
  expect(await waiting()).toEqual({ pages: 1, media: 1, others: [] });
  await presenter.end();
  await viewer.seesThatItEnded();
  expect(await waiting()).toEqual({ pages: 1, media: 1, others: [] });
});
