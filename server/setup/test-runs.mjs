// How the two test runners are started, whoever wants to know what of.
import { join } from 'node:path';
import { runTool } from './steps.mjs';
import { readPlaywrightReport, readVitestReport, sumReports } from './test-reports.mjs';

/**
 * Runs unit and integration tests.
 * @param {string} folder where the reports go
 * @param {string[]} filters for Vitest
 * @param {{ env?: Record<string, string>, counts?: (fullName: string) => boolean }} options `counts` tells which of the
 *   tests that were run, or skipped, are reported
 */
export async function runUnitTests(folder, filters, { env = {}, counts } = {}) {
  const report = join(folder, 'unit.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters];
  await runTool('vitest/vitest.mjs', args, '', { env: { ...process.env, ...env } }).catch(() => {});
  return await readVitestReport(report, counts);
}

/** Runs tests in `browser`, as far as `filters` for Playwright let them: most `workers` at a time, some alone. */
export async function runBrowserTests(folder, browser, filters, workers = 2) {
  const together = ['--grep-invert', '@alone', `--workers=${workers}`, ...filters];
  const most = await runPlaywright(folder, browser, 'together', together);
  // What measures smoothness would blame the media server for what tests beside it take of the processor; and networks
  // that come and go take addresses along over which the browsers of tests beside them have connected.
  const alone = await runPlaywright(folder, browser, 'alone', ['--grep', '@alone', '--workers=1', ...filters]);
  return sumReports([most, alone]);
}

async function runPlaywright(folder, browser, name, options) {
  const report = join(folder, `${name}.json`);
  const config = ['--config', 'e2e/playwright.config.ts', '--reporter=list,json', '--pass-with-no-tests'];
  // A folder for each, as the next run would clear away what the last one left.
  const output = `--output=test-results/${name}`;
  await runTool('playwright/cli.js', ['test', ...config, output, ...options], '', {
    env: { ...process.env, CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  }).catch(() => {});
  return await readPlaywrightReport(report);
}
