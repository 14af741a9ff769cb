import { test as base, expect, runServer } from '../fixtures.ts';
import { FirefoxPerson, findFirefox, startFirefox } from '../pages/firefox.ts';
import type { RostrumServer } from '../servers/rostrum-server.ts';

/** On a server without shows and recordings. */
const test = base.extend<object, { server: RostrumServer }>({ server: [runServer, { scope: 'worker' }] });

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

/** For evaluation in a page, before anything else: keeps what its policy stops, as the page's own events report it. */
function keepViolations(): void {
  const stopped: string[] = [];
  Reflect.set(window, 'stopped', stopped);
  addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI }) => {
    stopped.push(`${violatedDirective} ${blockedURI}`);
  });
}

/** For evaluation in a page: what its policy stopped. */
const violations = () => Reflect.get(window, 'stopped') as string[];

test('every page works within its strict policy, with its theme set before anything is drawn', async ({
  browser,
  server,
}) => {
  const context = await browser.newContext({ baseURL: server.url, colorScheme: 'dark' });
  const page = await context.newPage();
  await page.addInitScript(keepViolations);
  for (const [path, text] of pages) {
    const response = await page.goto(path);
    expect(response?.headers()['content-security-policy'], path).toContain("default-src 'none'");
    await expect(page.getByText(text).first()).toBeVisible();
    expect(await page.evaluate(violations), path).toEqual([]);
    await expect(page.locator('html'), path).toHaveClass(/dark/);
  }
  await context.close();
});

test('every page works within its strict policy in Firefox', { tag: '@long' }, async ({ server }) => {
  const firefox = findFirefox();
  test.skip(firefox === undefined, 'There is no Firefox on this machine; FIREFOX_PATH may name one.');
  test.setTimeout(90_000);
  const browser = await startFirefox(firefox ?? '');
  try {
    const person = new FirefoxPerson(await browser.newPage());
    await person.page.evaluateOnNewDocument(keepViolations);
    for (const [path, text] of pages) {
      await person.open(`${server.url}${path}`, text);
      expect(await person.page.evaluate(violations), path).toEqual([]);
    }
    await person.page.evaluate(() => {
      const holder = document.createElement('div');
      holder.innerHTML = '<img src="data:," onerror="window.ran = 1">';
      document.body.append(holder);
    });
    await expect.poll(() => person.page.evaluate(violations)).toEqual(['script-src-attr inline']);
    expect(await person.page.evaluate(() => Reflect.get(window, 'ran'))).toBeUndefined();
  } finally {
    await browser.close();
  }
});

test('a script that gets into a page does not run, nor does one that it would load', async ({ browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url });
  const page = await context.newPage();
  await page.addInitScript(keepViolations);
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
    .poll(async () => (await page.evaluate(violations)).map((line) => line.split(' ')[0]))
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
