import type { Page } from 'playwright/test';
import { expect, test } from './fixtures.ts';

/** Every page that can be opened by its address, and the text that shows that it works. */
const pages = [
  ['/', 'The house is quiet'],
  ['/watch/policy', 'Nothing is on air yet'],
  ['/embed/policy', 'Nothing is on air yet'],
  ['/present', 'Who is presenting?'],
  ['/recordings', 'Nothing recorded yet'],
  ['/recordings/none', 'This recording does not exist'],
  ['/nowhere', 'There is nothing at this address'],
  ['/watch/NO', 'This watch link is not complete'],
] as const;

/** What the page's policy stopped, as its own events report it. */
async function stopped(page: Page): Promise<string[]> {
  return await page.evaluate(() => Reflect.get(window, 'stopped') as string[]);
}

async function reportViolations(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const stopped: string[] = [];
    Reflect.set(window, 'stopped', stopped);
    addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
      stopped.push(`${violatedDirective} ${blockedURI}`);
    });
  });
}

test('every page works within its strict policy, with its theme set before anything is drawn', async ({
  browser,
  server,
}) => {
  const context = await browser.newContext({ baseURL: server.url, colorScheme: 'dark' });
  const page = await context.newPage();
  await reportViolations(page);
  for (const [path, text] of pages) {
    const response = await page.goto(path);
    expect(response?.headers()['content-security-policy'], path).toContain("default-src 'none'");
    await expect(page.getByText(text).first()).toBeVisible();
    expect(await stopped(page), path).toEqual([]);
    await expect(page.locator('html'), path).toHaveClass(/dark/);
  }
  await context.close();
});

test('a script that gets into a page does not run, nor does one that it would load', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  await reportViolations(page);
  await page.goto('/');
  await expect(page.getByText('The house is quiet')).toBeVisible();
  await page.evaluate(() => {
    const holder = document.createElement('div');
    holder.innerHTML = '<img src="data:," onerror="window.ran = 1"><a id="link" href="javascript:window.ran = 1">x</a>';
    document.body.append(holder);
    document.querySelector<HTMLElement>('#link')?.click();
    const frame = document.createElement('iframe');
    frame.srcdoc = '<script>parent.ran = 1</script>';
    document.body.append(frame);
    const base = document.createElement('base');
    base.href = 'https://evil.example/';
    document.head.append(base);
    void fetch('https://evil.example/').catch(() => undefined);
    void new Image().setAttribute('src', 'x');
    const leak = new Image();
    leak.src = 'https://evil.example/leak';
  });
  await expect
    .poll(async () => (await stopped(page)).map((line) => line.split(' ')[0]))
    .toEqual(expect.arrayContaining(['script-src-attr', 'script-src-elem', 'base-uri', 'connect-src', 'img-src']));
  expect(await page.evaluate(() => Reflect.get(window, 'ran'))).toBeUndefined();
  await context.close();
});

test('no page of another site can frame anything but the player, and only if it is listed', async ({
  browser,
  server,
}) => {
  const context = await browser.newContext();
  const page = await context.newPage();
  await page.route('http://other.example/', (route) =>
    route.fulfill({
      contentType: 'text/html',
      body: ['/', '/present', '/watch/policy', '/embed/policy', '/api/health']
        .map((path) => `<iframe src="${server.url}${path}"></iframe>`)
        .join(''),
    }),
  );
  await page.goto('http://other.example/');
  await expect.poll(() => page.frames().length).toBe(6);
  for (const frame of page.frames().slice(1)) {
    await expect.poll(() => frame.url()).toMatch(/^chrome-error:/);
  }
  await context.close();
});
