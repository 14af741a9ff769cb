import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { RedisServer, whyNoRedis } from './testing/redis-server.ts';

const obstacle = await whyNoRedis();
const program = fileURLToPath(new URL('testing/member-process.ts', import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function startRedis(): Promise<RedisServer> {
  const redis = await RedisServer.start();
  closing.push(() => redis.close());
  return redis;
}

/** A web server that does nothing but own channels, in a process of its own. */
class Member {
  readonly #process: ChildProcess;
  readonly #events: { event: string; detail: unknown }[] = [];

  private constructor(process: ChildProcess) {
    this.#process = process;
    process.on('message', (message) => this.#events.push(message as { event: string; detail: unknown }));
  }

  static async start(id: string, redis: RedisServer): Promise<Member> {
    const member = new Member(fork(program, [id, redis.url], { execArgv: ['--import', loader] }));
    closing.push(() => member.kill());
    await member.told('ready', 20_000);
    return member;
  }

  /** The detail of the next event of this name; each is returned once. */
  async told(event: string, timeoutMs = 12_000): Promise<unknown> {
    return await expect
      .poll(() => this.#events.findIndex((one) => one.event === event), { timeout: timeoutMs, interval: 20 })
      .not.toBe(-1)
      .then(() => {
        const index = this.#events.findIndex((one) => one.event === event);
        return this.#events.splice(index, 1)[0]?.detail;
      });
  }

  async takes(channel: string): Promise<unknown> {
    this.#process.send({ take: channel });
    return await this.told('taken');
  }

  async releases(channel: string): Promise<void> {
    this.#process.send({ release: channel });
    await this.told('released');
  }

  ask(channel: string): void {
    this.#process.send({ take: channel });
  }

  pause(): void {
    this.#process.kill('SIGSTOP');
  }

  goOn(): void {
    this.#process.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGKILL');
    await ended;
  }
}

describe.skipIf(obstacle !== null)('web servers that share a Redis', { timeout: 60_000 }, () => {
  it('contend for a channel, and one gets it, until it gives it up', async () => {
    const redis = await startRedis();
    const [anna, ben] = [await Member.start('anna', redis), await Member.start('ben', redis)];
    expect(await anna.told('roster')).toEqual({ joined: ['ben'], left: [] });
    anna.ask('math');
    ben.ask('math');
    const answers = (await Promise.all([anna.told('taken'), ben.told('taken')])) as {
      fence?: number;
      owner?: string;
    }[];
    const [winner, loser] = answers[0]?.fence === undefined ? [ben, anna] : [anna, ben];
    expect(answers.filter(({ fence }) => fence === 1)).toHaveLength(1);
    expect(answers.filter(({ owner }) => owner === (winner === anna ? 'anna' : 'ben'))).toHaveLength(1);
    await winner.releases('math');
    expect(await loser.takes('math')).toMatchObject({ channel: 'math', fence: 2 });
  });

  it('take the channels of one that died within five seconds', async () => {
    const redis = await startRedis();
    const [anna, ben] = [await Member.start('anna', redis), await Member.start('ben', redis)];
    expect(await anna.takes('math')).toMatchObject({ fence: 1 });
    await ben.told('roster').catch(() => undefined);
    await anna.kill();
    const diedAt = performance.now();
    await expect.poll(() => ben.takes('math'), { timeout: 10_000, interval: 50 }).toMatchObject({ fence: 2 });
    expect(performance.now() - diedAt).toBeLessThan(5_000);
    expect(await ben.told('roster')).toEqual({ joined: [], left: ['anna'] });
  });

  it('lose the channels that another one took while their process was stopped', { tags: ['long'] }, async () => {
    const redis = await startRedis();
    const [anna, ben] = [await Member.start('anna', redis), await Member.start('ben', redis)];
    await anna.takes('math');
    await anna.takes('music');
    anna.pause();
    await expect.poll(() => ben.takes('math'), { timeout: 10_000, interval: 50 }).toMatchObject({ fence: 2 });
    anna.goOn();
    // The other channel was nobody's meanwhile, and is still hers.
    expect(await anna.told('lost')).toBe('math');
    expect(await anna.takes('math')).toMatchObject({ owner: 'ben' });
    expect(await ben.takes('music')).toMatchObject({ owner: 'anna' });
  });

  it('keep their channels while Redis is away, and have them again when it is back empty', {
    tags: ['long'],
  }, async () => {
    const redis = await startRedis();
    const [anna, ben] = [await Member.start('anna', redis), await Member.start('ben', redis)];
    await anna.takes('math');
    await ben.takes('music');
    await redis.kill();
    await Promise.all([anna.told('away'), ben.told('away')]);
    ben.ask('math');
    expect(await ben.told('refused')).toBe('cluster-unavailable');
    await redis.restart();
    expect(await anna.told('back')).toEqual(['math']);
    expect(await ben.told('back')).toEqual(['music']);
    expect(await ben.takes('math')).toMatchObject({ owner: 'anna' });
    expect(await anna.takes('music')).toMatchObject({ owner: 'ben' });
  });
});
