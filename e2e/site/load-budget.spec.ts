import { gzipSync } from 'node:zlib';
import { expect, test } from '../fixtures.ts';

/** What a browser may have to load before a page works, in bytes of gzip. */
const budgets = [
  { path: '/', bytes: 156_000 },
  { path: '/watch/math-101', bytes: 165_500 },
  { path: '/embed/math-101', bytes: 163_000 },
  { path: '/present', bytes: 194_000 },
  { path: '/recordings', bytes: 171_500 },
] as const;

for (const { path, bytes } of budgets) {
  test(`${path} needs at most ${bytes / 1_000} kB of JavaScript to begin with`, async ({ request }) => {
    const html = await (await request.get(path)).text();
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
    console.log(`${path}: ${total} bytes in ${sizes.length} scripts`);
    expect(sizes.length).toBeGreaterThan(3);
    expect(total).toBeLessThanOrEqual(bytes);
  });
}
