// `npm run media-server -- --port 8888`: the embedded media server alone, for any client of the Kurento protocol.
import './check-node.mjs';

const { runServerProgram } = await import('./steps.mjs');

await runServerProgram('media-server.js');
