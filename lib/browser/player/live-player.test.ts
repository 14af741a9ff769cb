import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeStream, FakeTrack } from '../testing/fake-stream.ts';
import { fakeStorage, settle } from '../testing/signaling-doubles.ts';
import { LivePlayer } from './live-player.ts';

/** The part of a video element that a player uses, with a browser's rules about sound. */
class FakeVideo extends EventTarget {
  muted = false;
  volume = 1;
  paused = true;
  srcObject: unknown = null;
  videoWidth = 0;
  videoHeight = 0;
  /** The media that the browser allows to play: everything, only muted media, or nothing. */
  allowed: 'sound' | 'silence' | 'nothing' = 'sound';

  async play(): Promise<void> {
    if (this.allowed === 'nothing' || (this.allowed === 'silence' && !this.muted)) {
      throw new DOMException('A person must tap first.', 'NotAllowedError');
    }
    this.paused = false;
    this.dispatchEvent(new Event('playing'));
  }

  pause(): void {
    if (this.paused) return;
    this.paused = true;
    this.dispatchEvent(new Event('pause'));
  }

  /** This object, typed as the element it replaces. */
  get asVideo(): HTMLVideoElement {
    return this as unknown as HTMLVideoElement;
  }
}

/** Shows or hides the page. */
const turnPage = (visibilityState: string) => Object.assign(document, { visibilityState });

/** A stream whose tracks have all arrived. */
const stream = (active = true) =>
  new FakeStream(
    ['audio', 'video'].map((kind) => new FakeTrack(kind, { muted: false })),
    { active },
  ).asStream;

beforeEach(() => {
  vi.stubGlobal('document', Object.assign(new EventTarget(), { visibilityState: 'visible' }));
});
afterEach(() => vi.unstubAllGlobals());

function setUp(kept = fakeStorage()) {
  const player = new LivePlayer(() => kept);
  const video = new FakeVideo();
  const detach = player.attach(video.asVideo);
  return { player, video, kept, detach, state: () => player.state.get() };
}

describe('a player of live pictures', () => {
  it('goes on without a break when the stream of another link takes over, and empties nothing', async () => {
    const { player, video, state } = setUp();
    const [first, second] = [stream(), stream()];
    player.show(first);
    await settle();
    const playing = video.srcObject;
    const tracks = second.getTracks();
    player.show(second);
    await settle();
    expect(video.srcObject).toBe(playing);
    expect((playing as MediaStream).getTracks()).toEqual(tracks);
    expect(state().playback).toBe('playing');
  });

  it('starts automatically without sound, whichever of stream and element comes first', async () => {
    const { player, video, state } = setUp();
    expect(video.muted).toBe(true);
    player.show(stream());
    await settle();
    expect(state()).toMatchObject({ playback: 'playing', muted: true, decided: false });
    const second = new LivePlayer(fakeStorage);
    const late = new FakeVideo();
    second.show(stream());
    second.attach(late.asVideo);
    await settle();
    expect(late.paused).toBe(false);
  });

  it('remembers the volume for next time, but not silence', () => {
    const first = setUp();
    first.player.setVolume(0.3);
    expect(first.state()).toMatchObject({ volume: 0.3, muted: false, decided: true });
    first.player.setVolume(0);
    expect(first.state().muted).toBe(true);
    const next = setUp(first.kept);
    expect(next.video).toMatchObject({ volume: 0.3, muted: true });
  });

  it('changes the volume step by step, from silence and down to it, and never beyond its limits', () => {
    const { player, state } = setUp();
    player.changeVolume(0.1);
    expect(state()).toMatchObject({ volume: 0.1, muted: false });
    player.changeVolume(-0.3);
    expect(state()).toMatchObject({ volume: 0, muted: true });
    player.setVolume(7);
    expect(state().volume).toBe(1);
  });

  it('uses the last volume when the sound is turned on at volume 0', () => {
    const { player, state } = setUp();
    player.setVolume(0.4);
    player.setVolume(0);
    player.setMuted(false);
    expect(state()).toMatchObject({ volume: 0.4, muted: false });
  });

  it('goes on without sound if the browser does not allow it, and asks for a tap again', async () => {
    const { player, video, state } = setUp();
    player.show(stream());
    await settle();
    video.allowed = 'silence';
    // As Chrome does it: immediately, and with an event that is delivered later.
    video.paused = true;
    player.setMuted(false);
    await settle();
    video.dispatchEvent(new Event('pause'));
    expect(video.paused).toBe(false);
    expect(state()).toMatchObject({ playback: 'playing', decided: false });
    expect(video.muted).toBe(true);
  });

  it('reports if the browser allows no playback, and plays after a tap', async () => {
    const { player, video, state } = setUp();
    video.allowed = 'nothing';
    player.show(stream());
    await settle();
    expect(state().playback).toBe('refused');
    video.allowed = 'sound';
    player.setMuted(false);
    await settle();
    expect(state()).toMatchObject({ playback: 'playing', muted: false });
  });

  it('pauses and resumes, also when the link is renewed meanwhile, and the next show starts automatically', async () => {
    const { player, video, state } = setUp();
    player.show(stream());
    await settle();
    player.togglePlay();
    expect(state().playback).toBe('paused');
    player.show(stream());
    await settle();
    expect(video.paused).toBe(true);
    player.togglePlay();
    await settle();
    expect(state().playback).toBe('playing');
    player.pause();
    player.show(null);
    player.show(stream());
    await settle();
    expect(state().playback).toBe('playing');
  });

  it('stays paused when the sound is changed', async () => {
    const { player, video, state } = setUp();
    player.show(stream());
    await settle();
    player.pause();
    player.setVolume(0.5);
    player.setMuted(true);
    await settle();
    expect(video.paused).toBe(true);
    expect(state().playback).toBe('paused');
  });

  it('resumes automatically after a pause by a locked phone, and not after one by the viewer', async () => {
    const { player, video, state } = setUp();
    player.show(stream());
    await settle();
    const comesBack = async () => {
      turnPage('visible');
      document.dispatchEvent(new Event('visibilitychange'));
      await settle();
    };
    turnPage('hidden');
    video.pause();
    expect(state().playback).toBe('paused');
    await comesBack();
    expect(state().playback).toBe('playing');
    turnPage('hidden');
    player.pause();
    await comesBack();
    expect(state().playback).toBe('paused');
  });

  it('does not mistake the end of a stream for a pause', async () => {
    const { player, video, state } = setUp();
    player.show(stream(false));
    await settle();
    video.pause();
    expect(state().playback).toBe('playing');
  });

  it('knows the aspect ratio of the picture, also when a phone is rotated', () => {
    const { video, state } = setUp();
    Object.assign(video, { videoWidth: 1280, videoHeight: 720 });
    video.dispatchEvent(new Event('resize'));
    expect(state().ratio).toBeCloseTo(16 / 9);
    Object.assign(video, { videoWidth: 720, videoHeight: 1280 });
    video.dispatchEvent(new Event('resize'));
    expect(state().ratio).toBeCloseTo(9 / 16);
  });

  it('knows for each stream whether there is a picture yet', () => {
    const { video, state } = setUp();
    expect(state().hasPicture).toBe(false);
    Object.assign(video, { videoWidth: 1280, videoHeight: 720 });
    video.dispatchEvent(new Event('resize'));
    expect(state().hasPicture).toBe(true);
    video.dispatchEvent(new Event('emptied'));
    expect(state().hasPicture).toBe(false);
  });

  it('does not touch a detached element', async () => {
    const { player, video, detach } = setUp();
    detach();
    player.show(stream());
    await settle();
    expect(video.srcObject).toBeNull();
  });
});
