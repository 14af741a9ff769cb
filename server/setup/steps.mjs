// The steps that turn a clean clone into something that runs. Each step first checks whether there is anything to do.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, constants, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// The reader of the output may go away; that must not end this process.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});

/** The project's folder. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A step failed in a way that its message explains. Nothing else needs to be shown. */
export class StepError extends Error {}

/** Exits with a failure. Only unexpected errors are shown with their stack. */
export function reportFailure(error) {
  console.error(error instanceof StepError ? error.message : error);
  process.exit(1);
}

/** Runs a program to its end and shows its output; rejects with `failure` unless it succeeds. */
export function run(command, args, failure, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: root, stdio: 'inherit', ...options });
    // Not with `pipe`, which stops when the reader goes away, and the program with it.
    child.stdout?.on('data', (text) => process.stdout.write(text));
    child.stderr?.on('data', (text) => process.stderr.write(text));
    child.once('error', () => reject(new StepError(failure)));
    child.once('close', (code) => (code === 0 ? resolve() : reject(new StepError(failure))));
  });
}

/**
 * Like `run`, for steps that must succeed even if their output is no longer read: build tools exit when they cannot
 * print. So their output goes through this process, unless it is a terminal.
 */
function runUnread(command, args, failure, options = {}) {
  const forwarded = [process.stdout, process.stderr].map((output) => (output.isTTY ? 'inherit' : 'pipe'));
  return run(command, args, failure, { ...options, stdio: ['inherit', ...forwarded] });
}

/** Runs a JavaScript program of an installed package, named by its path below node_modules. */
export function runTool(path, args, failure, options) {
  return run(process.execPath, [join(root, 'node_modules', path), ...args], failure, options);
}

function buildWith(path, args, failure, options) {
  return runUnread(process.execPath, [join(root, 'node_modules', path), ...args], failure, options);
}

/** Installs the packages if the installed ones do not match package-lock.json. */
export async function ensureInstalled() {
  await requireWritable(root);
  await once(
    'node_modules/.rostrum-installed',
    ['package.json', 'package-lock.json', 'server/kurento/reconnect-ws/package.json'],
    async () => {
      console.log('Installing the packages (once) …');
      await installPackages(root);
    },
  );
}

/** The optional package with which the embedded media server transcodes, and its own lockfile. */
const transcodingPackage = 'server/embedded-kurento/transcoding/package';

/** Installs what transcodes, unless it is there: FFmpeg for this system, 200 MB. Nothing else needs it. */
export async function ensureTranscoding() {
  await once(
    `${transcodingPackage}/node_modules/.rostrum-installed`,
    [`${transcodingPackage}/package.json`, `${transcodingPackage}/package-lock.json`],
    async () => {
      console.log('Installing what transcodes (once, 200 MB) …');
      await installPackages(join(root, transcodingPackage));
    },
  );
}

async function installPackages(folder) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const failure = 'The packages could not be installed: please look at the message above, and check the network.';
  // No package needs its install script, and without them, none can do harm here.
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await runUnread(npm, ['ci', ...options], failure, {
    cwd: folder,
    shell: process.platform === 'win32',
    // Types, linters and the build are needed too, whatever NODE_ENV is set to.
    env: { ...process.env, NODE_ENV: 'development' },
  });
}

/** Compiles the server if its source has changed. */
export async function ensureServerBuilt() {
  await once('dist/.rostrum-built', ['server', 'lib', 'bench', 'tsconfig.json', 'package-lock.json'], async () => {
    console.log('Building the server …');
    await rm(join(root, 'dist'), { recursive: true, force: true });
    await buildWith('typescript/lib/tsc.js', ['-p', 'server'], 'The server could not be built.');
  });
}

/** Builds the pages if their source has changed. */
export async function ensurePagesBuilt() {
  await once(
    '.next/.rostrum-built',
    [
      'app',
      'components',
      'lib',
      'public',
      'next.config.js',
      'postcss.config.mjs',
      'tsconfig.json',
      'package-lock.json',
    ],
    async () => {
      console.log('Building the pages …');
      await buildWith('next/dist/bin/next', ['build'], 'The pages could not be built.', {
        env: { ...process.env, NODE_ENV: 'production', NEXT_TELEMETRY_DISABLED: '1' },
      });
    },
  );
}

/** Does `work` unless the file `stamp` records that it was done for exactly these sources. */
async function once(stamp, sources, work) {
  const wanted = await fingerprint(sources);
  const path = join(root, stamp);
  if ((await readFile(path, 'utf8').catch(() => '')) === wanted) return;
  await work();
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, wanted);
}

/** A digest over the names and contents of files, and of all files in folders. A missing file counts as empty. */
async function fingerprint(sources) {
  const hash = createHash('sha256').update(process.version);
  for (const source of sources) {
    for (const path of await filesBelow(join(root, source))) {
      hash
        .update(path)
        .update('\0')
        .update(await readFile(path))
        .update('\0');
    }
  }
  return hash.digest('hex');
}

async function filesBelow(path) {
  const entries = await readdir(path, { withFileTypes: true }).catch((error) => {
    if (error.code === 'ENOTDIR') return null;
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  if (entries === null) return [path];
  const nested = entries
    .filter(({ name }) => name !== 'node_modules' && !/\.test\.tsx?$/.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map((entry) => (entry.isDirectory() ? filesBelow(join(path, entry.name)) : [join(path, entry.name)]));
  return (await Promise.all(nested)).flat();
}

async function requireWritable(folder) {
  await access(folder, constants.W_OK).catch(() => {
    throw new StepError(
      `The folder ${folder} cannot be written to: please correct its permissions, or clone into another folder.`,
    );
  });
}

/** Checks lint and format, types, layers and unused code, all at once; rejects if a check fails. */
export async function checkAll() {
  console.log('Checking lint and format, types, layers, and for unused code …');
  const checks = [checkLint(), checkTypes(), checkLayers(), checkUnusedCode()];
  const failures = (await Promise.allSettled(checks)).filter(({ status }) => status === 'rejected');
  // The first one is as good as any: each has printed its findings.
  if (failures.length > 0) throw failures[0].reason;
}

async function checkLint() {
  await runTool(
    '@biomejs/biome/bin/biome',
    ['ci', '--error-on-warnings', '.'],
    'Lint or format failed; `npm run format` fixes most of it.',
  );
}

async function checkTypes() {
  await runTool('typescript/lib/tsc.js', ['--noEmit', '-p', '.'], 'There are type errors.');
}

async function checkLayers() {
  const { findFaults, readSources } = await import('./check-layers.mjs');
  const faults = findFaults(await readSources(root));
  if (faults.length === 0) return;
  for (const fault of faults) console.log(fault);
  throw new StepError('Some files import what they may not: the layers are in server/setup/layers.mjs.');
}

async function checkUnusedCode() {
  // https://knip.dev requires Node.js 20.19; older versions cannot load it.
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major === 20 && minor < 19) console.log('Unused code is not looked for, because that requires Node.js 20.19.');
  else await runTool('knip/bin/knip.js', ['--no-progress'], 'Please delete unused code, or stop exporting it.');
}

/** Runs a program of the server, named by its path below dist/server; installs and builds first if needed. */
export async function runServerProgram(path) {
  try {
    await ensureInstalled();
    await ensureServerBuilt();
    await import(`../../dist/server/${path}`);
  } catch (error) {
    reportFailure(error);
  }
}
