import { describe, expect, it } from 'vitest';
import { assessSender, healthForViewers, type SentPicture, unmeasured } from './sender-health.ts';
import { readSenderReport, type SenderReport, type SenderSample, sampleBetween } from './sender-report.ts';

const fine: SenderSample = {
  at: 0,
  kbps: 2_400,
  lossShare: 0,
  roundTripMs: 30,
  height: 720,
  sourceHeight: 720,
  frameShare: 1,
  limitedBy: 'none',
  hasHeadroom: false,
  hasVideo: true,
  frames: 30,
  delayMs: 25,
};
const samples = (change: Partial<SenderSample> = {}, count = 10) =>
  Array.from({ length: count }, (_, second) => ({ ...fine, at: second * 1_000, ...change }));

describe('the health of what is sent', () => {
  it('is unknown before there are three samples', () => {
    expect(assessSender(samples({}, 2))).toEqual(unmeasured);
    expect(assessSender(samples({}, 3))).toMatchObject({ level: 'excellent', delayMs: 25 });
  });

  it.each<[string, Partial<SenderSample>, string, string]>([
    ['a picture in full size', {}, 'excellent', 'none'],
    ['a picture that is limited and still in full size', { limitedBy: 'bandwidth' }, 'good', 'unexplained'],
    [
      '480 of 720 lines, for lack of upload bandwidth',
      { height: 480, limitedBy: 'bandwidth', lossShare: 0.03 },
      'fair',
      'upload',
    ],
    ['180 of 720 lines', { height: 180, limitedBy: 'bandwidth', lossShare: 0.03 }, 'poor', 'upload'],
    ['480 of 720 lines, with nothing lost or late', { height: 480, limitedBy: 'bandwidth' }, 'fair', 'unexplained'],
    ['180 of 720 lines, with nothing lost or late', { height: 180, limitedBy: 'bandwidth' }, 'fair', 'unexplained'],
    ['480 of 720 lines, for lack of a faster device', { height: 480, limitedBy: 'cpu' }, 'fair', 'device'],
    [
      '480 of 720 lines, on an uplink with headroom',
      { height: 480, limitedBy: 'bandwidth', hasHeadroom: true },
      'fair',
      'limit',
    ],
    ['every other picture of a screen', { frameShare: 0.5, limitedBy: 'bandwidth', lossShare: 0.03 }, 'fair', 'upload'],
    ['few pictures of a screen', { frameShare: 0.1, limitedBy: 'bandwidth', lossShare: 0.03 }, 'poor', 'upload'],
    ['few pictures of a screen, with nothing lost', { frameShare: 0.1, limitedBy: 'bandwidth' }, 'fair', 'unexplained'],
    ['few pictures, because nothing moves', { frameShare: 0.1 }, 'excellent', 'none'],
    ['no picture at all, only sound', { height: null, sourceHeight: null, kbps: 40 }, 'excellent', 'none'],
    ['2 % loss', { lossShare: 0.02 }, 'good', 'loss'],
    ['5 % loss', { lossShare: 0.05 }, 'fair', 'loss'],
    ['20 % loss', { lossShare: 0.2 }, 'poor', 'loss'],
    ['a server that does not report loss', { lossShare: null }, 'excellent', 'none'],
    ['a round trip of 250 ms', { roundTripMs: 250 }, 'good', 'delay'],
    ['a round trip of 1 s', { roundTripMs: 1_000 }, 'poor', 'delay'],
    ['an unknown round trip', { roundTripMs: null }, 'excellent', 'none'],
    [
      'a slow network, which also delays and loses packets',
      { height: 480, lossShare: 0.05, roundTripMs: 500 },
      'fair',
      'upload',
    ],
    ['much loss in a smaller picture', { height: 480, lossShare: 0.2 }, 'poor', 'loss'],
    ['silence', { kbps: 0 }, 'nothing', 'none'],
  ])('with %s', (_, change, level, cause) => {
    expect(assessSender(samples(change))).toMatchObject({ level, cause });
  });

  it('ignores a small picture while the link is new and it may still grow, unless something else is wrong', () => {
    const small = { height: 360, limitedBy: 'bandwidth', hasHeadroom: true } as const;
    expect(assessSender(samples(small, 7))).toMatchObject({ level: 'good', cause: 'none', height: 360 });
    expect(assessSender(samples(small, 8))).toMatchObject({ level: 'fair', cause: 'limit' });
    expect(assessSender(samples({ ...small, lossShare: 0.05 }, 7))).toMatchObject({ level: 'fair', cause: 'loss' });
  });

  it('blames the server’s limit only if the uplink had headroom all the time', () => {
    const small = { height: 480, limitedBy: 'bandwidth', lossShare: 0.03 } as const;
    const headroomNow = [...samples(small), ...samples({ ...small, hasHeadroom: true }, 2)];
    expect(assessSender(headroomNow)).toMatchObject({ level: 'fair', cause: 'upload' });
    expect(assessSender([...headroomNow, ...samples({ ...small, hasHeadroom: true }, 3)])).toMatchObject({
      cause: 'limit',
    });
  });

  it('blames the upload only if packets get lost or queue, and not if the media server asks for little', () => {
    const small = { height: 540, limitedBy: 'bandwidth' } as const;
    expect(assessSender(samples(small, 60))).toMatchObject({ level: 'fair', cause: 'unexplained' });
    const jolt = samples({ ...small, lossShare: 0.2, roundTripMs: 300 }, 2);
    expect(assessSender([...samples(small, 20), ...jolt, ...samples(small, 20)])).toMatchObject({
      cause: 'unexplained',
    });
    // A full uplink queues or loses packets now and then, because the sender keeps probing for more bandwidth.
    for (const sign of [{ roundTripMs: 100 }, { lossShare: 0.05 }]) {
      const cycle = [...samples(small, 4), ...samples({ ...small, ...sign }, 1)];
      const cycles = Array.from({ length: 8 }, () => cycle).flat();
      expect(assessSender(cycles)).toMatchObject({ level: 'fair', cause: 'upload' });
    }
  });

  it('is not poor for viewers because of a small picture that nothing on the uplink explains', () => {
    const health = assessSender(samples({ height: 180, limitedBy: 'bandwidth' }, 30));
    expect(healthForViewers(health)).toBe('good');
  });

  it('is judged by the last five seconds', () => {
    expect(assessSender([...samples({ lossShare: 0.5 }), ...samples()]).level).toBe('excellent');
    expect(assessSender([...samples(), ...samples({ lossShare: 0.5 }, 1)])).toMatchObject({
      level: 'poor',
      cause: 'loss',
    });
  });

  it('is silence only after three silent seconds', () => {
    expect(assessSender([...samples(), ...samples({ kbps: 0 }, 2)]).level).toBe('excellent');
    expect(assessSender([...samples(), ...samples({ kbps: 0 }, 3)]).level).toBe('nothing');
  });

  it('reports a camera that delivers no frames while sound is sent, after three seconds, and one that is back', () => {
    const stopped = samples({ frames: 0, kbps: 40 }, 3);
    const level = (taken: SenderSample[], picture: SentPicture) => assessSender(taken, picture).level;
    expect(assessSender([...samples(), ...stopped], 'camera')).toMatchObject({ level: 'no-picture', cause: 'camera' });
    expect(level([...samples(), ...stopped.slice(1)], 'camera')).toBe('excellent');
    expect(level([...stopped, ...samples({}, 1)], 'camera')).toBe('excellent');
    // A screen may not change for a long time, and a camera that is off delivers nothing on purpose.
    expect(level(stopped, 'screen')).toBe('excellent');
    expect(level(stopped, null)).toBe('excellent');
  });

  it('reports a picture that the server did not accept', () => {
    const refused = { hasVideo: false, height: null, frames: 0, kbps: 40 };
    expect(assessSender(samples(refused), 'camera')).toMatchObject({ level: 'no-picture', cause: 'format' });
    expect(assessSender(samples(refused), null)).toMatchObject({ level: 'excellent' });
  });

  it.each([
    ['checking', null],
    ['excellent', 'good'],
    ['fair', 'good'],
    ['no-picture', 'good'],
    ['poor', 'poor'],
    ['nothing', 'poor'],
  ] as const)('%s is %s for viewers', (level, word) => {
    expect(healthForViewers({ ...unmeasured, level })).toBe(word);
  });
});

