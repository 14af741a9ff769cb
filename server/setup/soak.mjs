// `npm run test:soak`: a long show to which bad things happen; a look at what is left of it.
import './check-node.mjs';

const { ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await ensureServerBuilt();
  await ensurePagesBuilt();
  await import('../../dist/bench/soak.js');
} catch (error) {
  reportFailure(error);
}
