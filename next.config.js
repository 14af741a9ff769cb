/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // `npm test` checks the types; the build need not do it a second time.
  typescript: { ignoreBuildErrors: true },
  turbopack: {
    // Texts come compiled, and what formats them need not be able to read the others.
    rules: { '**/messages/*/*.json': { loaders: ['./server/setup/messages-loader.mjs'], as: '*.json' } },
    resolveAlias: { 'use-intl/format-message': 'use-intl/format-message/format-only' },
  },
};

export default config;
