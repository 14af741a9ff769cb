// `npm run test:kurento`: runs the tests that concern the media server on a real Kurento, and prints a result table.
// `npm run test:kurento -- contract bridge` runs only these two suites.
import './check-node.mjs';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';

const { ensureInstalled, ensurePagesBuilt, ensureServerBuilt, reportFailure, StepError } = await import('./steps.mjs');
const { runBrowserTests, runUnitTests } = await import('./test-runs.mjs');

/** Browser tests with faults: of the media server, the web server, the network or the disk. */
const faults = [
  'churn',
  'killed-recordings',
  'ladder',
  'lossy-networks',
  'media-server-faults',
  'network-faults',
  'on-air-bad-network',
  'presenter-returns',
  'recording-faults',
  'unread-log',
  'web-server-faults',
];
const faultFiles = `/e2e/\\w+/(${faults.join('|')})\\.spec\\.ts`;

/** Kurento needs about three times the CPU time of the embedded media server. */
const workers = availableParallelism() > 2 ? 2 : 1;

const suites = {
  contract: (folder, kurento) =>
    unit(folder, kurento, 'server/kurento/kurento-gateway.integration.test.ts', (name) =>
      name.startsWith('the gateway with ws'),
    ),
  bridge: (folder, kurento) =>
    unit(folder, kurento, 'server/embedded-kurento/conformance/kurento-bridge.integration.test.ts', (name) =>
      name.startsWith('bridges to'),
    ),
  pool: (folder, kurento) =>
    unit(folder, kurento, 'server/kurento/pool/kurento-pool.integration.test.ts', (name) =>
      name.startsWith('a pool with ws'),
    ),
  browser: (folder, _, browser) => runBrowserTests(folder, browser, [`^(?!.*${faultFiles}).*$`], { workers }),
  faults: (folder, _, browser) => runBrowserTests(folder, browser, [faultFiles], { workers }),
};

const reports = await mkdtemp(join(tmpdir(), 'rostrum-kurento-tests-'));
let kurento = null;
try {
  const asked = process.argv.slice(2);
  const unknown = asked.find((name) => !(name in suites));
  if (unknown !== undefined) {
    throw new StepError(`There is no suite "${unknown}"; the suites are ${Object.keys(suites).join(', ')}.`);
  }
  const { KURENTO_URL: url = '', KURENTO_COMMAND: command = '' } = process.env;
  if (url === '' && command === '') {
    throw new StepError(
      'Set KURENTO_URL (ws://127.0.0.1:8888/kurento) to a Kurento on this machine, or KURENTO_COMMAND to a command that ' +
        'starts one, with {port} in place of its port.',
    );
  }
  await ensureInstalled();
  await ensureServerBuilt();
  await ensurePagesBuilt();
  const { ensureBrowser } = await import('./browser.mjs');
  const browser = await ensureBrowser();
  if (url === '') {
    const { KurentoCommand } = await import('../../dist/bench/servers/kurento-command.js');
    kurento = await KurentoCommand.start(command);
  }
  const rows = [];
  for (const name of asked.length > 0 ? asked : Object.keys(suites)) {
    console.log(`Running the suite "${name}" on ${command === '' ? url : `"${command}"`} …`);
    rows.push({ name, ...(await suites[name](reports, kurento?.url ?? url, browser)) });
  }
  for (const fault of rows.flatMap((row) => row.faults)) console.log(fault);
  for (const line of tableOf(rows)) console.log(line);
  if (rows.some(({ failed }) => failed > 0)) process.exitCode = 1;
} catch (error) {
  reportFailure(error);
} finally {
  await kurento?.close();
  await rm(reports, { recursive: true, force: true });
}

function unit(folder, url, file, counts) {
  return runUnitTests(folder, [file], { env: { KURENTO_URL: url }, counts });
}

/** In Markdown. */
function tableOf(rows) {
  return [
    '',
    '| suite | passed | failed | skipped | skipped because |',
    '| --- | ---: | ---: | ---: | --- |',
    ...rows.map(({ name, passed, failed, skipped, skips }) => {
      return `| ${name} | ${passed} | ${failed} | ${skipped} | ${skips.join('<br>')} |`;
    }),
    '',
  ];
}
