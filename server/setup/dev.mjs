// `npm run dev`: runs the server from source and restarts it when the source changes; pages reload automatically.
import './check-node.mjs';

const { ensureInstalled, reportFailure, runTool } = await import('./steps.mjs');

try {
  await ensureInstalled();
  process.on('SIGINT', () => {});
  await runTool(
    'tsx/dist/cli.mjs',
    ['watch', '--clear-screen=false', 'server/main.ts', '--dev'],
    'The server stopped.',
  );
} catch (error) {
  reportFailure(error);
}
