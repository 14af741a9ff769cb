// `npm run keys`: makes, lists and revokes presenter keys.
import './check-node.mjs';

const { runServerProgram } = await import('./steps.mjs');

await runServerProgram('keys.js');
