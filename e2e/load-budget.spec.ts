import { gzipSync } from 'node:zlib';
import { expect, test } from './fixtures.ts';

/** What a viewer's browser may have to load before the page works, in bytes of gzip. */
const budgetBytes = 160_000;

test('the watch page needs at most 160 kB of JavaScript to begin with', async ({ request }) => {
  const html = await (await request.get('/watch/math-101')).text();
  // What is marked `noModule` is for browsers that no longer are: the others do not load it.
  const scripts = [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"[^>]*>/g)].filter(([tag]) => !/nomodule/i.test(tag));
  const sizes = await Promise.all(
    [...new Set(scripts.map(([, src]) => src ?? ''))].map(async (src) => {
      const response = await request.get(src);
      expect(response.ok(), src).toBe(true);
      return gzipSync(await response.body()).length;
    }),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  console.log(`/watch: ${total} bytes in ${sizes.length} scripts`);
  expect(sizes.length).toBeGreaterThan(3);
  expect(total).toBeLessThanOrEqual(budgetBytes);
});
