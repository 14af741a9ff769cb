// `npm run cluster:migrate`: moves what a single web server has to the Redis of several.
import './check-node.mjs';

const { runServerProgram } = await import('./steps.mjs');

await runServerProgram('cluster-migrate.js');
