import { parseArgs } from 'node:util';
import { ConfigError, readConfig } from '../config.ts';
import { loadEnvFiles } from '../project-root.ts';
import { checkUp } from './checkup.ts';
import { describeFinding } from './finding.ts';

const usage = `Checks the settings, the ports, the certificate, the media server, STUN and TURN, the disk, the store
for recordings and the clock.

Usage: npm run doctor [-- options]

  --ntp HOST[:PORT]   the server to compare the clock with   (pool.ntp.org)
  --help              print this

✓ works   ! works, but something should be improved   ✗ does not work   – not used, or could not be checked
The exit code is 1 if something does not work.
`;

/** Prints one line for each finding, with what to do about it. */
async function main(): Promise<number> {
  const { values } = parseArgs({ options: { ntp: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help === true) {
    console.log(usage);
    return 0;
  }
  loadEnvFiles();
  const sections = await checkUp(readConfig(), { ntpServer: values.ntp ?? 'pool.ntp.org' });
  for (const { name, findings } of sections) {
    for (const [index, finding] of findings.entries()) console.log(describeFinding(index === 0 ? name : '', finding));
  }
  const faults = sections.flatMap(({ findings }) => findings).filter(({ verdict }) => verdict === 'broken').length;
  console.log(
    faults === 0 ? '\nNothing is broken.' : `\n${faults === 1 ? 'One thing is' : `${faults} things are`} broken.`,
  );
  return faults === 0 ? 0 : 1;
}

try {
  process.exit(await main());
} catch (error) {
  console.error(error instanceof ConfigError ? error.message : error);
  process.exit(1);
}
