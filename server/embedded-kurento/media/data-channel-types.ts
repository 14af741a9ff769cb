/* What the parts of the media server agree on about data channels, which carry Kurento's DATA. */

/** A message of a data channel, text or bytes: https://www.rfc-editor.org/rfc/rfc8831#section-6.6 */
export type DataMessage = string | Buffer;

/** How a data channel is opened; times in milliseconds, null for a reliable one. */
export type DataChannelInit = {
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

/** What can be done with a peer's data channels. */
export interface DataPort {
  /** Opens one more channel; it is told when it stands. */
  create(init: DataChannelInit): void;
  /** Closes a channel; one that is not there is no fault. */
  closeOne(id: number): void;
  /** Sends on every open channel. What a slow peer does not take is dropped for that peer alone. */
  send(message: DataMessage): void;
  stats(): DataChannelStats[];
}

/** What is told of a peer's data channels. */
export interface DataChannelListener {
  /** @param id the stream's number: https://www.rfc-editor.org/rfc/rfc8832#section-6 */
  dataChannelOpened(id: number): void;
  dataChannelClosed(id: number): void;
  dataReceived(message: DataMessage): void;
}
