import type { PoolMemberView } from '../../lib/pool-view.ts';
import type { BroadcastView, Reply } from '../../lib/signaling.ts';

/** A person at a socket of another web server. */
export type RemoteVisitor = {
  /** The id of the socket, which no other socket of any web server has. */
  peerId: string;
  address: string;
};

/** The lists that all web servers share. */
export type SharedListName = 'upcoming' | 'passcodes' | 'presenterKeys' | 'drained';

/** The messages, each with the type that tells it from others. */
type Messages =
  /** To the web server that owns the channel of the request, or has the peer's role. */
  | { type: 'request'; id: string; visitor: RemoteVisitor; name: string; body: unknown }
  /** `null`: the channel is not owned by the web server that was asked. */
  | { type: 'answer'; id: string; reply: Reply<unknown> | null }
  /** To the web server that has the socket. */
  | { type: 'announcement'; peerId: string; event: string; body: unknown }
  | { type: 'room-joined' | 'room-left'; peerId: string; room: string }
  /** To a web server that knows the peer: its socket is gone, or its role is at another one now. */
  | { type: 'peer-gone'; peerId: string }
  /** To the web server that has the socket: it was thought to be dead, and the peer's role is gone. */
  | { type: 'peer-dropped'; peerId: string }
  /** To everyone with a socket in the room. */
  | { type: 'room'; room: string; event: string; body: unknown }
  /** What changed in the lobby of the sender's channels; `null` removes one. `isWhole`: there are no others. */
  | { type: 'lobby'; entries: [channel: string, entry: BroadcastView | null][]; isWhole: boolean }
  /** What counted for limits in the last second, and how many sockets these addresses have at the sender now. */
  | {
      type: 'limits';
      spent: [purpose: string, address: string, count: number][];
      failures: [check: string, address: string, count: number][];
      sockets: [address: string, count: number][];
    }
  /** What the sender has now of what is limited: `addresses` are those of which the number of viewers has changed. */
  | { type: 'capacity'; broadcasts: number; viewers: number; addresses: [address: string, viewers: number][] }
  /** The recordings in the store have changed; or the holder of the claim on this recording is to release it. */
  | { type: 'recordings'; letGo: string | null }
  /** The media servers that the sender knows, and what it has placed there. */
  | { type: 'pool'; members: readonly PoolMemberView[] }
  /** An item of a shared list changed; `null` removes it. */
  | { type: 'shared'; list: SharedListName; key: string; item: unknown };

/** What web servers tell each other. `from` is the id of the sender. */
export type ClusterMessage = Messages & { from: string };

/** A message of this type. */
export type MessageOf<Type extends Messages['type']> = Extract<Messages, { type: Type }> & { from: string };

/** A message before its sender is added. */
export type Unsent = Messages;

/** The form of bytes in a message, as text in Base64. */
type WrittenBytes = { $bytes: string };

/** A message as text. Bytes in it, such as a preview picture, stay bytes for {@link readMessage}. */
export function writeMessage(message: ClusterMessage): string {
  return JSON.stringify(message, function (this: Record<string, unknown>, name, value: unknown) {
    // Before this is called, a Buffer has made a list of numbers of itself.
    const raw = this[name];
    return raw instanceof Uint8Array ? { $bytes: Buffer.from(raw).toString('base64') } : value;
  });
}

/** The message that {@link writeMessage} wrote. It was written by a web server of ours, so that its form is not checked. */
export function readMessage(text: string): ClusterMessage {
  return JSON.parse(text, (_, value: unknown) => (isBytes(value) ? Buffer.from(value.$bytes, 'base64') : value));
}

function isBytes(value: unknown): value is WrittenBytes {
  return typeof value === 'object' && value !== null && '$bytes' in value && typeof value.$bytes === 'string';
}
