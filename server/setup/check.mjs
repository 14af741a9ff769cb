// `npm run check`: the fast half of `npm test`: types, lint and format.
import './check-node.mjs';

const { ensureInstalled, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  const { checkAll } = await import('./checks.mjs');
  await checkAll();
} catch (error) {
  reportFailure(error);
}
