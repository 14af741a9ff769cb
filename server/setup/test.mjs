// `npm test`: everything. Ends with what failed, and one line that counts tests, whatever ran them.
// `npm test -- unit …` and `npm test -- browser …` run one half only, with whatever follows given to its test runner.
import './check-node.mjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure, runTool } = await import('./steps.mjs');
const { nothing, readPlaywrightReport, readVitestReport, sumReports } = await import('./test-reports.mjs');

const [half, ...filters] = process.argv.slice(2);
const reports = await mkdtemp(join(tmpdir(), 'rostrum-test-'));
try {
  await ensureInstalled();
  if (half === undefined) {
    const { checkAll } = await import('./checks.mjs');
    await checkAll();
  }
  await ensureServerBuilt();
  await ensurePagesBuilt();
  const { passed, failed, skipped, faults } = sumReports([
    half === 'browser' ? nothing : await runUnitTests(),
    half === 'unit' ? nothing : await runBrowserTests(),
  ]);
  for (const fault of faults) console.log(fault);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  if (failed > 0) process.exitCode = 1;
} catch (error) {
  reportFailure(error);
} finally {
  await rm(reports, { recursive: true, force: true });
}

async function runUnitTests() {
  console.log('Running the unit and integration tests …');
  const report = join(reports, 'unit.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters];
  await runTool('vitest/vitest.mjs', args, '').catch(() => {});
  return await readVitestReport(report);
}

async function runBrowserTests() {
  const { ensureBrowser } = await import('./browser.mjs');
  const browser = await ensureBrowser();
  console.log(`Running the browser tests with ${browser} …`);
  const together = await runPlaywright(browser, 'together', ['--grep-invert', '@alone']);
  // What measures smoothness would blame the media server for what tests beside it take of the processor; and networks
  // that come and go take addresses along over which the browsers of tests beside them have connected.
  const alone = await runPlaywright(browser, 'alone', ['--grep', '@alone', '--workers=1']);
  return sumReports([together, alone]);
}

async function runPlaywright(browser, name, options) {
  const report = join(reports, `${name}.json`);
  const config = ['--config', 'e2e/playwright.config.ts', '--reporter=list,json', '--pass-with-no-tests'];
  // A folder for each, as the next run would clear away what the last one left.
  const output = `--output=test-results/${name}`;
  await runTool('playwright/cli.js', ['test', ...config, output, ...options, ...filters], '', {
    env: { ...process.env, CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  }).catch(() => {});
  return await readPlaywrightReport(report);
}
