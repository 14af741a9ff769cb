// `npm run check`: the fast half of `npm test`: types, lint and format, layers, and unused code.
import './check-node.mjs';

const { checkAll, ensureInstalled, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await checkAll();
} catch (error) {
  reportFailure(error);
}
