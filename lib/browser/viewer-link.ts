import { preferVp8On } from './peer-connection.ts';
import { PeerLink, type PeerLinkEvents } from './peer-link.ts';
import type { Signaling } from './signaling-client.ts';

/** A link that receives, and what it receives. */
export type ViewerLink = { link: PeerLink; stream: MediaStream };

/** Prepares to receive sound and picture on `connection`; the tracks come into the stream as they arrive. */
export function createViewerLink(
  signaling: Signaling,
  connection: RTCPeerConnection,
  events: PeerLinkEvents,
): ViewerLink {
  const stream = new MediaStream();
  connection.addTransceiver('audio', { direction: 'recvonly' });
  preferVp8On(connection.addTransceiver('video', { direction: 'recvonly' }), 'receive');
  // The answer names no stream (no msid), so the tracks are gathered here.
  connection.addEventListener('track', (event) => stream.addTrack(event.track));
  return { link: new PeerLink(signaling, connection, events), stream };
}
