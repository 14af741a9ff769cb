// `npm run doctor`: checks everything around Rostrum that it needs, and says what to do.
import './check-node.mjs';

const { runServerProgram } = await import('./steps.mjs');

await runServerProgram('doctor/main.js');
