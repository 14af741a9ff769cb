import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freeTcpPort } from '../../server/testing/free-port.ts';
import { TiedProcess } from '../../server/testing/tied-process.ts';
import { makeSelfSignedCertificate } from '../../server/tls/self-signed-certificate.ts';

/** The proxies for which there is an example, with their programs and Debian packages. */
export const proxies = {
  Caddy: { program: 'caddy', debianPackage: 'caddy' },
  nginx: { program: 'nginx', debianPackage: 'nginx-light' },
} as const;

/** A reverse proxy with the example in `deploy`, in which only names, ports and paths are replaced. */
export class ReverseProxy {
  readonly url: string;
  /** The address at which it redirects plain HTTP; `null` if the test leaves that out. */
  readonly plainUrl: string | null;
  /** Its folder, which contains everything that it writes. */
  readonly folder: string;
  readonly #process: TiedProcess;

  private constructor(parts: { url: string; plainUrl: string | null; folder: string; process: TiedProcess }) {
    this.url = parts.url;
    this.plainUrl = parts.plainUrl;
    this.folder = parts.folder;
    this.#process = parts.process;
  }

  /**
   * Starts a proxy in front of the server at `target`, or nginx in front of two servers, as the README has it.
   * @param around nginx directives of the `http` block, before the example
   */
  static async start(
    kind: keyof typeof proxies,
    target: string | readonly [string, string],
    around = '',
  ): Promise<ReverseProxy> {
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-proxy-'));
    const port = await freeTcpPort();
    const url = `https://localhost:${port}`;
    const targets = [target].flat().map((one) => new URL(one).host);
    const parts = { folder, port, targets };
    const { process, ready, plainUrl } = await (kind === 'Caddy' ? runCaddy(parts) : runNginx({ ...parts, around }));
    const proxy = new ReverseProxy({ url, plainUrl, folder, process });
    try {
      await process.printed(ready);
      return proxy;
    } catch (error) {
      await proxy.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#process.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

type Parts = { folder: string; port: number; targets: readonly string[] };
type Running = { process: TiedProcess; ready: RegExp; plainUrl: string | null };

/** Replaces each text, which the example must contain. */
function replaceIn(example: string, replacements: [string, string][]): string {
  return replacements.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The example no longer contains “${from}”.`);
    return text.replaceAll(from, to);
  }, example);
}

/** What the example for nginx is changed to for these servers; for two, the README says it. */
async function upstreamOf(targets: readonly string[]): Promise<[string, string]> {
  const [one = '', other] = targets;
  if (other === undefined) return ['127.0.0.1:3000', one];
  const readme = await readFile(fileURLToPath(new URL('../../README.md', import.meta.url)), 'utf8');
  const [, upstream = ''] = /```nginx\n(upstream rostrum \{\n[\s\S]*?\n\}\n)```/.exec(readme) ?? [];
  const [present = ''] = /upstream rostrum \{\n[\s\S]*?\n\}\n/.exec(await readExample('nginx.conf')) ?? [];
  const changed = replaceIn(upstream, [
    ['10.0.0.11:3000', one],
    ['10.0.0.12:3000', other],
  ]);
  return [present, changed];
}

function readExample(name: string): Promise<string> {
  return readFile(fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url)), 'utf8');
}

async function runCaddy({ folder, port, targets: [target = ''] }: Parts): Promise<Running> {
  const site = replaceIn(await readExample('Caddyfile'), [
    ['live.example.org {', `https://localhost:${port} {`],
    ['127.0.0.1:3000', target],
  ]);
  // A certificate of its own making; without plain HTTP, which needs a fixed port.
  const options = '{\n\tadmin off\n\tlocal_certs\n\tskip_install_trust\n\tauto_https disable_redirects\n}\n';
  const path = join(folder, 'Caddyfile');
  await writeFile(path, `${options}\n${site}`);
  const places = { HOME: folder, XDG_DATA_HOME: join(folder, 'data'), XDG_CONFIG_HOME: join(folder, 'config') };
  const process = new TiedProcess('caddy', ['run', '--config', path, '--adapter', 'caddyfile'], places);
  return { process, ready: /serving initial configuration/, plainUrl: null };
}

async function runNginx({ folder, port, targets, around }: Parts & { around: string }): Promise<Running> {
  const { key, chain } = await makeSelfSignedCertificate(['localhost']);
  await writeFile(join(folder, 'cert.pem'), chain);
  await writeFile(join(folder, 'key.pem'), key);
  const plainPort = await freeTcpPort();
  const site = replaceIn(await readExample('nginx.conf'), [
    ['/etc/letsencrypt/live/live.example.org/fullchain.pem', join(folder, 'cert.pem')],
    ['/etc/letsencrypt/live/live.example.org/privkey.pem', join(folder, 'key.pem')],
    ['listen 80;', `listen ${plainPort};`],
    ['listen 443 ssl;', `listen ${port} ssl;`],
    ['https://live.example.org$', `https://localhost:${port}$`],
    ['server_name live.example.org;', 'server_name localhost;'],
    await upstreamOf(targets),
  ]);
  await writeFile(join(folder, 'site.conf'), site);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, `temp-${name}`)};`,
  );
  const whole = [
    ...['daemon off;', 'worker_processes 1;', 'error_log stderr notice;', `pid ${join(folder, 'nginx.pid')};`],
    ...['events {}', 'http {', 'access_log off;', ...temporary, around, `include ${join(folder, 'site.conf')};`, '}'],
  ];
  await writeFile(join(folder, 'nginx.conf'), `${whole.join('\n')}\n`);
  const words = ['-e', 'stderr', '-p', folder, '-c', join(folder, 'nginx.conf')];
  // Servers are in folders that are on the search path of root only.
  const process = new TiedProcess('nginx', words, { PATH: `${globalThis.process.env.PATH}:/usr/sbin` });
  return { process, ready: /start worker process \d/, plainUrl: `http://localhost:${plainPort}` };
}
