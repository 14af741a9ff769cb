import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { MediaKind } from '../../signaling.ts';
import { SenderStatsMonitor } from './sender-stats-monitor.ts';

beforeEach(
  () =>
    void vi.useFakeTimers({
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'],
    }),
);
afterEach(() => void vi.useRealTimers());

/** A link that sends 2 Mbit/s, with a configurable loss, and that can be down. */
function setUp() {
  const link = { isUp: true, lossShare: 0, isSilent: false, isPictureOn: true, isFrozen: false };
  const refused = new Set<MediaKind>();
  const video = {
    type: 'outbound-rtp',
    kind: 'video',
    bytesSent: 0,
    packetsSent: 0,
    frameWidth: 640,
    frameHeight: 360,
  };
  const source = { type: 'media-source', kind: 'video', width: 1_280, height: 720, frames: 0 };
  const heard = { type: 'remote-inbound-rtp', packetsLost: 0, roundTripTime: 0.02 };
  const read = async () => {
    if (!link.isUp) return null;
    if (!link.isSilent) {
      video.bytesSent += 250_000;
      video.packetsSent += 200;
      if (!link.isFrozen) source.frames += 30;
      heard.packetsLost += 200 * link.lossShare;
    }
    const report = new Map(Object.entries({ video: { ...video }, source: { ...source }, heard: { ...heard } }));
    // A double has only the parts that are read.
    return report as unknown as RTCStatsReport;
  };
  const onHealth = vi.fn();
  const watch = new SenderStatsMonitor({
    read,
    sentPicture: () => (link.isPictureOn ? 'camera' : null),
    refusedKinds: () => refused,
    onHealth,
  });
  const seconds = (count: number) => vi.advanceTimersByTimeAsync(count * 1_000);
  return { link, refused, watch, onHealth, seconds, level: () => watch.state.get().health.level };
}

test('measures once a second, and keeps a minute', async () => {
  const { watch, seconds, level } = setUp();
  watch.keep(true);
  await seconds(3);
  expect(level()).toBe('checking');
  await seconds(1);
  expect(level()).toBe('good');
  await seconds(5);
  expect(watch.state.get().health).toMatchObject({
    level: 'fair',
    cause: 'unexplained',
    kbps: 2_000,
    sourceHeight: 720,
  });
  await seconds(100);
  expect(watch.state.get().samples).toHaveLength(60);
});

test('misses no picture while the camera is off', async () => {
  const { link, watch, seconds } = setUp();
  link.isPictureOn = false;
  watch.keep(true);
  await seconds(5);
  expect(watch.state.get().health).toMatchObject({ level: 'excellent', height: null });
});

test('reports within a second, without measuring, that the media server accepts no picture or no sound', async () => {
  const { link, refused, watch, seconds } = setUp();
  link.isUp = false;
  refused.add('video');
  watch.keep(true);
  await seconds(1);
  expect(watch.state.get().health).toMatchObject({ level: 'no-picture', cause: 'format' });
  link.isUp = true;
  await seconds(5);
  expect(watch.state.get().health).toMatchObject({ level: 'no-picture', cause: 'format', kbps: 2_000 });
  link.isPictureOn = false;
  await seconds(1);
  expect(watch.state.get().health).toMatchObject({ level: 'excellent' });
  refused.add('audio');
  await seconds(1);
  expect(watch.state.get().health).toMatchObject({ level: 'no-sound', cause: 'sound-format' });
});

test('reports when the camera delivers no frames, and when it does again', async () => {
  const { link, watch, seconds, level } = setUp();
  watch.keep(true);
  await seconds(5);
  link.isFrozen = true;
  await seconds(4);
  expect(level()).toBe('no-picture');
  link.isFrozen = false;
  await seconds(1);
  expect(level()).toBe('fair');
});

test('reports lasting problems, and not a single bad second', async () => {
  const { link, watch, seconds, onHealth } = setUp();
  watch.keep(true);
  await seconds(10);
  expect(onHealth).toHaveBeenLastCalledWith('good', null);
  link.isSilent = true;
  await seconds(4);
  expect(onHealth).not.toHaveBeenCalledWith('poor', null);
  await seconds(1);
  expect(onHealth).toHaveBeenLastCalledWith('poor', null);
});

test('starts again with a new link, and keeps the samples of the last minute', async () => {
  const { link, watch, seconds, level } = setUp();
  watch.keep(true);
  link.lossShare = 0.5;
  await seconds(8);
  expect(level()).toBe('poor');
  link.isUp = false;
  await seconds(1);
  expect(level()).toBe('checking');
  link.isUp = true;
  link.lossShare = 0;
  await seconds(9);
  expect(level()).toBe('fair');
  expect(watch.state.get().samples).toHaveLength(15);
});

test('stops reading once nothing is sent, and ignores a report that arrives later', async () => {
  const { watch, seconds } = setUp();
  watch.keep(true);
  vi.advanceTimersByTime(2_000);
  watch.keep(false);
  expect(vi.getTimerCount()).toBe(0);
  await seconds(5);
  expect(watch.state.get()).toMatchObject({ health: { level: 'checking' }, samples: [] });
});
