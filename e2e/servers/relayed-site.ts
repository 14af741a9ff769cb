import type { Browser, Page } from 'playwright/test';
import { TurnServer, whyNoTurnServer } from '../../server/ice/testing/turn-server.ts';
import { test as base, newPage } from '../fixtures.ts';
import { NetworkNamespace, whyNoNamespace } from './network-namespace.ts';
import { type RostrumServer, startRostrum } from './rostrum-server.ts';

/** A site with a relay (TURN server), and a person behind a firewall; everyone else is on the site's own machine. */
export type RelayedSite = {
  server: RostrumServer;
  turn: TurnServer;
  /** The network behind the firewall, with nothing blocked yet. */
  network: NetworkNamespace;
  /** A page of the person behind the firewall. */
  page: Page;
  /** The site's address for that person. */
  url: string;
  /** The port of the web server, for the firewall. */
  webPort: number;
  /** Opens a page of someone on the site's own machine. */
  openNearPage(): Promise<Page>;
};

/** How the relay differs from one that works. */
export type RelayFaults = { secret?: string; clockAhead?: string };

const secret = 'the secret of the relay tests';

type Fixtures = {
  /** Opens such a site, at most one per test; skips where that is impossible. */
  openRelayedSite: (faults?: RelayFaults) => Promise<RelayedSite>;
};

/** The test of `fixtures.ts`, with sites that have a relay. */
export const test = base.extend<Fixtures>({
  openRelayedSite: async ({ browser }, use, testInfo) => {
    const reason = (await whyNoNamespace()) ?? (await whyNoTurnServer());
    testInfo.skip(reason !== null, reason ?? '');
    const closing: (() => Promise<unknown>)[] = [];
    const own = <Opened extends { close(): Promise<unknown> }>(opened: Opened): Opened => {
      closing.unshift(() => opened.close());
      return opened;
    };
    const open = async (faults: RelayFaults = {}): Promise<RelayedSite> => {
      const network = own(await NetworkNamespace.open());
      const turn = own(await TurnServer.start({ secret, ...faults, address: await network.addPublicAddress() }));
      const server = own(await startRostrum({ TURN_URLS: Object.values(turn.urls).join(','), TURN_SECRET: secret }));
      const webPort = Number(new URL(server.url).port);
      const url = `http://${network.hostName}:${webPort}`;
      const options = testInfo.project.use.launchOptions ?? {};
      // The relay's certificate signs itself.
      const args = [...(options.args ?? []), '--ignore-certificate-errors'];
      const { browser: inside } = await network.launchBrowser({ ...options, args }, url);
      own<Browser>(inside);
      const context = await inside.newContext({ baseURL: url, permissions: ['camera', 'microphone'] });
      const openNearPage = async () => {
        const page = await newPage(browser, server);
        own(page.context());
        return page;
      };
      return { server, turn, network, page: await context.newPage(), url, webPort, openNearPage };
    };
    try {
      await use(open);
    } finally {
      for (const close of closing) await close();
    }
  },
});
