import type { Browser, Page } from 'playwright/test';
import { expect, test } from '../fixtures.ts';
import { expectOneWholeRecording, ShowClock } from '../media/whole-recording.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';

/*
 * The other tests have their browsers tell all addresses, and connect over the loopback interface. Those of people do
 * neither: who shows no camera tells names of mDNS in place of addresses, which the media server cannot look up.
 */

const iceFlags = ['--allow-loopback-in-peer-connection', '--disable-features=WebRtcHideLocalIpsWithMdns'];

/** Keeps the candidates of all connections of a page. */
function keepCandidates(): void {
  const candidates: string[] = [];
  Object.assign(window, { candidates });
  const Original = RTCPeerConnection;
  window.RTCPeerConnection = class extends Original {
    constructor(configuration?: RTCConfiguration) {
      super(configuration);
      this.addEventListener('icecandidate', ({ candidate }) => candidates.push(candidate?.candidate ?? ''));
    }
  };
}

test(
  'a show is presented, watched and recorded with browsers that are told nothing of ICE',
  { tag: '@long' },
  async ({ playwright, server }, testInfo) => {
    test.setTimeout(90_000);
    const { args = [], ...options } = testInfo.project.use.launchOptions ?? {};
    const kept = args.filter((arg) => !iceFlags.includes(arg));
    expect(args.length - kept.length, 'flags that are left out').toBe(iceFlags.length);
    const browsers: Browser[] = [];
    const openPage = async (permissions: string[]): Promise<Page> => {
      const browser = await playwright.chromium.launch({ ...options, args: kept });
      browsers.push(browser);
      const context = await browser.newContext({ baseURL: server.url, permissions });
      await context.addInitScript(keepCandidates);
      return await context.newPage();
    };
    try {
      const presenter = new Presenter(await openPage(['camera', 'microphone']), server.key);
      await presenter.open();
      await presenter.goLive({ channel: 'as-it-comes', title: 'As it comes', record: true });
      const clock = await ShowClock.started(presenter.page);
      const viewer = new Viewer(await openPage([]));
      await viewer.open('as-it-comes');
      await viewer.seesMovingVideo(100);
      const told = await viewer.page.evaluate(() => (window as unknown as { candidates: string[] }).candidates);
      expect(told.join('\n')).toMatch(/ \S+\.local \d+ typ host/);
      const length = clock.stop();
      await presenter.end();
      await viewer.seesThatItEnded();
      await expectOneWholeRecording(presenter.page, server.url, 'as-it-comes', length);
    } finally {
      await Promise.all(browsers.map((browser) => browser.close()));
    }
  },
);
