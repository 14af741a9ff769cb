// `npm run check`: lint, format, types, layers, dead code and the pure tests, in under a minute.
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
