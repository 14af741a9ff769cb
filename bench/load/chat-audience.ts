import { randomBytes } from 'node:crypto';
import { Histogram } from '../figures/histogram.ts';
import { monotonicUs } from '../platform/clock.ts';
import { SignalingSocket } from './signaling-socket.ts';

/** How many sockets connect at the same time. */
const atOnce = 25;
/** How long a message that was sent may be on its way, in milliseconds. */
const arrivalMs = 5_000;

/** How fast messages arrived. Times are in microseconds, from the call to send to the receipt by a page. */
export type ChatReport = {
  clients: number;
  sent: number;
  /** Messages whose sender got a reply, and receipts by all clients together. */
  acknowledged: number;
  received: number;
  /** The time to each client, to the last client of each message, and to the reply. */
  eachUs: Histogram;
  lastUs: Histogram;
  replyUs: Histogram;
};

type OnItsWay = { sentUs: number; missing: number };

/** Many people in one conversation, each at a socket of their own, who write in turn at a constant rate. */
export class ChatAudience {
  readonly #channel: string;
  readonly #sockets: readonly SignalingSocket[];
  readonly #onTheirWay = new Map<string, OnItsWay>();
  readonly #report: ChatReport;
  #timer: NodeJS.Timeout | undefined;

  private constructor(channel: string, sockets: readonly SignalingSocket[]) {
    this.#channel = channel;
    this.#sockets = sockets;
    this.#report = {
      ...{ clients: sockets.length, sent: 0, acknowledged: 0, received: 0 },
      ...{ eachUs: new Histogram(), lastUs: new Histogram(), replyUs: new Histogram() },
    };
    for (const socket of sockets) {
      socket.on('conversation:changed', ({ messages = [] }) => {
        for (const { key } of messages) this.#receive(key);
      });
    }
  }

  /** Connects `clients` sockets, all of which follow the conversation on `channel`. */
  static async join(url: string, channel: string, clients: number): Promise<ChatAudience> {
    const sockets: SignalingSocket[] = [];
    try {
      while (sockets.length < clients) {
        const more = Math.min(atOnce, clients - sockets.length);
        sockets.push(...(await Promise.all(Array.from({ length: more }, () => openSocket(url, channel)))));
      }
      return new ChatAudience(channel, sockets);
    } catch (error) {
      for (const socket of sockets) socket.close();
      throw error;
    }
  }

  /** Begins to write so many messages per second, by one client after the other. */
  write(perSecond: number): void {
    const beganUs = monotonicUs();
    this.#timer = setInterval(() => {
      const due = Math.floor(((monotonicUs() - beganUs) * perSecond) / 1e6);
      while (this.#report.sent < due) this.#writeOne();
    }, 1);
  }

  /** Stops writing, waits for what is on its way, and disconnects. */
  async close(): Promise<ChatReport> {
    clearInterval(this.#timer);
    const until = performance.now() + arrivalMs;
    while (this.#onTheirWay.size > 0 && performance.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (const socket of this.#sockets) socket.close();
    return this.#report;
  }

  #writeOne(): void {
    const report = this.#report;
    const socket = this.#sockets[report.sent % this.#sockets.length];
    const key = `message-${report.sent}`;
    report.sent += 1;
    const sentUs = monotonicUs();
    this.#onTheirWay.set(key, { sentUs, missing: this.#sockets.length });
    const text = `Message ${report.sent} of somebody who has something to say about this show 👏`;
    socket?.request('conversation:say', { channel: this.#channel, key, name: 'Somebody', text }).then(
      () => {
        report.acknowledged += 1;
        report.replyUs.record(monotonicUs() - sentUs);
      },
      () => undefined,
    );
  }

  #receive(key: string): void {
    const message = this.#onTheirWay.get(key);
    if (message === undefined) return;
    const tookUs = monotonicUs() - message.sentUs;
    this.#report.received += 1;
    this.#report.eachUs.record(tookUs);
    message.missing -= 1;
    if (message.missing > 0) return;
    this.#report.lastUs.record(tookUs);
    this.#onTheirWay.delete(key);
  }
}

async function openSocket(url: string, channel: string): Promise<SignalingSocket> {
  const socket = await SignalingSocket.open(url, 30_000);
  await socket.request('conversation:follow', { channel, token: randomBytes(18).toString('base64url') });
  return socket;
}
