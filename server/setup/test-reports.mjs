// What the reports of both test runners say, in one shape, so that the end of a long output names what went wrong.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { StepError } from './steps.mjs';

/** What a run that did not take place has to say. */
export const nothing = { passed: 0, failed: 0, skipped: 0, faults: [] };

/**
 * @param {string} path of what Vitest's JSON reporter wrote
 * @returns {Promise<{ passed: number, failed: number, skipped: number, faults: string[] }>} `faults` has a text for
 *   each test that failed, or passed only when it was tried again
 */
export async function readVitestReport(path) {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, success, testResults } =
    await readReport(path);
  const faults = testResults.flatMap(({ name, assertionResults, status, message }) => {
    const file = relative(process.cwd(), name);
    const ofTests = assertionResults
      .filter(({ failureMessages }) => failureMessages.length > 0)
      .map(({ fullName, status, failureMessages }) =>
        describe(file, fullName, status === 'passed', failureMessages[0]),
      );
    return status === 'failed' && ofTests.length === 0 ? [describe(file, 'cannot be run', false, message)] : ofTests;
  });
  // A test file that cannot be loaded has no failed test, and is a failure all the same.
  const failed = numFailedTests === 0 && !success ? 1 : numFailedTests;
  return { passed: numPassedTests, failed, skipped: numPendingTests + numTodoTests, faults };
}

/** The same of what Playwright's JSON reporter wrote. */
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
  };
}

/** Adds up what several runs say. */
export function sumReports(reports) {
  return reports.reduce((sum, { passed, failed, skipped, faults }) => ({
    passed: sum.passed + passed,
    failed: sum.failed + failed,
    skipped: sum.skipped + skipped,
    faults: [...sum.faults, ...faults],
  }));
}

function specsOf({ specs = [], suites = [] }) {
  return [...specs, ...suites.flatMap(specsOf)];
}

function describe(file, title, passedThen, message = 'no message') {
  const [cause] = stripVTControlCharacters(message).split('\n');
  return `${passedThen ? 'Passed only when tried again' : 'FAILED'}: ${file} › ${title}\n    ${cause}`;
}

async function readReport(path) {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new StepError('The tests ended without a report: please look at the message above.');
  });
  return JSON.parse(text);
}
