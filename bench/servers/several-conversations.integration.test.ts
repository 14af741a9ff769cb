import { afterEach, describe, expect, it } from 'vitest';
import type { ConversationUpdate } from '../../lib/conversation.ts';
import { whyNoRedis } from '../../server/cluster/testing/redis-server.ts';
import { LoadPresenter } from '../load/load-presenter.ts';
import { SignalingSocket } from '../load/signaling-socket.ts';
import { SeveralWebServers, severalKey } from './several-web-servers.ts';

const obstacle = await whyNoRedis();
const channel = 'math';
const timeoutMs = 15_000;

const closing: (() => Promise<unknown>)[] = [];
function own<T extends { close(): Promise<unknown> }>(opened: T): T {
  closing.push(() => opened.close());
  return opened;
}
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Somebody in the conversation, at one of the web servers, who comes back when the socket breaks. */
class Person {
  readonly #token: string;
  readonly #url: () => string;
  #socket: SignalingSocket | null = null;
  #known: { conversation: string; seq: number } | undefined;
  readonly messages = new Map<number, string>();
  /** The names of those who have raised their hands. */
  hands: readonly string[] = [];

  constructor(name: string, url: () => string) {
    this.#token = `the-token-of-${name}`;
    this.#url = url;
    closing.push(async () => this.#socket?.close());
  }

  /** Sends a message until it is acknowledged, over as many sockets as it takes. */
  async say(text: string): Promise<void> {
    const deadline = performance.now() + 30_000;
    for (;;) {
      try {
        const socket = await this.#joined();
        await socket.request('conversation:say', {
          channel,
          key: `key-of-${text.replace(' ', '-')}`,
          name: 'Ann',
          text,
        });
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
        this.#socket?.close();
        this.#socket = null;
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  }

  async raiseHand(name: string): Promise<void> {
    await (await this.#joined()).request('hand:raise', { channel, name, isUp: true });
  }

  /** Closes the page. */
  leave(): void {
    this.#socket?.close();
    this.#socket = null;
  }

  /** Follows the conversation, if this person does not. */
  async #joined(): Promise<SignalingSocket> {
    if (this.#socket?.connected === true) return this.#socket;
    const socket = await SignalingSocket.open(this.#url(), timeoutMs);
    this.#socket = socket;
    socket.on('conversation:changed', (update) => this.#receive(update));
    const known = this.#known;
    const request = { channel, token: this.#token, ...(known !== undefined && { known }) };
    this.#receive((await socket.request('conversation:follow', request)).update);
    return socket;
  }

  async join(): Promise<void> {
    await this.#joined();
  }

  #receive({ conversation, seq, messages = [], hands }: ConversationUpdate): void {
    if (hands !== undefined) this.hands = hands.map(({ name }) => name);
    for (const { id, text } of messages) {
      // A number never gets another message.
      expect(this.messages.get(id) ?? text).toBe(text);
      this.messages.set(id, text);
    }
    this.#known = { conversation, seq };
  }

  get texts(): string[] {
    return [...this.messages].sort(([a], [b]) => a - b).map(([, text]) => text);
  }
}

describe.skipIf(obstacle !== null)('a conversation on several web servers', { timeout: 120_000 }, () => {
  it('is one for all of them, and goes on when the owner of the channel is killed', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const presenter = own(
      await LoadPresenter.start({ url: one.url, timeoutMs }, { key: severalKey, channel, title: 'Sums' }),
    );
    await presenter.waitForLive(timeoutMs);
    let nearest = one.url;
    const near = new Person('near', () => nearest);
    const far = new Person('far', () => two.url);
    await near.join();
    await far.join();
    await Promise.all([near.say('near 1'), far.say('far 1'), near.say('near 2'), far.say('far 2')]);
    await expect.poll(() => far.texts.length).toBe(4);
    await expect.poll(() => near.texts).toEqual(far.texts);
    // Killed in the middle of what both are writing. The show waits for its presenter.
    nearest = two.url;
    await Promise.all([near.say('near 3'), far.say('far 3'), one.kill()]);
    await far.say('far 4');
    await near.say('near 4');
    await expect.poll(() => near.texts.length, { timeout: 30_000 }).toBe(8);
    await expect.poll(() => far.texts, { timeout: 30_000 }).toEqual(near.texts);
    const late = new Person('late', () => two.url);
    await late.join();
    expect(late.texts).toEqual(near.texts);
    expect(new Set(late.texts).size).toBe(8);
  });

  it('lowers the hand of somebody who was at another web server and left', { tags: ['long'] }, async () => {
    const several = own(await SeveralWebServers.open());
    const [one, two] = [await several.startWebServer(), await several.startWebServer()];
    const presenter = own(
      await LoadPresenter.start({ url: one.url, timeoutMs }, { key: severalKey, channel, title: 'Sums' }),
    );
    await presenter.waitForLive(timeoutMs);
    const [leaving, staying] = [new Person('leaving', () => two.url), new Person('staying', () => two.url)];
    await staying.raiseHand('stays');
    await leaving.raiseHand('leaves');
    await expect.poll(() => staying.hands).toEqual(['stays', 'leaves']);
    leaving.leave();
    // They have a minute in which to come back.
    await expect.poll(() => staying.hands, { timeout: 100_000 }).toEqual(['stays']);
  });
});
