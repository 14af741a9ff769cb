import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The two ends of a virtual cable between this machine and a network namespace. */
type CableEnds = { hostEnd: string; inside: string; namespace: string };

/**
 * The effects of a cable on its traffic. Packets are dropped where they arrive, not where they leave: on leaving, the
 * sender would get an error, which no real network returns.
 */
export class NetworkConditions {
  readonly #ends: CableEnds;

  constructor(ends: CableEnds) {
    this.#ends = ends;
  }

  /** Drops this many of 1000 UDP packets at random, in both directions; 0 ends it. */
  async loseUdp(perMille: number): Promise<void> {
    const rule = `meta l4proto udp numgen random mod 1000 < ${perMille} drop`;
    await this.#filter('loss', perMille === 0 ? null : { leaving: rule, arriving: rule });
  }

  /** Allows UDP to one port of this machine and back, and to no other. */
  async letUdpThroughOnlyTo(port: number): Promise<void> {
    await this.#filter('path', { leaving: `udp dport != ${port} drop`, arriving: `udp sport != ${port} drop` });
  }

  /** Limits the bitrate from this machine to the namespace, with a queue of 200 ms. */
  async narrow(kbps: number): Promise<void> {
    await execute('tc', narrowing(this.#ends.hostEnd, kbps));
  }

  /** Limits the bitrate from the namespace to this machine, with a queue of 200 ms. */
  async narrowUpload(kbps: number): Promise<void> {
    const { namespace, inside } = this.#ends;
    await execute('ip', ['netns', 'exec', namespace, 'tc', ...narrowing(inside, kbps)]);
  }

  /** Removes everything that would outlive the cable. */
  async close(): Promise<void> {
    for (const purpose of ['loss', 'path'] as const) await this.#filter(purpose, null).catch(() => {});
  }

  /** Replaces the rule for one purpose at both ends, each in a single step; `null` removes it. */
  async #filter(purpose: 'loss' | 'path', rules: { leaving: string; arriving: string } | null): Promise<void> {
    const { hostEnd, inside, namespace } = this.#ends;
    const table = `netdev rostrum_test_${hostEnd}_${purpose}`;
    const commands = (device: string, rule: string | undefined): string => {
      // A table can be deleted without an error only if it exists.
      const lines = [`add table ${table}`, `delete table ${table}`];
      if (rule === undefined) return lines.join('; ');
      const chain = `{ type filter hook ingress device ${device} priority 0 ; policy accept ; }`;
      return [...lines, `add table ${table}`, `add chain ${table} in ${chain}`, `add rule ${table} in ${rule}`].join(
        '; ',
      );
    };
    await Promise.all([
      execute('nft', [commands(hostEnd, rules?.leaving)]),
      execute('ip', ['netns', 'exec', namespace, 'nft', commands(inside, rules?.arriving)]),
    ]);
  }
}

/** The arguments of `tc` that limit the traffic leaving `device`. */
function narrowing(device: string, kbps: number): string[] {
  const bucket = ['tbf', 'rate', `${kbps}kbit`, 'burst', '8kb', 'latency', '200ms'];
  return ['qdisc', 'replace', 'dev', device, 'root', ...bucket];
}
