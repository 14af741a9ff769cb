import { describe, expect, it } from 'vitest';
import { statsReport } from '../testing/link-stats.ts';
import { figuresBetween, readSnapshot } from './link-figures.ts';

const read = (change?: Parameters<typeof statsReport>[0]) =>
  readSnapshot(statsReport(change)) ?? expect.unreachable('the report was taken for an empty one');

describe('a snapshot of a link', () => {
  it('has sizes, codecs, times in milliseconds, and the counts of sound and picture together', () => {
    expect(read()).toMatchObject({
      bytes: 105_000,
      packets: 150,
      width: 1280,
      height: 720,
      videoCodec: 'VP8',
      audioCodec: 'opus',
      jitterMs: 5,
      roundTripMs: 20,
      path: 'direct',
    });
  });

  it('has the network path of the media', () => {
    expect(read({ local: { protocol: 'tcp' } }).path).toBe('tcp');
    expect(read({ local: { candidateType: 'relay' } }).path).toBe('relay-udp');
    expect(read({ local: { protocol: undefined } }).path).toBeNull();
  });

  it('finds the selected pair if no transport names it', () => {
    const entries: Record<string, unknown>[] = [];
    statsReport({ pair: { selected: true } }).forEach((entry) => {
      if (entry.type !== 'transport') entries.push(entry);
    });
    const report = { forEach: (visit: (entry: Record<string, unknown>) => void) => void entries.map(visit) };
    expect(readSnapshot(report)).toMatchObject({ path: 'direct', roundTripMs: 20 });
  });

  it('is null if nothing is received', () => {
    expect(readSnapshot({ forEach: () => undefined })).toBeNull();
  });

  it('leaves out what a browser does not measure', () => {
    const nothing = { frameWidth: undefined, freezeCount: undefined, codecId: undefined, jitter: undefined };
    expect(
      read({ video: nothing, audio: { jitter: undefined }, pair: { currentRoundTripTime: undefined } }),
    ).toMatchObject({
      width: null,
      freezes: null,
      videoCodec: null,
      jitterMs: null,
      roundTripMs: null,
    });
  });
});

describe('the figures between two snapshots', () => {
  it('are rates and shares of the changes between them', () => {
    const later = {
      video: {
        timestamp: 3_000,
        bytesReceived: 350_000,
        packetsReceived: 345,
        packetsLost: 5,
        framesDecoded: 80,
        framesDropped: 5,
        freezeCount: 1,
      },
      audio: {
        timestamp: 3_000,
        totalSamplesReceived: 144_000,
        concealedSamples: 20_000,
        silentConcealedSamples: 800,
      },
    };
    const figures = figuresBetween(read(), readSnapshot(statsReport(later)) ?? expect.unreachable());
    expect(figures).toMatchObject({ framesPerSecond: 25, kbps: 1_000, lossShare: 0.02, freezes: 1, newFreezes: 1 });
    expect(figures.droppedShare).toBeCloseTo(0.1);
    expect(figures.concealedShare).toBeCloseTo(0.2);
  });

  it('have no rates for the first snapshot, nor for a new link', () => {
    const none = { framesPerSecond: null, kbps: null, lossShare: null, newFreezes: 0, framesDecoded: 30, width: 1280 };
    expect(figuresBetween(null, read())).toMatchObject(none);
    const old = read({ video: { bytesReceived: 9_000_000, framesDecoded: 4_000 } });
    expect(figuresBetween(old, { ...read(), atMs: 9_000 })).toMatchObject(none);
  });

  it('do not count late packets as lost', () => {
    const before = read({ video: { packetsLost: 7 } });
    const after = { ...read({ video: { packetsLost: 3, bytesReceived: 200_000 } }), atMs: 2_000 };
    expect(figuresBetween(before, after).lossShare).toBe(0);
  });
});
