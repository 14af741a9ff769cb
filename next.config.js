/** @type {import('next').NextConfig} */
const config = {
  reactStrictMode: true,
  poweredByHeader: false,
  // `npm test` checks the types; the build need not do it a second time.
  typescript: { ignoreBuildErrors: true },
};

export default config;
