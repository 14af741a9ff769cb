import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { root, run, runTool, StepError } from './steps.mjs';

/** Usual paths of a Chromium or Chrome that Playwright can drive. */
const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/opt/google/chrome/chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/**
 * Returns the path of a browser for the tests: CHROMIUM_PATH, an installed browser, Playwright's own, or, for root on
 * Debian, the system's package.
 */
export async function ensureBrowser() {
  const requested = process.env.CHROMIUM_PATH;
  if (requested) {
    if (!existsSync(requested))
      throw new StepError(`There is no browser at ${requested}: please correct CHROMIUM_PATH.`);
    return requested;
  }
  const found = findBrowser();
  if (found) return found;
  console.log('Downloading a browser for the tests (once) …');
  await runTool('playwright/cli.js', ['install', '--with-deps', 'chromium'], '').catch(() =>
    runTool('playwright/cli.js', ['install', 'chromium'], '').catch(installDebianPackage),
  );
  const installed = findBrowser();
  if (installed) return installed;
  throw new StepError(
    'The browser tests need Chromium or Chrome, and none could be installed: please install one, or set CHROMIUM_PATH to its executable.',
  );
}

function findBrowser() {
  const require = createRequire(join(root, 'package.json'));
  const own = require('playwright').chromium.executablePath();
  return [...usualPlaces, own].find((path) => path && existsSync(path));
}

async function installDebianPackage() {
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return;
  await run('apt-get', ['update', '-qq'], '').catch(() => {});
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], '').catch(() => {});
}
