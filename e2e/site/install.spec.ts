import { expect, test } from '../fixtures.ts';

/** What is looked at of a manifest: https://www.w3.org/TR/appmanifest/ */
type Manifest = {
  name: string;
  description: string;
  display: string;
  start_url: string;
  icons: { src: string; sizes: string; type: string; purpose?: string }[];
};

test('the pages can be installed like an application, with icons that fit every shape', async ({
  openPage,
  server,
}) => {
  const page = await openPage();
  await page.goto('/');
  const devTools = await page.context().newCDPSession(page);
  const { url, errors, data } = await devTools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(url).toBe(`${server.url}/manifest.webmanifest`);
  const manifest = JSON.parse(data ?? '') as Manifest;
  expect(manifest).toMatchObject({ name: 'Rostrum', display: 'standalone', start_url: '/' });
  const pngs = manifest.icons.filter(({ type }) => type === 'image/png');
  expect(new Set(pngs.map(({ sizes, purpose = 'any' }) => `${sizes} ${purpose}`))).toEqual(
    new Set(['192x192 any', '192x192 maskable', '512x512 any', '512x512 maskable']),
  );
  for (const { src, sizes } of pngs) {
    const picture = await (await page.request.get(src)).body();
    // Width and height stand at the beginning: https://www.w3.org/TR/png-3/#11IHDR
    expect(`${picture.readUInt32BE(16)}x${picture.readUInt32BE(20)}`, src).toBe(sizes);
  }
  const appleIcon = await page.locator('link[rel="apple-touch-icon"]').getAttribute('href');
  expect((await page.request.get(appleIcon ?? '')).headers()['content-type']).toBe('image/png');
});

test('what is installed is described in the language of who installs it', async ({ request }) => {
  const reply = await request.get('/manifest.webmanifest', { headers: { 'accept-language': 'ko-KR,ko;q=0.9' } });
  expect(((await reply.json()) as Manifest).description).toMatch(/방송/);
});
