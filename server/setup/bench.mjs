// `npm run bench`: load and latency of the server as it is built for real.
import './check-node.mjs';

const { ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await ensureServerBuilt();
  await ensurePagesBuilt();
  await import('../../dist/bench/main.js');
} catch (error) {
  reportFailure(error);
}
