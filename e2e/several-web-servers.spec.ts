import { RedisServer, whyNoRedis } from '../server/cluster/testing/redis-server.ts';
import { expect, test } from './fixtures.ts';
import { observePictures, readPictures } from './picture-observer.ts';
import { Presenter } from './presenter.ts';
import { startRostrum } from './rostrum-server.ts';
import { Viewer } from './viewer.ts';

const obstacle = await whyNoRedis();
test.skip(obstacle !== null, obstacle ?? '');

/** How long Redis is away, in milliseconds: much longer than leases last. */
const awayMs = 30_000;
/** A link that is made anew leaves at least a second without pictures, even on a fast machine; so does one that hangs. */
const longestGapMs = 1_000;
const unreachable = 'The servers cannot reach each other at the moment';

for (const data of ['kept', 'lost'] as const) {
  test(`while Redis is away for 30 s, pictures go on, and pages say why nobody gets in; its data is ${data}`, {
    tag: '@long',
  }, async ({ openPage }) => {
    test.setTimeout(180_000);
    const redis = await RedisServer.start();
    const settings = { REDIS_URL: redis.url, EMBEDDED_BIND_IP: '127.0.0.1' };
    const [owner, other] = await Promise.all([startRostrum(settings), startRostrum(settings)]);
    try {
      const presenter = new Presenter(await openPage(), owner.key);
      await presenter.open({ url: owner.url });
      await presenter.goLive({ channel: 'math-101', title: 'Sums' });
      const viewer = new Viewer(await openPage());
      await observePictures(viewer.page);
      await viewer.page.goto(`${other.url}/watch/math-101`);
      await viewer.seesMovingVideo(50);
      const awaySince = Date.now();
      await redis.kill();

      // Somebody else comes to the other web server, and a show wants to begin on a free channel.
      const late = new Viewer(await openPage());
      await late.page.goto(`${other.url}/watch/math-101`);
      await expect(late.page.getByText(unreachable)).toBeVisible();
      const second = new Presenter(await openPage(), owner.key);
      await second.open({ url: owner.url });
      await second.fillIn({ channel: 'music-101', title: 'Songs' });
      await second.page.getByRole('button', { name: 'Go live' }).click();
      await expect(second.page.getByRole('alert').getByText(unreachable)).toBeVisible();
      // At the owner of the channel, everyone gets in.
      const near = new Viewer(await openPage());
      await near.page.goto(`${owner.url}/watch/math-101`);
      await near.seesMovingVideo();
      while (Date.now() - awaySince < awayMs) await viewer.seesMovingVideo(15);
      await expect(late.page.getByText(unreachable)).toBeVisible();
      await redis.restart(data);

      // Nobody has to do anything.
      await late.seesMovingVideo(50);
      await presenter.seesViewers(3);
      await presenter.seesThatItIsLive();
      const { gaps } = await readPictures(viewer.page);
      expect(gaps.filter(({ fromMs, toMs }) => toMs > awaySince && toMs - fromMs > longestGapMs)).toEqual([]);
      await second.page.getByRole('button', { name: 'Go live' }).click();
      await second.seesThatItIsLive();
    } finally {
      await Promise.all([owner.close(), other.close()]);
      await redis.close();
    }
  });
}
