import compile from 'icu-minify/compile';

/**
 * Compiles the texts of a catalogue (lib/i18n/messages) while the pages are built, so that no page has to carry a
 * parser for them. The format is described at https://next-intl.dev/docs/usage/plugin#precompile.
 */
// biome-ignore lint/style/noDefaultExport: loaders must have a default export.
export default function compileMessages(source) {
  return JSON.stringify(compileTree(JSON.parse(source)));
}

function compileTree(tree) {
  if (typeof tree === 'string') return compile(tree);
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, compileTree(value)]));
}