describe('a browser’s report', () => {
  const entries = [
    { type: 'outbound-rtp', kind: 'audio', bytesSent: 1_000, packetsSent: 10 },
    {
      type: 'outbound-rtp',
      kind: 'video',
      bytesSent: 9_000,
      packetsSent: 90,
      frameWidth: 360,
      frameHeight: 640,
      framesPerSecond: 15,
      targetBitrate: 1_000_000,
      qualityLimitationReason: 'cpu' as const,
      framesEncoded: 30,
      totalEncodeTime: 0.3,
      totalPacketSendDelay: 0.45,
    },
    { type: 'remote-inbound-rtp', kind: 'audio', packetsLost: 1, roundTripTime: 0.02 },
    { type: 'remote-inbound-rtp', kind: 'video', packetsLost: 2, roundTripTime: 0.05 },
    { type: 'media-source', kind: 'video', width: 720, height: 1_280, frames: 90, framesPerSecond: 30 },
    { type: 'candidate-pair', nominated: true, currentRoundTripTime: 0.4, availableOutgoingBitrate: 1_500_000 },
    { type: 'candidate-pair', nominated: false, currentRoundTripTime: 9 },
  ];

  it('is read, with sound and picture together, and the shorter side of a portrait picture', () => {
    expect(readSenderReport(entries, 5)).toEqual({
      at: 5,
      bytesSent: 10_000,
      packetsSent: 100,
      packetsRepeated: 0,
      reportedRoundTripMs: 50,
      reportsHeardAt: 0,
      availableKbps: 1_500,
      packetsLost: 3,
      roundTripMs: 50,
      height: 360,
      sourceHeight: 720,
      frameShare: 0.5,
      limitedBy: 'cpu',
      hasHeadroom: true,
      targetKbps: 1_000,
      hasVideo: true,
      framesGiven: 90,
      framesEncoded: 30,
      encodeMs: 300,
      videoPackets: 90,
      queueMs: 450,
    });
  });

  it('has the round trip of the nominated pair if there are no reports from the server', () => {
    const quiet = readSenderReport(
      entries.filter(({ type }) => type !== 'remote-inbound-rtp'),
      5,
    );
    expect(quiet).toMatchObject({ packetsLost: null, roundTripMs: 400 });
  });

  it('has the round trip and the headroom of the selected pair, whatever else was nominated', () => {
    const pair = { type: 'candidate-pair', nominated: true };
    const read = readSenderReport(
      [
        { type: 'outbound-rtp', kind: 'video', targetBitrate: 1_000_000 },
        { id: 'T', type: 'transport', selectedCandidatePairId: 'new' },
        { id: 'new', ...pair, currentRoundTripTime: 0.03, availableOutgoingBitrate: 900_000 },
        { id: 'old', ...pair, currentRoundTripTime: 0.4, availableOutgoingBitrate: 9_000_000 },
      ],
      5,
    );
    expect(read).toMatchObject({ roundTripMs: 30, hasHeadroom: false });
  });

  it('makes a sample with the next one', () => {
    const before: SenderReport = readSenderReport(entries, 1_000);
    const after = { ...before, at: 2_000, bytesSent: 260_000, packetsSent: 300, packetsLost: 13 };
    expect(sampleBetween(before, after)).toMatchObject({ at: 2_000, kbps: 2_000, lossShare: 0.05 });
    // Packets that were only late are subtracted from the count again.
    expect(sampleBetween(before, { ...after, packetsLost: 1 })?.lossShare).toBe(0);
  });

  it.each([
    ['is used and no longer grows', { targetKbps: 1_000, kbps: 900 }, true],
    ['still grows', { targetKbps: 1_080, kbps: 900 }, false],
    ['is not used, as while the picture is still small', { targetKbps: 1_000, kbps: 300 }, false],
  ])('shows a limit set by the server only if the target bitrate %s', (_, { targetKbps, kbps }, hasHeadroom) => {
    const before: SenderReport = { ...readSenderReport(entries, 1_000), hasHeadroom: true, targetKbps: 1_000 };
    const after = { ...before, at: 2_000, targetKbps, bytesSent: before.bytesSent + kbps * 125 };
    expect(sampleBetween(before, after)?.hasHeadroom).toBe(hasHeadroom);
  });

  it('has the delay of pictures: encoding, packet queueing, and half of the round trip', () => {
    const before: SenderReport = readSenderReport(entries, 1_000);
    const now = { ...before, at: 2_000, framesEncoded: 60, encodeMs: 600, videoPackets: 190, queueMs: 950 };
    expect(sampleBetween(before, now)?.delayMs).toBe(10 + 5 + 25);
    expect(sampleBetween(before, { ...now, roundTripMs: null })?.delayMs).toBeNull();
    expect(sampleBetween(before, { ...now, framesEncoded: 30 })?.delayMs).toBeNull();
  });

  it('makes no sample with a report on another link, or of the same moment', () => {
    const before: SenderReport = readSenderReport(entries, 1_000);
    expect(sampleBetween(before, { ...before, at: 2_000, bytesSent: 0 })).toBeNull();
    expect(sampleBetween(before, before)).toBeNull();
  });
});
