// `npm run check`: what takes less than a minute: lint and format, types, and the tests that start nothing.
import './check-node.mjs';

const { checkAll, ensureInstalled, reportFailure } = await import('./steps.mjs');
const { runPureTests } = await import('./test-runs.mjs');

try {
  await ensureInstalled();
  await checkAll();
  await runPureTests();
} catch (error) {
  reportFailure(error);
}
