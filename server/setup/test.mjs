// `npm test`: runs all tests. The output ends with the failures, and one line with the totals of both test runners.
// `npm test -- unit …` and `npm test -- browser …` run one half only; further arguments go to its test runner.
import './check-node.mjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { checkAll, ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure } = await import('./steps.mjs');
const { nothing, runBrowserTests, runUnitTests, sumReports } = await import('./test-runs.mjs');

const [half, ...filters] = process.argv.slice(2);
const reports = await mkdtemp(join(tmpdir(), 'rostrum-test-'));
try {
  await ensureInstalled();
  if (half === undefined) await checkAll();
  await ensureServerBuilt();
  await ensurePagesBuilt();
  const { passed, failed, skipped, faults } = sumReports([
    half === 'browser' ? nothing : await runAllUnitTests(),
    half === 'unit' ? nothing : await runAllBrowserTests(),
  ]);
  for (const fault of faults) console.log(fault);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  if (failed > 0) process.exitCode = 1;
} catch (error) {
  reportFailure(error);
} finally {
  await rm(reports, { recursive: true, force: true });
}

async function runAllUnitTests() {
  console.log('Running the unit and integration tests …');
  return await runUnitTests(reports, filters);
}

async function runAllBrowserTests() {
  const { ensureBrowser } = await import('./browser.mjs');
  const browser = await ensureBrowser();
  console.log(`Running the browser tests with ${browser} …`);
  return await runBrowserTests(reports, browser, filters);
}
