// `npm run bench:recovery`: how long viewers go without pictures after faults.
import './check-node.mjs';

const { ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await ensureServerBuilt();
  await ensurePagesBuilt();
  await import('../../dist/bench/recovery.js');
} catch (error) {
  reportFailure(error);
}
