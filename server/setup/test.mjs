// `npm test`: everything. Ends with one line that counts tests, whatever ran them.
// `npm test -- unit …` and `npm test -- browser …` run one half only, with whatever follows given to its test runner.
import './check-node.mjs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure, runTool, StepError } = await import(
  './steps.mjs'
);

const [half, ...filters] = process.argv.slice(2);
const nothing = { passed: 0, failed: 0, skipped: 0 };
const reports = await mkdtemp(join(tmpdir(), 'rostrum-test-'));
try {
  await ensureInstalled();
  if (half === undefined) {
    const { checkAll } = await import('./checks.mjs');
    await checkAll();
  }
  await ensureServerBuilt();
  await ensurePagesBuilt();
  const unit = half === 'browser' ? nothing : await runUnitTests();
  const browser = half === 'unit' ? nothing : await runBrowserTests();
  const skipped = unit.skipped + browser.skipped;
  const failed = unit.failed + browser.failed;
  console.log(`${unit.passed + browser.passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
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
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success } = await readReport(report);
  // A test file that cannot be loaded has no failed test, and is a failure all the same.
  const failed = numFailedTests === 0 && !success ? 1 : numFailedTests;
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests };
}

async function runBrowserTests() {
  const { ensureBrowser } = await import('./browser.mjs');
  const browser = await ensureBrowser();
  console.log(`Running the browser tests with ${browser} …`);
  const together = await runPlaywright(browser, 'together', ['--grep-invert', '@alone']);
  // What measures smoothness would blame the media server for what tests beside it take of the processor; and networks
  // that come and go take addresses along over which the browsers of tests beside them have connected.
  const alone = await runPlaywright(browser, 'alone', ['--grep', '@alone', '--workers=1']);
  return {
    passed: together.passed + alone.passed,
    failed: together.failed + alone.failed,
    skipped: together.skipped + alone.skipped,
  };
}

async function runPlaywright(browser, name, options) {
  const report = join(reports, `${name}.json`);
  const config = ['--config', 'e2e/playwright.config.ts', '--reporter=list,json', '--pass-with-no-tests'];
  // A folder for each, as the next run would clear away what the last one left.
  const output = `--output=test-results/${name}`;
  await runTool('playwright/cli.js', ['test', ...config, output, ...options, ...filters], '', {
    env: { ...process.env, CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  }).catch(() => {});
  const { stats, errors } = await readReport(report);
  if (stats.flaky > 0) console.log(`${stats.flaky} of them passed only when tried again; see above which.`);
  return { passed: stats.expected + stats.flaky, failed: stats.unexpected + errors.length, skipped: stats.skipped };
}

async function readReport(path) {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new StepError('The tests ended without a report: please look at the message above.');
  });
  return JSON.parse(text);
}
