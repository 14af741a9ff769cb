import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeStream, FakeTrack } from '../testing/fake-stream.ts';
import { playArrivingTracks } from './playable-stream.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function setUp() {
  const [audio, video] = [new FakeTrack('audio'), new FakeTrack('video')];
  const received = new FakeStream([audio, video]);
  const played: string[] = [];
  let playing = new FakeStream([]);
  const end = playArrivingTracks(
    received.asStream,
    (stream) => {
      playing = FakeStream.of(stream);
      played.push(stream === received.asStream ? 'everything' : kinds());
    },
    (tracks) => new FakeStream(tracks.map(FakeTrack.of)).asStream,
  );
  const kinds = () => playing.tracks.map(({ kind }) => kind).join();
  return { audio, video, played, kinds, end };
}

it('plays sound and picture in one stream where both arrive, whichever comes first', () => {
  const first = setUp();
  first.audio.arrives();
  vi.advanceTimersByTime(200);
  first.video.arrives();
  vi.advanceTimersByTime(10_000);
  expect(first.played).toEqual(['everything']);
  const second = setUp();
  second.video.arrives();
  second.audio.arrives();
  expect(second.played).toEqual(['everything']);
});

it('plays a picture without sound as it is', () => {
  const { video, played } = setUp();
  video.arrives();
  vi.advanceTimersByTime(10_000);
  expect(played).toEqual(['everything']);
});

it('plays the sound alone if no picture arrives, and adds the picture to the same stream when it does', () => {
  const { audio, video, played, kinds } = setUp();
  audio.arrives();
  vi.advanceTimersByTime(300);
  expect(played).toEqual(['audio']);
  video.arrives();
  expect(played).toEqual(['audio']);
  expect(kinds()).toBe('audio,video');
});

it('plays all tracks in a browser whose tracks report nothing', () => {
  const { played } = setUp();
  vi.advanceTimersByTime(4_900);
  expect(played).toEqual([]);
  vi.advanceTimersByTime(200);
  expect(played).toEqual(['everything']);
});

it('plays nothing once it has ended', () => {
  const { audio, video, played, end } = setUp();
  audio.arrives();
  end();
  video.arrives();
  vi.advanceTimersByTime(10_000);
  expect(played).toEqual([]);
});
