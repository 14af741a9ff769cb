import { PeerConnection, Video } from 'node-datachannel';

/*
 * For tests: a process with a viewer at the UDP port that it is told, until it is killed and so says no goodbye. It
 * tells its offer, then its candidates, and takes what the link has to say.
 */

/** What the process tells. */
export type FromKilledPeer = { offer: string; candidates: string[] };
/** What it takes. */
export type ToKilledPeer = { answer: string } | { candidate: string };

const port = Number(process.argv[2]);
const connection = new PeerConnection('viewer', {
  iceServers: [],
  disableAutoNegotiation: true,
  portRangeBegin: port,
  portRangeEnd: port,
});
const media = new Video('0', 'RecvOnly');
media.addVP8Codec(96);
// Held, as what is garbage-collected stops.
const track = connection.addTrack(media);
connection.setLocalDescription('offer');
const sdp = connection.localDescription()?.sdp ?? '';
const told: FromKilledPeer = {
  offer: sdp.replaceAll(/^a=(candidate:.*|end-of-candidates)\r\n/gm, ''),
  candidates: sdp.match(/^a=candidate:.*$/gm) ?? [],
};
process.send?.(told);
process.on('message', (message: ToKilledPeer) => {
  if ('answer' in message) connection.setRemoteDescription(message.answer, 'answer');
  else connection.addRemoteCandidate(message.candidate, '0');
});
process.on('disconnect', () => {
  track.close();
  process.exit();
});
