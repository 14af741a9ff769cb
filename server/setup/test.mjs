// `npm test`: all tests except the slow ones. `npm run test:all`: all tests.
// Both end with a list of failures and one line with the number of tests.
// `npm test -- unit …` and `npm test -- browser …` run one half and pass the remaining arguments to its test runner.
// `npm test -- check` does the same as `npm run check`.
import './check-node.mjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const { checkAll, ensureInstalled, ensurePagesBuilt, ensureServerBuilt, ensureTranscoding, reportFailure } =
  await import('./steps.mjs');
const { nothing, runBrowserTests, runPureTests, runUnitTests, sumReports } = await import('./test-runs.mjs');

const long = process.argv[2] === '--all';
const [half, ...filters] = process.argv.slice(long ? 3 : 2);
const reports = await mkdtemp(join(tmpdir(), 'rostrum-test-'));
try {
  await ensureInstalled();
  if (half === undefined || half === 'check') await checkAll();
  if (half === 'check') await runPureTests();
  else await runHalves();
} catch (error) {
  reportFailure(error);
} finally {
  await rm(reports, { recursive: true, force: true });
}

async function runHalves() {
  // Tests of transcoding are slow ones; they are skipped where it is not installed.
  if (long) await ensureTranscoding();
  await ensureServerBuilt();
  await ensurePagesBuilt();
  const { passed, failed, skipped, faults } = sumReports([
    half === 'browser' ? nothing : await runAllUnitTests(),
    half === 'unit' ? nothing : await runAllBrowserTests(),
  ]);
  for (const fault of faults) console.log(fault);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  if (failed > 0) process.exitCode = 1;
}

async function runAllUnitTests() {
  console.log('Running the unit and integration tests …');
  return await runUnitTests(reports, filters, { long });
}

async function runAllBrowserTests() {
  const { ensureBrowser } = await import('./browser.mjs');
  const browser = await ensureBrowser();
  console.log(`Running the browser tests with ${browser} …`);
  return await runBrowserTests(reports, browser, filters, { long, phone: long });
}
