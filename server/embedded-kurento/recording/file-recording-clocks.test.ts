import { describe, expect, test, vi } from 'vitest';
import { feed, isGrowing, recordingFixture, worstSkewMs } from './testing/recording-fixture.ts';
import { readRecording, TestShow, TestSource, vp8 } from './testing/recording-rig.ts';

const fixture = recordingFixture();

describe('the times in a recording', () => {
  test('survives the wrap-around of timestamps and sequence numbers', async () => {
    const { recording } = fixture.open();
    const start = { sequenceNumber: 65_500, timestamp: 2 ** 32 - 90_000 };
    const show = new TestShow(
      new TestSource('video', vp8, start),
      new TestSource('audio', { ...vp8, name: 'opus', clockRate: 48_000 }, start),
    );
    feed(recording, show);
    recording.record();
    show.run(0, 5000);
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect(file.video).toHaveLength(125);
    expect(file.audio).toHaveLength(250);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(1);
  });

  test('aligns sound and picture by the sender’s clocks from the first frame if they are known early', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    show.videoDelayMs = 150;
    feed(recording, show);
    recording.record();
    show.run(0, 4000, (captureMs) => {
      if (captureMs === 200) show.video.report(captureMs);
      if (captureMs === 400) show.audio.report(captureMs);
    });
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(2);
  });

  test('moves the picture to its place without a jump when the clocks become known late', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    show.videoDelayMs = 150;
    feed(recording, show);
    recording.record();
    show.run(0, 8000, (captureMs) => {
      if (captureMs === 3000) show.video.report(captureMs);
      if (captureMs === 3500) show.audio.report(captureMs);
    });
    await recording.stop();

    const file = await readRecording(fixture.path);
    const sound = file.audio[0];
    expect(worstSkewMs(file.audio, sound)).toBeLessThanOrEqual(1);
    const settled = file.video.filter((packet) => packet.captureMs >= 5000);
    expect(worstSkewMs(settled, sound)).toBeLessThanOrEqual(5);
    const steps = file.video.slice(1).map((packet, i) => packet.timeMs - (file.video[i]?.timeMs ?? 0));
    expect(Math.min(...steps)).toBeGreaterThanOrEqual(35);
    expect(Math.max(...steps)).toBeLessThanOrEqual(45);
  });

  test('keeps sound and picture together when the sound card’s clock drifts', async () => {
    const { recording } = fixture.open();
    const fast = { ...vp8, name: 'opus', clockRate: 48_048 };
    // The stream has 48 048 ticks a second and claims 48 000: a drift of one in a thousand.
    const audio = new TestSource('audio', fast);
    const show = new TestShow(new TestSource('video', vp8), audio);
    show.network = (packets) =>
      packets.map((packet) => (packet.codec === fast ? { ...packet, codec: { ...fast, clockRate: 48_000 } } : packet));
    feed(recording, show);
    recording.record();
    show.run(0, 60_000, (captureMs) => {
      if (captureMs % 1000 === 0) show.video.report(captureMs);
      if (captureMs % 5000 === 200) show.audio.report(captureMs);
    });
    await recording.stop();

    const file = await readRecording(fixture.path);
    const timeOfSound = new Map(file.audio.map((packet) => [packet.captureMs, packet.timeMs]));
    const skews = file.video.map((packet) =>
      Math.abs(packet.timeMs - (timeOfSound.get(packet.captureMs) ?? packet.timeMs)),
    );
    expect(Math.max(...skews)).toBeLessThanOrEqual(40);
  });

  test('R73, D26: leaves no gap in the sound, whatever gets lost, and moves nothing for it', async () => {
    const { recording } = fixture.open();
    const show = new TestShow();
    show.keyframeEveryMs = 100;
    const isLost = (captureMs: number) => captureMs === 1000 || (captureMs >= 2000 && captureMs < 2200);
    const isAway = (captureMs: number) => captureMs >= 4000 && captureMs < 20_000;
    show.network = (packets, captureMs) => (isLost(captureMs) || isAway(captureMs) ? [] : packets);
    feed(recording, show);
    recording.record();
    show.run(0, 22_000);
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect(file.audio).toHaveLength(1100 - 1 - 10 - 800);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(1);
    // Packets for one lost packet, for ten lost ones (five concealed and five silent), and for 16 s of absence.
    expect(file.concealed).toHaveLength(1 + (5 + 1) + (5 + Math.ceil(15_900 / 120)));
    const sound = [...file.audio, ...file.concealed].sort((a, b) => a.timeMs - b.timeMs);
    const gaps = sound.map(({ timeMs }, i) => timeMs - (sound[i - 1]?.timeMs ?? timeMs));
    expect(Math.round(Math.max(...gaps))).toBeLessThanOrEqual(120);
  });

  test('leaves no gap where it was paused and continues with a keyframe', async () => {
    const { recording, events } = fixture.open();
    const show = new TestShow();
    show.keyframeEveryMs = 100_000;
    feed(recording, show);
    recording.record();
    show.run(0, 2000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    recording.pause();
    show.run(2000, 7000);
    recording.record();
    show.run(7000, 9000);
    await vi.waitFor(() => expect(events).toEqual(['started', 'started']));
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect(events).toEqual(['started', 'started']);
    expect(file.durationMs).toBeGreaterThan(3850);
    expect(file.durationMs).toBeLessThan(4150);
    const resumed = file.video.findIndex((packet) => packet.captureMs >= 2000);
    expect(file.video[resumed]?.isKey).toBe(true);
    expect((file.video[resumed]?.timeMs ?? 0) - (file.video[resumed - 1]?.timeMs ?? 0)).toBeLessThanOrEqual(60);
    expect(isGrowing(file.video) && isGrowing(file.audio)).toBe(true);
    const after = [...file.video, ...file.audio].filter((packet) => packet.captureMs >= 7000);
    expect(worstSkewMs(after, file.video[resumed])).toBeLessThanOrEqual(1);
  });

  test('continues in the same file, in real time, when the presenter comes back with new streams', async () => {
    const { recording, events } = fixture.open();
    const show = new TestShow();
    feed(recording, show);
    recording.record();
    show.run(0, 3000);
    const again = new TestShow(
      new TestSource('video', vp8, { ssrc: 3333, sequenceNumber: 9, timestamp: 4_000_000_000 }),
      new TestSource('audio', { ...vp8, name: 'opus', clockRate: 48_000 }, { ssrc: 4444, timestamp: 77 }),
    );
    Object.assign(again, { startMs: show.startMs });
    feed(recording, again);
    expect(again.video.keyframeRequests).toBe(1);
    again.run(8000, 10_000);
    await vi.waitFor(() => expect(events).toEqual(['started']));
    await recording.stop();

    const file = await readRecording(fixture.path);
    expect(events).toEqual(['started']);
    expect(file.video.filter((packet) => packet.captureMs >= 8000)).toHaveLength(50);
    expect(worstSkewMs([...file.video, ...file.audio], file.video[0])).toBeLessThanOrEqual(2);
    expect(file.headerDurationMs).toBeGreaterThan(9900);
  });
});
