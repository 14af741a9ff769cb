import type { Signaling } from '../signaling/signaling-client.ts';
import { preferVp8On } from './peer-connection.ts';
import { PeerLink, type PeerLinkEvents } from './peer-link.ts';

/** A connection that will receive, what it will receive, and its offer, which suits any show. */
export type Reception = {
  connection: RTCPeerConnection;
  stream: MediaStream;
  offer: Promise<RTCSessionDescriptionInit>;
};

/** A link that receives, and what it receives. */
export type ViewerLink = { link: PeerLink; stream: MediaStream };

/** Prepares to receive sound and picture on `connection`; the tracks come into the stream as they arrive. */
export function prepareReception(connection: RTCPeerConnection): Reception {
  const stream = new MediaStream();
  connection.addTransceiver('audio', { direction: 'recvonly' });
  preferVp8On(connection.addTransceiver('video', { direction: 'recvonly' }), 'receive');
  // The answer names no stream (no msid), so the tracks are gathered here.
  connection.addEventListener('track', (event) => stream.addTrack(event.track));
  const offer = connection.createOffer();
  // Whoever negotiates is told if it cannot be made.
  offer.catch(() => undefined);
  return { connection, stream, offer };
}

/** A link for what was prepared. */
export function createViewerLink(signaling: Signaling, reception: Reception, events: PeerLinkEvents): ViewerLink {
  const { connection, stream, offer } = reception;
  return { link: new PeerLink(signaling, connection, events, { offer }), stream };
}
