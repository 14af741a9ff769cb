import { preferVp8On } from './peer-connection.ts';

/** A connection prepared to receive, its stream, and its offer, which suits any show. */
export type Reception = {
  connection: RTCPeerConnection;
  stream: MediaStream;
  offer: Promise<RTCSessionDescriptionInit>;
};

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
