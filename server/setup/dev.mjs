// `npm run dev`: the server from its source, restarted when that changes; pages reload by themselves.
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
