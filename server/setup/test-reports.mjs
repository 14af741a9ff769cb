// What the reports of both test runners say, in one shape, so that the end of a long output names what went wrong.
import { readFile } from 'node:fs/promises';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { StepError } from './steps.mjs';

/** What a run that did not take place has to say. */
export const nothing = { passed: 0, failed: 0, skipped: 0, faults: [], skips: [] };

/**
 * @param {string} path of what Vitest's JSON reporter wrote
 * @param {(fullName: string) => boolean} counts which of the tests are reported
 * @returns {Promise<{ passed: number, failed: number, skipped: number, faults: string[], skips: string[] }>} `faults`
 *   has a text for each test that failed, or passed only when it was tried again, and `skips` one for each that was
 *   skipped, with the reason where it is known
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
  // A test file that cannot be loaded has no failed test, and is a failure all the same.
  const failed = failures.length === 0 && !success ? 1 : failures.length;
  return {
    passed: passed.length,
    failed,
    skipped: skips.length,
    faults,
    skips: skips.map(({ fullName }) => fullName),
  };
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

/** Adds up what several runs say. */
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
  return `${passedThen ? 'Passed only when tried again' : 'FAILED'}: ${file} › ${title}\n    ${cause}`;
}

async function readReport(path) {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new StepError('The tests ended without a report: please look at the message above.');
  });
  return JSON.parse(text);
}
