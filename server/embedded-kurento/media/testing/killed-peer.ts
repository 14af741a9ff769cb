import { PeerConnection, Video } from 'node-datachannel';

/*
 * For tests: a process with a viewer on a given UDP port, which runs until it is killed and so cannot say goodbye. It
 * sends its offer and candidates, and receives the answer and candidates of the link.
 */

/** The message that the process sends. */
export type FromKilledPeer = { offer: string; candidates: string[] };
/** The messages that the process receives. */
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
// Referenced, as a garbage-collected track stops.
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
