import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runTool, StepError } from './steps.mjs';

// Starts the two test runners. In both, slow tests carry the tag "long"; there is no list of them.

/** Runs the pure tests and the component tests; rejects if one fails. */
export async function runPureTests() {
  console.log('Running the pure tests …');
  const args = ['run', '--project=pure', '--project=components', '--tagsFilter=!long'];
  await runTool('vitest/vitest.mjs', args, 'A test failed: please look at the message above.');
}

/**
 * Runs unit and integration tests.
 * @param {string} folder the folder for the reports
 * @param {string[]} filters for Vitest
 * @param {{ long?: boolean, env?: Record<string, string>, counts?: (fullName: string) => boolean }} options `long`
 *   includes the slow tests; `counts` selects the tests to report
 */
export async function runUnitTests(folder, filters, { long = true, env = {}, counts = () => true } = {}) {
  const report = join(folder, 'unit.json');
  const speed = long ? [] : ['--tagsFilter=!long'];
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...speed, ...filters];
  const run = runTool('vitest/vitest.mjs', args, '', { env: { ...process.env, ...env } });
  return await reportOf(run, () => readVitestReport(report, { counts, long }));
}

/**
 * Runs the tests that `filters` for Playwright select: most of them in parallel, those tagged @alone one by one.
 * @param {{ long?: boolean, workers?: number, phone?: boolean }} options `long` includes the slow tests, `phone` those
 *   that run a second time, on a phone and in Korean
 */
export async function runBrowserTests(folder, browser, filters, { long = true, workers = 2, phone = false } = {}) {
  const projects = ['--project=desktop', ...(phone ? ['--project=korean-phone'] : [])];
  const options = [...projects, ...filters];
  const together = ['--grep-invert', long ? '@alone' : '@alone|@long', `--workers=${workers}`, ...options];
  const most = await runPlaywright(folder, browser, 'together', together);
  // Some tests must run alone. One that measures smoothness would blame the media server for CPU time that parallel
  // tests take; and one that removes a network removes addresses over which browsers of parallel tests are connected.
  const speed = long ? [] : ['--grep-invert', '@long'];
  const alone = await runPlaywright(folder, browser, 'alone', [
    '--grep',
    '@alone',
    ...speed,
    '--workers=1',
    ...options,
  ]);
  return sumReports([most, alone]);
}

async function runPlaywright(folder, browser, name, options) {
  const report = join(folder, `${name}.json`);
  const config = ['--config', 'e2e/playwright.config.ts', '--reporter=list,json', '--pass-with-no-tests'];
  // A folder for each run, as the next run would clear the output of the last one.
  const output = `--output=test-results/${name}`;
  const run = runTool('playwright/cli.js', ['test', ...config, output, ...options], '', {
    env: { ...process.env, CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  });
  return await reportOf(run, () => readPlaywrightReport(report));
}

/** Reads the report of a test runner once it has ended. A run that failed although no test did is a failure as well. */
async function reportOf(run, read) {
  const hasPassed = await run.then(
    () => true,
    () => false,
  );
  const outcome = await read();
  if (hasPassed || outcome.failed > 0) return outcome;
  const fault = 'FAILED: the test runner ended with an error of no test, such as a process that died: see above.';
  return { ...outcome, failed: 1, faults: [...outcome.faults, fault] };
}

// The reports of both test runners are read into one shape, so that the end of a long output names what went wrong.

/** The report of a run that did not take place. */
export const nothing = { passed: 0, failed: 0, skipped: 0, faults: [], skips: [] };

/**
 * @param {string} path of what Vitest's JSON reporter wrote
 * @param {{ counts?: (fullName: string) => boolean, long?: boolean }} options `counts` selects
 *   the tests to report; without `long`, slow tests that did not run are not counted as skipped
 * @returns {Promise<{ passed: number, failed: number, skipped: number, faults: string[], skips: string[] }>} `faults`
 *   has a text for each test that failed, or passed only on a retry, and `skips` one for each that was skipped, with
 *   the reason if it is known
 */
export async function readVitestReport(path, { counts = () => true, long = true } = {}) {
  const { success, testResults } = await readReport(path);
  const leftOut = ({ status, tags = [] }) => !long && status === 'skipped' && tags.includes('long');
  const counted = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter((result) => counts(result.fullName) && !leftOut(result)),
  );
  const [passed, failures] = ['passed', 'failed'].map((wanted) => counted.filter(({ status }) => status === wanted));
  const skips = counted.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const faults = testResults.flatMap(({ name, assertionResults, status, message }) => {
    const file = relative(process.cwd(), name);
    const ofTests = assertionResults
      .filter(({ failureMessages }) => failureMessages.length > 0)
      .map(({ fullName, status, failureMessages }) =>
        describe(file, fullName, status === 'passed', failureMessages[0]),
      );
    return status === 'failed' && ofTests.length === 0 ? [describe(file, 'cannot be run', false, message)] : ofTests;
  });
  // A test file that cannot be loaded has no failed test, but is still a failure.
  const failed = failures.length === 0 && !success ? 1 : failures.length;
  return {
    passed: passed.length,
    failed,
    skipped: skips.length,
    faults,
    skips: skips.map(({ fullName }) => fullName),
  };
}

/** The same for the report of Playwright's JSON reporter. */
export async function readPlaywrightReport(path) {
  const { stats, errors, suites } = await readReport(path);
  const faults = suites
    .flatMap(specsOf)
    .flatMap(({ file, title, tests }) =>
      tests
        .filter(({ status }) => status === 'unexpected' || status === 'flaky')
        .map(({ status, results }) =>
          describe(`e2e/${file}`, title, status === 'flaky', results.find(({ error }) => error)?.error.message),
        ),
    );
  return {
    passed: stats.expected + stats.flaky,
    failed: stats.unexpected + errors.length,
    skipped: stats.skipped,
    faults: [...faults, ...errors.map(({ message }) => describe('e2e', 'cannot be run', false, message))],
    skips: suites.flatMap(specsOf).flatMap(({ title, tests }) =>
      tests
        .filter(({ status }) => status === 'skipped')
        .map(({ annotations }) => {
          const reason = annotations.find(({ type }) => type === 'skip')?.description ?? 'no reason';
          return `${title}: ${reason}`;
        }),
    ),
  };
}

/** Adds up the reports of several runs. */
export function sumReports(reports) {
  return reports.reduce((sum, { passed, failed, skipped, faults, skips }) => ({
    passed: sum.passed + passed,
    failed: sum.failed + failed,
    skipped: sum.skipped + skipped,
    faults: [...sum.faults, ...faults],
    skips: [...sum.skips, ...skips],
  }));
}

function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

function describe(file, title, passedThen, message = 'no message') {
  const [cause] = stripVTControlCharacters(message).split('\n');
  return `${passedThen ? 'Passed only on a retry' : 'FAILED'}: ${file} › ${title}\n    ${cause}`;
}

async function readReport(path) {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new StepError('The tests ended without a report: please look at the message above.');
  });
  return JSON.parse(text);
}
