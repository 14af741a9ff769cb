import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * Installs a Debian package unless its `program` is there already.
 * @returns why it is not there, for the title of a skipped test; `null` if it is
 */
export async function whyNoProgram(program: string, packageName = program): Promise<string | null> {
  if (await isInstalled(program)) return null;
  const advice = `${program} is needed: apt-get install ${packageName}`;
  if (process.getuid?.() !== 0) return advice;
  try {
    const install = ['apt-get', 'install', '-y', '-qq', '--no-install-recommends', packageName];
    await execute('env', ['DEBIAN_FRONTEND=noninteractive', ...install]);
  } catch {
    return advice;
  }
  return (await isInstalled(program)) ? null : advice;
}

async function isInstalled(program: string): Promise<boolean> {
  return await execute('sh', ['-c', 'command -v "$1"', 'sh', program]).then(
    () => true,
    () => false,
  );
}
