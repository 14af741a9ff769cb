// `npm run bench`, `bench:rpc`, `bench:browsers`, `bench:recovery` and `test:soak`: a module of bench, named first, on the server as it is built.
import './check-node.mjs';

const { ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure } = await import('./steps.mjs');

try {
  await ensureInstalled();
  await ensureServerBuilt();
  await ensurePagesBuilt();
  // What follows the name is the module's own, as if it had been started directly.
  const [name] = process.argv.splice(2, 1);
  await import(`../../dist/bench/${name}.js`);
} catch (error) {
  reportFailure(error);
}
