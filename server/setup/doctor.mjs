// `npm run doctor`: checks everything around Rostrum that it needs, and says what to do.
import './check-node.mjs';

const { ensureInstalled, ensureServerBuilt, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await ensureServerBuilt();
  await import('../../dist/server/doctor/main.js');
} catch (error) {
  reportFailure(error);
}
