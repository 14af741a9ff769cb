import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/**
 * For tests: makes a program available, by installing its Debian package if this is Debian and the user is root.
 * @returns why it is not available; `null` if it is
 */
export async function whyNoProgram(program: string, debianPackage = program): Promise<string | null> {
  return await whyNoPackage(debianPackage, program, () => isInstalled(program));
}

/** The Python that Debian's packages of Python modules are for; another one may come first on the search path. */
export const debianPython = '/usr/bin/python3';

/** The same for a module of Debian's Python. */
export async function whyNoPythonModule(module: string, debianPackage: string): Promise<string | null> {
  const isThere = () => succeeds(debianPython, '-c', `import ${module}`);
  return await whyNoPackage(debianPackage, `Python’s ${module}`, isThere);
}

/** The same for a package without a program of its own. */
export async function whyNoDebianPackage(debianPackage: string): Promise<string | null> {
  return await whyNoPackage(debianPackage, debianPackage, () => succeeds('dpkg-query', '--show', debianPackage));
}

async function whyNoPackage(debianPackage: string, what: string, isThere: () => Promise<boolean>) {
  if (await isThere()) return null;
  const advice = `Install ${what} first: apt-get install ${debianPackage}`;
  if (process.getuid?.() !== 0 || !(await isInstalled('apt-get'))) return advice;
  await apt('update').catch(() => {});
  await apt('install', '-y', '--no-install-recommends', debianPackage).catch(() => {});
  return (await isThere()) ? null : advice;
}

/** Another test may install a package at the same time. */
async function apt(...words: string[]): Promise<void> {
  const [command = '', ...rest] = words;
  const patience = ['-qq', '-o', 'DPkg::Lock::Timeout=120'];
  await execute('env', ['DEBIAN_FRONTEND=noninteractive', 'apt-get', command, ...patience, ...rest]);
}

/** Servers are in a folder that is on the search path of root only. */
async function isInstalled(program: string): Promise<boolean> {
  return await succeeds('/bin/sh', '-c', 'PATH="$PATH:/usr/sbin" command -v "$0"', program);
}

async function succeeds(program: string, ...args: string[]): Promise<boolean> {
  return await execute(program, args).then(
    () => true,
    () => false,
  );
}
