// `npm start`: installs missing packages, builds what is out of date, and becomes the server's supervisor, which
// restarts it when it dies.
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
