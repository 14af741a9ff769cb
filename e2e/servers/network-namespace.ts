import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { isIPv6 } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium, type LaunchOptions } from 'playwright/test';
import { NetworkConditions } from './network-conditions.ts';

const execute = promisify(execFile);
const table = 'rostrum_test';
/** The name of the network device at the far end of the cable. */
const inside = 'eth0';

/** Why a namespace, or the fault that `attempt` tries in it, is impossible here; `null` if both are possible. */
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

/** The family of a network's addresses. */
export type AddressFamily = 'IPv4' | 'IPv6';

/**
 * A separate network with one cable to this machine, which can be unplugged. Nothing else on the machine is changed:
 * both ends have addresses from a small network that exists only here.
 */
export class NetworkNamespace {
  readonly #name: string;
  readonly #hostEnd: string;
  /** This machine's address as seen from inside. */
  readonly hostAddress: string;
  /** The faults that the cable can have without being cut. */
  readonly conditions: NetworkConditions;
  readonly #folders: string[] = [];

  private constructor(id: number, family: AddressFamily) {
    this.#name = `rostrum-${process.pid}-${id}`;
    // The kernel allows 15 characters.
    this.#hostEnd = `rs${process.pid.toString(36)}h${id}`;
    this.hostAddress = addressesOf(id, family).host;
    this.conditions = new NetworkConditions({ hostEnd: this.#hostEnd, inside, namespace: this.#name });
  }

  /** This machine's address as seen from inside, for use in URLs. */
  get hostName(): string {
    return isIPv6(this.hostAddress) ? `[${this.hostAddress}]` : this.hostAddress;
  }

  /** Creates a namespace with unused addresses, all of one family. */
  static async open(family: AddressFamily = 'IPv4'): Promise<NetworkNamespace> {
    const taken = (await execute('ip', ['-o', 'addr'])).stdout;
    let id = randomInt(1, 250);
    while (taken.includes(` ${addressesOf(id, family).host}/`)) id = randomInt(1, 250);
    const namespace = new NetworkNamespace(id, family);
    try {
      await namespace.#make(id, family);
      return namespace;
    } catch (error) {
      await namespace.close();
      throw error;
    }
  }

  /** Unplugs the cable: both ends see that the network is down. */
  async cut(): Promise<void> {
    await execute('ip', ['link', 'set', this.#hostEnd, 'down']);
  }

  /** Plugs the cable back in. */
  async mend(): Promise<void> {
    await execute('ip', ['link', 'set', this.#hostEnd, 'up']);
  }

  /** Blocks all UDP, and therefore all media; other traffic passes. */
  async blockUdp(): Promise<void> {
    await this.#makeFilter();
    for (const hook of ['input', 'output']) {
      await this.#run('nft', ['add', 'rule', 'inet', table, hook, 'meta', 'l4proto', 'udp', 'drop']);
    }
  }

  /** Blocks outgoing TCP, except to `ports`; lasts until {@link unblockUdp}. */
  async blockTcpExceptTo(...ports: number[]): Promise<void> {
    await this.#makeFilter();
    const allowed = `{ ${ports.join(', ')} }`;
    await this.#run('nft', ['add', 'rule', 'inet', table, 'output', 'tcp', 'dport', '!=', allowed, 'drop']);
  }

  /** Makes the table with the rules, unless it exists. */
  async #makeFilter(): Promise<void> {
    await this.#run('nft', ['add', 'table', 'inet', table]);
    for (const hook of ['input', 'output']) {
      const chain = `{ type filter hook ${hook} priority 0 ; policy accept ; }`;
      await this.#run('nft', ['add', 'chain', 'inet', table, hook, chain]);
    }
  }

  /** Allows UDP again, and all TCP. */
  async unblockUdp(): Promise<void> {
    await this.#run('nft', ['delete', 'table', 'inet', table]);
  }

  /** Allows incoming UDP only on flows that began inside, like most home routers. */
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

  /** Inserts a one-to-one NAT: UDP reaches this machine at `address` only, and flows that this machine begins fail. */
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

  /**
   * Gives this machine a further address, and returns it. It is for examples (RFC 5737) and looks public: browsers
   * treat servers at private addresses differently.
   */
  async addPublicAddress(): Promise<string> {
    const address = `203.0.113.${this.hostAddress.split('.')[2]}`;
    await execute('ip', ['addr', 'add', `${address}/32`, 'dev', this.#hostEnd]);
    await this.#run('ip', ['route', 'add', address, 'via', this.hostAddress]);
    return address;
  }

  /** Starts a browser that has only this network, and that treats `origin` as secure. */
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
    // The script and the browser are one process, which is the leader of its own process group.
    return { browser, pid: Number(await readFile(join(folder, 'pid'), 'utf8')) };
  }

  /** Removes everything; may be called twice. The browsers in it must have been closed. */
  async close(): Promise<void> {
    await this.conditions.close();
    await execute('ip', ['link', 'del', this.#hostEnd]).catch(() => {});
    await execute('ip', ['netns', 'del', this.#name]).catch(() => {});
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }

  async #make(id: number, family: AddressFamily): Promise<void> {
    const { host, far: farAddress, bits, options } = addressesOf(id, family);
    await execute('ip', ['netns', 'add', this.#name]);
    const far = ['peer', 'name', inside, 'netns', this.#name];
    await execute('ip', ['link', 'add', this.#hostEnd, 'type', 'veth', ...far]);
    await execute('ip', ['addr', 'add', `${host}/${bits}`, 'dev', this.#hostEnd, ...options]);
    await execute('ip', ['link', 'set', this.#hostEnd, 'up']);
    await this.#run('ip', ['addr', 'add', `${farAddress}/${bits}`, 'dev', inside, ...options]);
    await this.#run('ip', ['link', 'set', 'lo', 'up']);
    await this.#run('ip', ['link', 'set', inside, 'up']);
    // Chromium does not use an IPv6 address unless there is a route from it.
    if (family === 'IPv6') await this.#run('ip', ['-6', 'route', 'add', 'default', 'via', host, 'dev', inside]);
  }

  async #run(program: string, words: string[]): Promise<void> {
    await execute('ip', ['netns', 'exec', this.#name, program, ...words]);
  }
}

/** The addresses at both ends of a cable. IPv6 addresses are unique local ones, used without duplicate detection. */
function addressesOf(id: number, family: AddressFamily) {
  if (family === 'IPv4') return { host: `10.77.${id}.1`, far: `10.77.${id}.2`, bits: 24, options: [] };
  const network = `fd77:${id.toString(16)}`;
  return { host: `${network}::1`, far: `${network}::2`, bits: 64, options: ['nodad'] };
}
