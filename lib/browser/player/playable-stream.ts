/** How long sound waits for the picture, in milliseconds; usually both arrive within a few frames of each other. */
const pictureGraceMs = 250;
/** If no track reports media within this time, in milliseconds, all tracks are played regardless. */
const mediaTimeoutMs = 5_000;

/** Makes streams; tests pass their own. */
export type MakeStream = (tracks: MediaStreamTrack[]) => MediaStream;

const makeMediaStream: MakeStream = (tracks) => new MediaStream(tracks);

/**
 * Calls `play` with a stream that a media element can start with. An element does not start until each video track of
 * its stream has delivered a frame, so a video track without media would silence the sound. If only sound arrives,
 * `play` gets a stream with the sound alone, and the video track is added to that stream when its first packet arrives
 * (a remote track is muted until then, https://www.w3.org/TR/webrtc/#mediastreamtrack). Sound and picture share one
 * stream, so they stay in sync.
 *
 * @returns a function that stops following the tracks
 */
export function playArrivingTracks(
  received: MediaStream,
  play: (playable: MediaStream) => void,
  makeStream: MakeStream = makeMediaStream,
): () => void {
  const ended = new AbortController();
  let playing: MediaStream | null = null;
  let graceTimer: ReturnType<typeof setTimeout> | undefined;

  const playAll = () => {
    stopTimers();
    if (playing === received) return;
    const soundAlone = playing;
    playing = received;
    if (soundAlone === null) {
      play(received);
      return;
    }
    for (const track of received.getVideoTracks()) soundAlone.addTrack(track);
  };
  const playSound = () => {
    stopTimers();
    playing = makeStream(received.getAudioTracks());
    play(playing);
  };
  const look = () => {
    const arrived = (tracks: MediaStreamTrack[]) => tracks.some((track) => !track.muted);
    if (arrived(received.getVideoTracks())) playAll();
    else if (playing === null && arrived(received.getAudioTracks()))
      graceTimer ??= setTimeout(playSound, pictureGraceMs);
  };
  const mediaTimer = setTimeout(() => {
    if (playing === null && graceTimer === undefined) play(received);
  }, mediaTimeoutMs);
  const stopTimers = () => {
    clearTimeout(mediaTimer);
    clearTimeout(graceTimer);
  };

  for (const track of received.getTracks()) track.addEventListener('unmute', look, { signal: ended.signal });
  look();
  return () => {
    ended.abort();
    stopTimers();
  };
}
