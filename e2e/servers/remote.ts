import type { Browser, Page } from 'playwright/test';
import { test as base } from '../fixtures.ts';
import { NetworkNamespace, whyNoNamespace } from './network-namespace.ts';

/** A person whose browser is behind its own virtual cable. */
export type Remote = { page: Page; url: string; network: NetworkNamespace; freeze(): void; thaw(): void };

type Fixtures = {
  /** Opens as many of them as a test needs, each with its own browser process; skips where that is impossible. */
  openRemote: () => Promise<Remote>;
};

/** The test of `fixtures.ts`, with people whose network can be made to fail. */
export const test = base.extend<Fixtures>({
  openRemote: async ({ server }, use, testInfo) => {
    const reason = await whyNoNamespace();
    testInfo.skip(reason !== null, reason ?? '');
    const networks: NetworkNamespace[] = [];
    const browsers: { browser: Browser; thaw: () => void }[] = [];
    const openRemote = async (): Promise<Remote> => {
      const network = await NetworkNamespace.open();
      networks.push(network);
      const url = `http://${network.hostName}:${new URL(server.url).port}`;
      const { browser, pid } = await network.launchBrowser(testInfo.project.use.launchOptions ?? {}, url);
      const signal = (name: NodeJS.Signals) => () => void process.kill(-pid, name);
      browsers.push({ browser, thaw: signal('SIGCONT') });
      const context = await browser.newContext({ baseURL: url, permissions: ['camera', 'microphone'] });
      return { page: await context.newPage(), url, network, freeze: signal('SIGSTOP'), thaw: signal('SIGCONT') };
    };
    try {
      await use(openRemote);
    } finally {
      for (const { browser, thaw } of browsers) {
        // A test that failed may have left it frozen, and a frozen browser does not close.
        thaw();
        await browser.close();
      }
      for (const network of networks) await network.close();
    }
  },
});
