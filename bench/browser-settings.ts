import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { LaunchOptions } from 'playwright/test';
import playwrightConfig from '../e2e/playwright.config.ts';
import { findProjectRoot } from '../server/project-root.ts';

/** How Chromium is launched: as for the browser tests, and installed first where there is none. */
export async function browserSettings(): Promise<LaunchOptions> {
  // Set-up scripts run before anything is compiled, and so are not.
  const setup = pathToFileURL(join(findProjectRoot(), 'server/setup/browser.mjs'));
  const { ensureBrowser } = (await import(setup.href)) as { ensureBrowser(): Promise<string> };
  return { ...playwrightConfig.use?.launchOptions, executablePath: await ensureBrowser() };
}
