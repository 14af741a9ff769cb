import type { DataChannel, PeerConnection } from 'node-datachannel';
import type { Log } from '../log.ts';

/* The types for data channels that the parts of the media server share. Data channels carry Kurento's DATA. */

/** A message of a data channel, text or bytes: https://www.rfc-editor.org/rfc/rfc8831#section-6.6 */
export type DataMessage = string | Buffer;

/** The parameters of a data channel; lifetime in milliseconds, limits are null for a reliable channel. */
type DataChannelInit = {
  label: string;
  protocol: string;
  ordered: boolean;
  maxPacketLifeTime: number | null;
  maxRetransmits: number | null;
};

/** Counters of one open data channel. */
export type DataChannelStats = {
  id: number;
  label: string;
  protocol: string;
  messagesSent: number;
  bytesSent: number;
  messagesReceived: number;
  bytesReceived: number;
};

/** The operations on a peer's data channels. */
export interface DataPort {
  /** Opens one more channel; the listener is notified when it is open. */
  create(init: DataChannelInit): void;
  /** Closes a channel; one that does not exist is ignored. */
  closeOne(id: number): void;
  /** Sends on every open channel. Messages that a slow peer does not accept are dropped for that peer only. */
  send(message: DataMessage): void;
  stats(): DataChannelStats[];
}

/** Receives the events of a peer's data channels. */
export interface DataChannelListener {
  /** @param id the stream's number: https://www.rfc-editor.org/rfc/rfc8832#section-6 */
  dataChannelOpened(id: number): void;
  dataChannelClosed(id: number): void;
  dataReceived(message: DataMessage): void;
}

/** More than a peer needs; limits what a hostile peer can open. */
const maxChannels = 64;
/** The number of bytes that may wait for a slow peer; further messages are dropped, as they would only pile up. */
const maxWaitingBytes = 1_048_576;

type OpenChannel = { channel: DataChannel; id: number; stats: DataChannelStats };

/**
 * The data channels of one connection (https://www.rfc-editor.org/rfc/rfc8831), ours and the peer's. Kurento does not
 * distinguish between them: each message is sent on every open channel.
 */
export class DataChannels implements DataPort {
  readonly #connection: Pick<PeerConnection, 'createDataChannel' | 'onDataChannel'>;
  readonly #listener: DataChannelListener;
  readonly #log: Log;
  /** Channels that are not open yet are kept, too: a garbage-collected channel stops silently. */
  readonly #all = new Set<DataChannel>();
  readonly #open = new Map<number, OpenChannel>();
  #closed = false;

  constructor(
    connection: Pick<PeerConnection, 'createDataChannel' | 'onDataChannel'>,
    listener: DataChannelListener,
    log: Log,
  ) {
    this.#connection = connection;
    this.#listener = listener;
    this.#log = log;
    connection.onDataChannel((channel) => this.#adopt(channel));
  }

  create({ label, ordered, maxPacketLifeTime, maxRetransmits, protocol }: DataChannelInit): void {
    const channel = this.#connection.createDataChannel(label, {
      protocol,
      unordered: !ordered,
      ...(maxPacketLifeTime === null ? {} : { maxPacketLifeTime }),
      ...(maxRetransmits === null ? {} : { maxRetransmits }),
    });
    this.#adopt(channel);
  }

  closeOne(id: number): void {
    this.#open.get(id)?.channel.close();
  }

  send(message: DataMessage): void {
    for (const { channel, stats } of this.#open.values()) {
      if (!sendOn(channel, message)) continue;
      stats.messagesSent += 1;
      stats.bytesSent += Buffer.byteLength(message);
    }
  }

  stats(): DataChannelStats[] {
    return [...this.#open.values()].map(({ stats }) => ({ ...stats }));
  }

  close(): void {
    this.#closed = true;
    for (const channel of this.#all) channel.close();
    this.#all.clear();
    this.#open.clear();
  }

  #adopt(channel: DataChannel): void {
    if (this.#closed || this.#all.size >= maxChannels) {
      channel.close();
      return;
    }
    this.#all.add(channel);
    channel.onMessage((message) => this.#received(channel, message));
    channel.onClosed(() => this.#ended(channel));
    channel.onError((reason) => this.#log('debug', 'A data channel reported an error', { reason }));
    // A channel of the peer is open when it is announced, and may report this a second time.
    channel.onOpen(() => this.#opened(channel));
    if (channel.isOpen()) this.#opened(channel);
  }

  #opened(channel: DataChannel): void {
    if (this.#closed) return;
    const id = channel.getId();
    if (this.#open.has(id)) return;
    const counters = { messagesSent: 0, bytesSent: 0, messagesReceived: 0, bytesReceived: 0 };
    this.#open.set(id, {
      channel,
      id,
      stats: { id, label: channel.getLabel(), protocol: channel.getProtocol(), ...counters },
    });
    this.#listener.dataChannelOpened(id);
  }

  #ended(channel: DataChannel): void {
    if (this.#closed) return;
    this.#all.delete(channel);
    const open = [...this.#open.values()].find((entry) => entry.channel === channel);
    if (open === undefined) return;
    this.#open.delete(open.id);
    this.#listener.dataChannelClosed(open.id);
  }

  #received(channel: DataChannel, message: string | Buffer | ArrayBuffer): void {
    if (this.#closed) return;
    const data: DataMessage = message instanceof ArrayBuffer ? Buffer.from(message) : message;
    for (const { channel: known, stats } of this.#open.values()) {
      if (known !== channel) continue;
      stats.messagesReceived += 1;
      stats.bytesReceived += Buffer.byteLength(data);
    }
    this.#listener.dataReceived(data);
  }
}

function sendOn(channel: DataChannel, message: DataMessage): boolean {
  try {
    if (!channel.isOpen() || channel.bufferedAmount() > maxWaitingBytes) return false;
    // The result false means that the message waits to be sent, which is as good as sent.
    if (typeof message === 'string') channel.sendMessage(message);
    else channel.sendMessageBinary(message);
    return true;
  } catch {
    // The peer accepts no message of that size, or the channel closed a moment before its callback.
    return false;
  }
}
