import { Closer } from '../../server/closer.ts';
import { ResilientPresenter } from '../load/resilient-presenter.ts';
import { ResilientViewer } from '../load/resilient-viewer.ts';
import { wait } from '../platform/clock.ts';
import { LoadBalancer } from '../servers/load-balancer.ts';
import { type SeveralWebServers, severalKey } from '../servers/several-web-servers.ts';
import { waitForPictures } from './picture-return.ts';

/** Long enough for everybody to watch in peace, in milliseconds. */
const settleMs = 5_000;

/**
 * What the death of a show's web server did to it: from the death to the first keyframe over another connection, in
 * milliseconds, for the viewers whose socket was at that web server, and for those at another one.
 */
export type OwnerLoss = { nearMs: number[]; farMs: number[] };

/**
 * Begins a show at one of two web servers, has half of the `viewers` watch there and half at the other one, kills the first
 * as a crash would, and ends the show when all have pictures again. Presenter and viewers reach the one that is left over a
 * load balancer that knows at once which one that is.
 * @throws Error if somebody does not come back
 */
export async function measureOwnerLoss(
  several: SeveralWebServers,
  channel: string,
  viewers: number,
): Promise<OwnerLoss> {
  const closer = new Closer();
  try {
    const [owner, other] = [await several.startWebServer(), await several.startWebServer()];
    closer.add(() => other.close());
    const balancer = await closer.own(LoadBalancer.start());
    balancer.to(owner.url);
    const presenter = await closer.own(
      ResilientPresenter.start({ url: balancer.url }, { key: severalKey, channel, record: true }),
    );
    const watch = async (url: string, count: number) => {
      const audience: ResilientViewer[] = [];
      for (let index = 0; index < count; index += 1) {
        audience.push(await closer.own(ResilientViewer.watch({ url }, channel)));
      }
      await waitForPictures(audience, 0);
      return audience;
    };
    const near = await watch(balancer.url, Math.ceil(viewers / 2));
    const far = await watch(other.url, Math.floor(viewers / 2));
    await wait(settleMs);
    balancer.to(other.url);
    const faultMs = Date.now();
    await owner.kill();
    const [nearMs, farMs] = await Promise.all([waitForPictures(near, faultMs), waitForPictures(far, faultMs)]);
    await presenter.stop();
    return { nearMs, farMs };
  } finally {
    await closer.close();
  }
}
