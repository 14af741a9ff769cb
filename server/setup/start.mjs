// `npm start`: sets up what is missing, builds what is stale, and becomes its supervisor, which starts it again when it dies.
import './check-node.mjs';

const { ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await ensureServerBuilt();
  await ensurePagesBuilt();
  process.env.NODE_ENV = 'production';
  await import('../../dist/server/supervisor.js');
} catch (error) {
  reportFailure(error);
}
