import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright/test';
import { BadLine } from './bad-line.ts';

const execute = promisify(execFile);
const table = 'rostrum_test';
/** What the cable is called at its far end. */
const inside = 'eth0';

/** Why no namespace can be made here, or not the fault that `attempt` tries in it; `null` if both can. */
export async function whyNoNamespace(
  attempt = (namespace: NetworkNamespace): Promise<void> => namespace.blockUdp(),
): Promise<string | null> {
  if (process.platform !== 'linux') return 'Network namespaces exist on Linux only.';
  if (process.getuid?.() !== 0) return 'Network namespaces are made by root only.';
  try {
    const namespace = await NetworkNamespace.open();
    try {
      await attempt(namespace);
    } finally {
      await namespace.close();
    }
    return null;
  } catch (error) {
    return `This machine makes no network namespaces (iproute2 and nftables are needed): ${String(error)}`;
  }
}

/**
 * A network of its own with one cable to this machine, which can be pulled. Nothing else on the machine is touched:
 * both ends have addresses out of a small network that exists only here.
 */
export class NetworkNamespace {
  readonly #name: string;
  readonly #hostEnd: string;
  /** This machine as it is seen from inside. */
  readonly hostAddress: string;
  /** What can be wrong with the cable short of being cut. */
  readonly line: BadLine;
  readonly #folders: string[] = [];

  private constructor(id: number) {
    this.#name = `rostrum-${process.pid}-${id}`;
    // The kernel allows 15 characters.
    this.#hostEnd = `rs${process.pid.toString(36)}h${id}`;
    this.hostAddress = `10.77.${id}.1`;
    this.line = new BadLine({ hostEnd: this.#hostEnd, inside, namespace: this.#name });
  }

  /** Makes one, with addresses that nobody has. */
  static async open(): Promise<NetworkNamespace> {
    const taken = (await execute('ip', ['-o', '-4', 'addr'])).stdout;
    let id = randomInt(1, 250);
    while (taken.includes(`10.77.${id}.`)) id = randomInt(1, 250);
    const namespace = new NetworkNamespace(id);
    try {
      await namespace.#make(`10.77.${id}`);
      return namespace;
    } catch (error) {
      await namespace.close();
      throw error;
    }
  }

  /** Pulls the cable: both ends see that the line is dead. */
  async cut(): Promise<void> {
    await execute('ip', ['link', 'set', this.#hostEnd, 'down']);
  }

  /** Plugs the cable in again. */
  async mend(): Promise<void> {
    await execute('ip', ['link', 'set', this.#hostEnd, 'up']);
  }

  /** Lets no UDP through, and so no media; everything else goes on. */
  async blockUdp(): Promise<void> {
    await this.#run('nft', ['add', 'table', 'inet', table]);
    for (const hook of ['input', 'output']) {
      const chain = `{ type filter hook ${hook} priority 0 ; policy accept ; }`;
      await this.#run('nft', ['add', 'chain', 'inet', table, hook, chain]);
      await this.#run('nft', ['add', 'rule', 'inet', table, hook, 'meta', 'l4proto', 'udp', 'drop']);
    }
  }

  /** Beside UDP, lets no TCP out either but to `port`; after {@link blockUdp}, and until {@link unblockUdp}. */
  async blockTcpExceptTo(port: number): Promise<void> {
    await this.#run('nft', ['add', 'rule', 'inet', table, 'output', 'tcp', 'dport', '!=', String(port), 'drop']);
  }

  /** Lets UDP through again. */
  async unblockUdp(): Promise<void> {
    await this.#run('nft', ['delete', 'table', 'inet', table]);
  }

  /** Lets UDP in only where it was asked for from inside, as the routers of most homes do. */
  async refuseUnaskedUdp(): Promise<void> {
    await this.#run('nft', ['add', 'table', 'inet', table]);
    const chain = '{ type filter hook input priority 0 ; policy accept ; }';
    await this.#run('nft', ['add', 'chain', 'inet', table, 'input', chain]);
    await this.#run('nft', [
      'add',
      'rule',
      'inet',
      table,
      'input',
      'meta',
      'l4proto',
      'udp',
      'ct',
      'state',
      'new',
      'drop',
    ]);
  }

  /** Puts a NAT in between that maps one to one: UDP reaches this machine at `address` only, and nothing from inside it. */
  async reachUdpOnlyAt(address: string): Promise<void> {
    await this.#run('ip', ['route', 'add', address, 'via', this.hostAddress]);
    await this.#run('nft', ['add', 'table', 'ip', table]);
    const translate = '{ type nat hook output priority -100 ; policy accept ; }';
    await this.#run('nft', ['add', 'chain', 'ip', table, 'translate', translate]);
    const rule = ['meta', 'l4proto', 'udp', 'ip', 'daddr', address, 'dnat', 'to', this.hostAddress];
    await this.#run('nft', ['add', 'rule', 'ip', table, 'translate', ...rule]);
    for (const hook of ['input', 'output']) {
      const chain = `{ type filter hook ${hook} priority 0 ; policy accept ; }`;
      await this.#run('nft', ['add', 'chain', 'ip', table, hook, chain]);
      const others = ['meta', 'l4proto', 'udp', 'ct', 'original', 'ip', 'daddr', '!=', address, 'drop'];
      await this.#run('nft', ['add', 'rule', 'ip', table, hook, ...others]);
    }
  }

  /** Starts a browser that has this network and no other, and for which `origin` is as good as https. */
  async launchBrowser(options: LaunchOptions, origin: string): Promise<{ browser: Browser; pid: number }> {
    const folder = await mkdtemp(join(tmpdir(), 'rostrum-inside-'));
    this.#folders.push(folder);
    const program = join(folder, 'browser.sh');
    const browserPath = options.executablePath ?? chromium.executablePath();
    const lines = ['#!/bin/sh', `echo $$ > '${folder}/pid'`, `exec ip netns exec ${this.#name} '${browserPath}' "$@"`];
    await writeFile(program, `${lines.join('\n')}\n`);
    await chmod(program, 0o755);
    const args = [...(options.args ?? []), `--unsafely-treat-insecure-origin-as-secure=${origin}`];
    const browser = await chromium.launch({ ...options, executablePath: program, args });
    // The script and the browser are one process, and the leader of a group of their own.
    return { browser, pid: Number(await readFile(join(folder, 'pid'), 'utf8')) };
  }

  /** Removes everything; may be called twice. The browsers in it must have been closed. */
  async close(): Promise<void> {
    await this.line.close();
    await execute('ip', ['link', 'del', this.#hostEnd]).catch(() => {});
    await execute('ip', ['netns', 'del', this.#name]).catch(() => {});
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }

  async #make(network: string): Promise<void> {
    await execute('ip', ['netns', 'add', this.#name]);
    const far = ['peer', 'name', inside, 'netns', this.#name];
    await execute('ip', ['link', 'add', this.#hostEnd, 'type', 'veth', ...far]);
    await execute('ip', ['addr', 'add', `${network}.1/24`, 'dev', this.#hostEnd]);
    await execute('ip', ['link', 'set', this.#hostEnd, 'up']);
    await this.#run('ip', ['addr', 'add', `${network}.2/24`, 'dev', inside]);
    await this.#run('ip', ['link', 'set', 'lo', 'up']);
    await this.#run('ip', ['link', 'set', inside, 'up']);
  }

  async #run(program: string, words: string[]): Promise<void> {
    await execute('ip', ['netns', 'exec', this.#name, program, ...words]);
  }
}
