import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { runTool, StepError } from './steps.mjs';

// Starts the two test runners, for every command that runs tests.

/**
 * Runs unit and integration tests.
 * @param {string} folder the folder for the reports
 * @param {string[]} filters for Vitest
 * @param {{ env?: Record<string, string>, counts?: (fullName: string) => boolean }} options `counts` selects the tests
 *   that are reported, of those that were run or skipped
 */
export async function runUnitTests(folder, filters, { env = {}, counts } = {}) {
  const report = join(folder, 'unit.json');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...filters];
  await runTool('vitest/vitest.mjs', args, '', { env: { ...process.env, ...env } }).catch(() => {});
  return await readVitestReport(report, counts);
}

/** Runs the tests that Playwright's `filters` select in `browser`: most of them `workers` at a time, some alone. */
export async function runBrowserTests(folder, browser, filters, workers = 2) {
  const together = ['--grep-invert', '@alone', `--workers=${workers}`, ...filters];
  const most = await runPlaywright(folder, browser, 'together', together);
  // Some tests must run alone. One that measures smoothness would blame the media server for CPU time that parallel
  // tests take; and one that removes a network removes addresses over which browsers of parallel tests are connected.
  const alone = await runPlaywright(folder, browser, 'alone', ['--grep', '@alone', '--workers=1', ...filters]);
  return sumReports([most, alone]);
}

async function runPlaywright(folder, browser, name, options) {
  const report = join(folder, `${name}.json`);
  const config = ['--config', 'e2e/playwright.config.ts', '--reporter=list,json', '--pass-with-no-tests'];
  // A folder for each run, as the next run would clear the output of the last one.
  const output = `--output=test-results/${name}`;
  await runTool('playwright/cli.js', ['test', ...config, output, ...options], '', {
    env: { ...process.env, CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: report },
  }).catch(() => {});
  return await readPlaywrightReport(report);
}

// The reports of both test runners are read into one shape, so that the end of a long output names what went wrong.

/** The report of a run that did not take place. */
export const nothing = { passed: 0, failed: 0, skipped: 0, faults: [], skips: [] };

/**
 * @param {string} path the path of the report of Vitest's JSON reporter
 * @param {(fullName: string) => boolean} counts selects the tests that are reported
 * @returns {Promise<{ passed: number, failed: number, skipped: number, faults: string[], skips: string[] }>} `faults`
 *   has a text for each test that failed, or passed only on a retry, and `skips` one for each that was skipped, with
 *   the reason if it is known
 */
export async function readVitestReport(path, counts = () => true) {
  const { success, testResults } = await readReport(path);
  const counted = testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ fullName }) => counts(fullName)),
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
