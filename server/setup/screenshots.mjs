// `npm run screenshots`: saves every page in every state, size, theme and language to e2e/screenshots/all.
import './check-node.mjs';

const { ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure, runTool } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await ensureServerBuilt();
  await ensurePagesBuilt();
  const { ensureBrowser } = await import('./browser.mjs');
  const env = { ...process.env, CHROMIUM_PATH: await ensureBrowser(), SCREENSHOTS: 'all' };
  const config = ['--config', 'e2e/playwright.config.ts'];
  const failure = 'Not all screenshots could be taken: please look at the message above.';
  await runTool('playwright/cli.js', ['test', ...config, 'e2e/screenshots.spec.ts'], failure, { env });
  console.log('The screenshots are in e2e/screenshots/all.');
} catch (error) {
  reportFailure(error);
}
