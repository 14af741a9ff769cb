import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LaunchOptions } from 'playwright/test';
import playwrightConfig from '../../e2e/playwright.config.ts';
import { findProjectRoot } from '../../server/project-root.ts';

/** The options with which Chromium is launched, as for the browser tests; it is installed first if it is missing. */
export async function browserSettings(): Promise<LaunchOptions> {
  // Set-up scripts run before anything is compiled, so they are not compiled themselves.
  const setup = pathToFileURL(join(findProjectRoot(), 'server/setup/browser.mjs'));
  const { ensureBrowser } = (await import(setup.href)) as { ensureBrowser(): Promise<string> };
  return { ...playwrightConfig.use?.launchOptions, executablePath: await ensureBrowser() };
}
