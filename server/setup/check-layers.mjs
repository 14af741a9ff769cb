// Checks that files import only what they may (layers.mjs), without cycles, and are not too large.
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { parseSync } from 'oxc-parser';
import { foldersOfPackages, foldersOfTests, layers, limits } from './layers.mjs';

const isTest = (path) => /\.(test|contract)\.tsx?$|(^|\/)testing\/|\/test-setup\.ts$/.test(path);
/** Tests, and code that tests or builds the whole application from outside. */
const servesTests = (path) => isTest(path) || /^(bench|e2e|server\/setup)\//.test(path);
const isWithin = (path, folder) => path === folder || path.startsWith(`${folder}/`);

/** The longest of `names` that `path` begins with. */
const longest = (names, path) =>
  [...names]
    .filter((name) => isWithin(path, name))
    .reduce((one, other) => (other.length > one.length ? other : one), '');

/**
 * Reads every source file of the project.
 * @returns {Promise<Map<string, string>>} their texts, by their paths with forward slashes
 */
export async function readSources(root) {
  const folders = ['app', 'bench', 'components', 'e2e', 'lib', 'server'];
  const listed = folders.map(async (folder) => {
    const paths = await readdir(join(root, folder), { recursive: true });
    return paths.map((path) => posix.join(folder, path.replaceAll('\\', '/')));
  });
  const paths = (await Promise.all(listed))
    .flat()
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.includes('/node_modules/'));
  return new Map(await Promise.all(paths.map(async (path) => [path, await readFile(join(root, path), 'utf8')])));
}

/**
 * @param {Map<string, string>} sources the text of every source file of the project, by its path with forward slashes
 * @returns {string[]} a sentence for each fault
 */
export function findFaults(sources) {
  const imports = new Map([...sources].map(([path, text]) => [path, readImports(path, text)]));
  return [
    ...[...imports].flatMap(([path, named]) => named.map((name) => wrongImport(path, name, sources)).filter(Boolean)),
    ...findCycles(imports).map((cycle) => `These files import each other in a cycle: ${cycle.join(' → ')}`),
    ...findLarge(sources),
  ];
}

/** The imports of a module, for values or for types: paths in the project, or names of packages. */
function readImports(path, text) {
  const { module, errors } = parseSync(path, text);
  if (errors.length > 0) return [];
  const { staticImports, staticExports, dynamicImports } = module;
  const named = [...staticImports, ...staticExports.flatMap(({ entries }) => entries)].flatMap(
    ({ moduleRequest }) => moduleRequest?.value ?? [],
  );
  const literals = dynamicImports.map(({ moduleRequest: { start, end } }) =>
    /^(['"])(.*)\1$/.exec(text.slice(start, end)),
  );
  const all = [...named, ...literals.flatMap((literal) => literal?.[2] ?? [])];
  return [...new Set(all)].map((name) => (name.startsWith('.') ? posix.join(dirname(path), name) : name));
}

function wrongImport(path, name, sources) {
  if (!sources.has(name)) return wrongPackage(path, name);
  const [from, to] = [path, name].map((file) => longest(layers.keys(), file));
  const allowed = layers.get(from) ?? [];
  if (!servesTests(path) && isTest(name)) return `${path} imports ${name}, which only tests may do.`;
  if (from === to || allowed.includes(to)) return null;
  const folders = servesTests(path) ? foldersOfTests.get(longest(foldersOfTests.keys(), path)) : [];
  if (folders?.some((folder) => isWithin(name, folder))) return null;
  if (from === '') return `${path} does not belong to a layer: please add one to layers.mjs.`;
  const known = [...allowed, ...(folders ?? [])].join(', ') || 'itself';
  return `${path} imports ${name}, but ${from} may only import ${known}.`;
}

function wrongPackage(path, name) {
  const isNode = name.startsWith('node:');
  const folders = foldersOfPackages.get(isNode ? 'node:*' : name);
  if (folders === undefined || (isTest(path) && !isNode) || folders.some((folder) => isWithin(path, folder)))
    return null;
  return `${path} imports ${name}, which only ${folders.join(', ')} may do.`;
}

/** Returns one cycle for each group of files that import each other. */
function findCycles(imports) {
  const cycles = [];
  const done = new Set();
  const trail = [];
  const visit = (path) => {
    const at = trail.indexOf(path);
    if (at >= 0) cycles.push([...trail.slice(at), path]);
    if (at >= 0 || done.has(path)) return;
    trail.push(path);
    for (const next of imports.get(path) ?? []) if (imports.has(next)) visit(next);
    trail.pop();
    done.add(path);
  };
  for (const path of imports.keys()) visit(path);
  return cycles;
}

function findLarge(sources) {
  const faults = [];
  const perFolder = new Map();
  for (const [path, text] of sources) {
    if (isTest(path) || path.endsWith('.d.ts')) continue;
    const lines = text.trimEnd().split('\n').length;
    if (lines > limits.lines)
      faults.push(`${path} has ${lines} lines: please split files of more than ${limits.lines}.`);
    perFolder.set(dirname(path), (perFolder.get(dirname(path)) ?? 0) + 1);
  }
  for (const [folder, count] of perFolder) {
    if (count > limits.filesOfFolder)
      faults.push(`${folder} has ${count} files: please split folders of more than ${limits.filesOfFolder}.`);
  }
  return faults;
}
