import { defineConfig } from 'playwright/test';

/**
 * Real Chromium against the server as `npm start` runs it. There are two workers, each with its own server: tests spend
 * most of their time waiting for a show to be long enough, and more workers would starve the media.
 */
export default defineConfig({
  testDir: '.',
  // Screenshots are for people to look at, and are taken only on request.
  testIgnore: process.env.SCREENSHOTS ? [] : ['screenshots.spec.ts'],
  outputDir: '../test-results',
  fullyParallel: false,
  workers: 2,
  // Other load on the machine may starve a browser; a test that passes only on retry is counted and listed as flaky.
  retries: process.env.CI ? 1 : 0,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  projects: [
    { name: 'desktop' },
    {
      // What people read and write themselves, on a phone and in the other language.
      name: 'korean-phone',
      testMatch: [
        '**/conversation/*.spec.ts',
        '**/recordings/{library,recording-pictures,recording-player}.spec.ts',
        '**/site/{front-page,lobby,past-shows}.spec.ts',
      ],
      use: { locale: 'ko-KR', viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true },
    },
  ],
  use: {
    viewport: { width: 1280, height: 800 },
    permissions: ['camera', 'microphone', 'clipboard-read', 'clipboard-write'],
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        '--allow-loopback-in-peer-connection',
        '--disable-features=WebRtcHideLocalIpsWithMdns',
        // All pages of a test count as being in front, so that none is throttled.
        '--disable-backgrounding-occluded-windows',
        '--disable-renderer-backgrounding',
        '--disable-background-timer-throttling',
      ],
    },
  },
});
