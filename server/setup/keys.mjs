// `npm run keys`: makes, lists and revokes presenter keys.
import './check-node.mjs';

const { ensureInstalled, ensureServerBuilt, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await ensureServerBuilt();
  await import('../../dist/server/keys.js');
} catch (error) {
  reportFailure(error);
}
