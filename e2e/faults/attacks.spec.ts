import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, newPage, test } from '../fixtures.ts';
import { Presenter } from '../pages/presenter.ts';
import { Viewer } from '../pages/viewer.ts';
import { Attacker, traversals, tryRequest } from '../servers/attacker.ts';
import { type RostrumServer, startRostrum } from '../servers/rostrum-server.ts';

/** A title that would do harm wherever it is not escaped. */
const title = '"><img src=x onerror="window.ran=1"><script>window.ran=1</script>';
const channel = 'under-attack';

type Scene = { server: RostrumServer; attacker: Attacker; presenter: Presenter; viewer: Viewer };

/** A show with a viewer, both from an honest address, and an attacker at another one. */
const attackTest = test.extend<{ scene: Scene }>({
  scene: async ({ browser }, use) => {
    const server = await startRostrum();
    const attacker = new Attacker(server);
    const pages = [await newPage(browser, server), await newPage(browser, server)] as const;
    const [presenter, viewer] = [new Presenter(pages[0], server.key), new Viewer(pages[1])];
    await presenter.open();
    await presenter.goLive({ channel, title, record: true });
    await viewer.open(channel);
    await viewer.seesMovingVideo();
    await use({ server, attacker, presenter, viewer });
    attacker.close();
    for (const page of pages) await page.context().close();
    await server.close();
  },
});

/** Expects the show to go on, without an interruption that the viewer would have noticed. */
async function expectTheShowToGoOn({ server, viewer }: Scene): Promise<void> {
  await viewer.seesMovingVideo(20);
  await expect(viewer.page.getByTestId('reconnects')).toBeHidden();
  expect((await server.health()).status).toBe('ok');
}

