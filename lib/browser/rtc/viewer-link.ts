import type { Signaling } from '../signaling/signaling-client.ts';
import { preferVp8On } from './peer-connection.ts';
import { PeerLink, type PeerLinkEvents } from './peer-link.ts';

/** A connection prepared to receive, its stream, and its offer, which suits any show. */
export type Reception = {
  connection: RTCPeerConnection;
  stream: MediaStream;
  offer: Promise<RTCSessionDescriptionInit>;
};

/** A receiving link and its stream. */
export type ViewerLink = { link: PeerLink; stream: MediaStream };

/** Prepares `connection` to receive sound and picture; tracks are added to the stream as they arrive. */
export function prepareReception(connection: RTCPeerConnection): Reception {
  const stream = new MediaStream();
  connection.addTransceiver('audio', { direction: 'recvonly' });
  preferVp8On(connection.addTransceiver('video', { direction: 'recvonly' }), 'receive');
  // The answer names no stream (no msid), so the tracks are collected here.
  connection.addEventListener('track', (event) => stream.addTrack(event.track));
  const offer = connection.createOffer();
  // A failure is reported by the negotiation.
  offer.catch(() => undefined);
  return { connection, stream, offer };
}

/** Makes a link of a prepared reception. */
export function createViewerLink(signaling: Signaling, reception: Reception, events: PeerLinkEvents): ViewerLink {
  const { connection, stream, offer } = reception;
  return { link: new PeerLink(signaling, connection, events, { offer }), stream };
}
