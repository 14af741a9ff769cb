import { runTool } from './steps.mjs';

/** Types, lint and format; rejects at the first that fails. */
export async function checkAll() {
  console.log('Checking lint and format …');
  await runTool(
    '@biomejs/biome/bin/biome',
    ['ci', '--error-on-warnings', '.'],
    'Lint or format failed; `npm run format` mends most of it.',
  );
  console.log('Checking types …');
  await runTool('typescript/lib/tsc.js', ['--noEmit', '-p', '.'], 'The types do not fit.');
}