attackTest(
  'nobody gets in without a key, from another site, by a path, or with a title or header that bites',
  { tag: '@long' },
  async ({ scene }) => {
    const { server, attacker, viewer, presenter } = scene;
    const secret = (await readFile('/etc/passwd', 'utf8')).split('\n')[0] ?? '';
    const recording = (await (await fetch(`${server.url}/api/recordings`)).json()) as { recordings: { id: string }[] };
    const id = recording.recordings[0]?.id ?? '';
    expect(id).not.toBe('');

    await test.step('without a key, and with a wrong one', async () => {
      const socket = await attacker.socket();
      if (socket === null) throw new Error('The attacker cannot even connect.');
      const show = { channel: 'mine-now', title: 'Mine', record: false, sdpOffer: 'v=0' };
      for (const key of [
        undefined,
        '',
        server.key.slice(1),
        `${server.key} `,
        server.key.toUpperCase(),
        [server.key],
        {},
      ]) {
        expect(await tryRequest(socket, 'broadcast:start', { ...show, key })).toMatch(/^(wrong-key|bad-request)$/);
      }
      for (const [name, body] of [
        ['show:announce', { key: 'a wrong key', channel, title: 'Mine', startsAt: Date.now() + 60_000 }],
        ['broadcast:resume', { channel, resumeToken: randomBytes(24).toString('base64url'), sdpOffer: 'v=0' }],
        ['resume:check', { channel, resumeToken: randomBytes(24).toString('base64url') }],
        ['broadcast:stop', {}],
        ['broadcast:rename', { title: 'Mine' }],
        ['recording:set', { recording: 'off' }],
      ] as const) {
        expect(await tryRequest(socket, name, body), name).toMatch(/^(wrong-key|resume-refused|not-joined)$/);
      }
      expect((await attacker.request(`DELETE /api/recordings/${id}`)).status).toBe(401);
      expect((await attacker.request(`DELETE /api/recordings/${id}`, 'Authorization: Bearer x')).status).toBe(401);
      expect((await attacker.request('GET /api/health')).text).not.toContain('sockets');
    });

    await test.step('from another site', async () => {
      for (const origin of ['https://evil.example', 'null', `${server.url}.evil.example`, 'http://localhost']) {
        expect(await attacker.socket({ origin }), origin).toBeNull();
        const forged = [`Origin: ${origin}`, `Authorization: Bearer ${server.key}`];
        expect((await attacker.request(`DELETE /api/recordings/${id}`, ...forged)).status, origin).toBe(403);
      }
      const simple = ['Origin: https://evil.example', 'Content-Type: text/plain', 'Content-Length: 0'];
      expect((await attacker.request('POST /api/recordings', ...simple)).status).toBe(403);
      expect((await attacker.request('POST /', ...simple)).status).toBe(403);
    });

    await test.step('by a path', async () => {
      const files = ['etc/passwd', 'presenter-key', 'manifest.json'];
      const forbidden = [secret, server.key, '"channel":'];
      const lines = [
        ...files.flatMap(traversals).map((path) => `/api/recordings/${id}/${path}`),
        ...traversals('etc/passwd').flatMap((path) => [`/api/recordings/${path}`, `/_next/static/${path}`, `/${path}`]),
      ];
      const attempt = async (line: string) => {
        const { status, text } = await attacker.request(`GET ${line}`);
        expect(status, line).toBeGreaterThanOrEqual(300);
        for (const words of forbidden) expect(text.includes(words), `${line} shows ${words}`).toBe(false);
      };
      while (lines.length > 0) await Promise.all(lines.splice(0, 50).map(attempt));
    });

    await test.step('with a header', async () => {
      const injected = [
        'x%0d%0aSet-Cookie:%20evil=1',
        'x%0aSet-Cookie:%20evil=1',
        'x%E5%98%8D%E5%98%8ASet-Cookie:evil=1',
      ];
      for (const text of injected) {
        for (const line of [`/${text}`, `/watch/${text}`, `/embed/${text}`, `/?${text}`, `/api/recordings/${text}`]) {
          expect((await attacker.request(`GET ${line}`)).text, line).not.toMatch(/^set-cookie:.*evil/im);
        }
      }
      const hosts = ['Host: evil.example', 'X-Forwarded-Host: evil.example', 'Forwarded: host=evil.example'];
      for (const header of hosts) {
        const { text } = await attacker.request('GET /', header);
        expect(text, header).not.toMatch(/^location:.*evil/im);
        expect(/(?:href|src)="[^"]*evil\.example/.test(text), header).toBe(false);
      }
      expect((await attacker.send('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n')).status).toBe(400);
      const smuggled =
        'POST /api/x HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET';
      expect((await attacker.send(smuggled)).status).toBe(400);
    });

    await test.step('with the title, in pages and in the name of the download', async () => {
      await expect(viewer.page.getByRole('heading', { name: title, exact: true })).toBeVisible();
      await viewer.page.goto('/');
      await expect(viewer.page.getByText(title).first()).toBeVisible();
      await viewer.page.goto(`/watch/${channel}`);
      await viewer.seesMovingVideo();
      for (const page of [viewer.page, presenter.page]) {
        expect(await page.evaluate(() => Reflect.get(window, 'ran'))).toBeUndefined();
      }
    });
    await expectTheShowToGoOn(scene);

    await test.step('with the name of the file', async () => {
      await presenter.end();
      await expect.poll(async () => (await attacker.request(`HEAD /api/recordings/${id}/download`)).status).toBe(200);
      const { text } = await attacker.request(`HEAD /api/recordings/${id}/download`);
      expect(text).toMatch(/^content-disposition: attachment; filename="[^"<>\r\n]*"/im);
      expect(text).toMatch(/^x-content-type-options: nosniff/im);
      expect(text).toMatch(/^content-type: video\//im);
      const watching = await viewer.page.context().newPage();
      await watching.goto(`/recordings/${id}`);
      await expect(watching.getByText(title).first()).toBeVisible();
      expect(await watching.evaluate(() => Reflect.get(window, 'ran'))).toBeUndefined();
      await watching.close();
    });
    expect(await readFile(join(server.dataDir, 'recordings', id, 'manifest.json'), 'utf8')).toContain('onerror');
  },
);

attackTest(
  'a show goes on through floods, and the memory of both processes stays level',
  { tag: ['@long', '@alone'] },
  async ({ scene }) => {
    test.setTimeout(600_000);
    const { server, presenter } = scene;
    // A file that is complete, for those who ask for parts of it.
    await presenter.switchesRecording('Stop recording', 'Recording finished');
    const look = async () => ({
      webMiB: Math.round((await server.health()).memory.rss / 2 ** 20),
      mediaMiB: (await server.mediaServerUse()).rssMiB,
    });
    const { floods } = await import('../servers/floods.ts');
    const before = await look();
    const figures: Record<string, object> = { before };
    const rounds: Awaited<ReturnType<typeof look>>[] = [];
    // The first round fills caches and pools; only the next ones show whether anything is left behind.
    for (const round of [1, 2, 3]) {
      for (const [name, flood] of Object.entries(floods)) {
        await test.step(`${name}, round ${round}`, async () => {
          const outcome = await flood(server);
          await expectTheShowToGoOn(scene);
          figures[`${name}, round ${round}`] = { ...outcome, ...(await look()) };
        });
      }
      rounds.push(await look());
      figures[`after round ${round}`] = { ...rounds.at(-1) };
    }
    console.table(figures);
    // Garbage comes and goes between two rounds; what is left behind grows in each of them.
    const growth = (of: 'webMiB' | 'mediaMiB') => {
      const after = rounds.map((uses) => uses[of]);
      return Math.min(...after.slice(1).map((use, index) => use - (after[index] ?? 0)));
    };
    expect(growth('webMiB')).toBeLessThan(60);
    expect(growth('mediaMiB')).toBeLessThan(40);
  },
);
