import { type BrowserServer, chromium, type LaunchOptions, type Page } from 'playwright/test';
import { observeReception } from '../../e2e/media/reception.ts';
import { installTestSource, type SourceSettings } from '../../e2e/media/test-source.ts';
import { Presenter } from '../../e2e/pages/presenter.ts';
import type { PictureChoice } from '../../lib/tiers.ts';
import { Closer } from '../../server/closer.ts';
import { LoadViewer } from '../load/load-viewer.ts';
import { monotonicUs, wait } from '../platform/clock.ts';
import { readProcessUsage } from '../platform/process-usage.ts';
import type { MeasuredServer } from '../servers/measured-server.ts';
import { childrenOf } from '../servers/media-server-process.ts';

/** What a presenter's browser spends in a second. */
export type PresenterCost = {
  /** CPU time of all its processes, as a share of one core. */
  cores: number;
  /** Time in the encoders, as `totalEncodeTime` says, as a share of one core. */
  encoding: number;
};

/** The cost of the high tier alone, and of high and low. */
export type TierCosts = { high: PresenterCost; both: PresenterCost };

const channel = 'bench-tiers';
const settleMs = 5_000;

/**
 * Measures what a presenter in Chromium spends on the low tier. A viewer watches the high tier all the time; another one
 * changes between the two, so that the low one is sent half of the time. The presenter's page is the same throughout.
 * @param rounds how often both are measured, `seconds` each time
 */
export async function measurePresenterCost(
  server: MeasuredServer,
  settings: LaunchOptions,
  { height, seconds, rounds }: { height: number; seconds: number; rounds: number },
  signal: AbortSignal,
): Promise<TierCosts[]> {
  const closer = new Closer();
  try {
    const source = { width: Math.round((height * 16) / 9), height, prompt: true, grain: true };
    const { browser, page } = await present(server, settings, { channel, source }, closer);
    await closer.own(LoadViewer.join(server.target, channel));
    const changing = await closer.own(LoadViewer.join(server.target, channel));
    const costOf = async (choice: PictureChoice): Promise<PresenterCost> => {
      await changing.link.signaling.request('picture:choose', { choice, limit: 'high' });
      await wait(settleMs, signal);
      return await costDuring(browser, page, seconds, signal);
    };
    await wait(settleMs, signal);
    const costs: TierCosts[] = [];
    for (let round = 0; round < rounds; round += 1) {
      costs.push({ high: await costOf('high'), both: await costOf('low') });
    }
    return costs;
  } finally {
    await closer.close();
  }
}

/** Goes live in a browser of its own, whose processes and encoders {@link costDuring} measures. */
export async function present(
  server: MeasuredServer,
  settings: LaunchOptions,
  { channel, source }: { channel: string; source: SourceSettings },
  closer: Closer,
): Promise<{ browser: BrowserServer; page: Page }> {
  const browser = await closer.own(chromium.launchServer(settings));
  const connected = await closer.own(chromium.connect(browser.wsEndpoint()));
  // Invitations of guests are read from the clipboard.
  const page = await connected.newPage({
    permissions: ['camera', 'microphone', 'clipboard-read', 'clipboard-write'],
  });
  await observeReception(page);
  await installTestSource(page, source);
  const presenter = new Presenter(page, server.key);
  await presenter.open({ camera: 'as it is', url: server.target.url });
  await presenter.goLive({ channel, title: 'Bench' });
  return { browser, page };
}

/** Measures a browser, and the encoders of `page` in it, for some seconds; {@link observeReception} is in the page. */
export async function costDuring(
  browser: BrowserServer,
  page: Page,
  seconds: number,
  signal: AbortSignal,
): Promise<PresenterCost> {
  const read = async () => {
    return { atUs: monotonicUs(), cpuUs: await treeCpuUs(browser), encodedUs: (await encodeSeconds(page)) * 1e6 };
  };
  const before = await read();
  await wait(seconds * 1_000, signal);
  const after = await read();
  const spentUs = after.atUs - before.atUs;
  return {
    cores: (after.cpuUs - before.cpuUs) / spentUs,
    encoding: (after.encodedUs - before.encodedUs) / spentUs,
  };
}

async function treeCpuUs(browser: BrowserServer): Promise<number> {
  const processes = [browser.process().pid ?? 0];
  for (const pid of processes) processes.push(...(await childrenOf(pid).catch(() => [])));
  const usages = await Promise.all(processes.map((pid) => readProcessUsage(pid).catch(() => ({ cpuUs: 0 }))));
  return usages.reduce((sum, { cpuUs }) => sum + cpuUs, 0);
}

function encodeSeconds(page: Page): Promise<number> {
  return page.evaluate(async () => {
    // observeReception put this into the page.
    const { seenConnections } = window as unknown as { seenConnections: RTCPeerConnection[] };
    let seconds = 0;
    for (const connection of seenConnections) {
      for (const stats of (await connection.getStats()).values()) {
        if (stats.type === 'outbound-rtp' && stats.kind === 'video') seconds += stats.totalEncodeTime ?? 0;
      }
    }
    return seconds;
  });
}
