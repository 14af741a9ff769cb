// `npm run bench`, `bench:rpc`, `bench:conversation`, `bench:browsers`, `bench:recovery`, `bench:cluster` and `test:soak`:
// runs the module of bench that the first argument names, on the built server.
import './check-node.mjs';

const { ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await ensureServerBuilt();
  await ensurePagesBuilt();
  // The arguments after the name are passed to the module, as if it had been started directly.
  const [name] = process.argv.splice(2, 1);
  await import(`../../dist/bench/${name}.js`);
} catch (error) {
  reportFailure(error);
}
