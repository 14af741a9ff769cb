// `npm run media-server -- --port 8888`: the embedded media server alone, for any client of the Kurento protocol.
import './check-node.mjs';

const { ensureInstalled, ensureServerBuilt, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await ensureServerBuilt();
  await import('../../dist/server/embedded-kurento/main.js');
} catch (error) {
  reportFailure(error);
}
