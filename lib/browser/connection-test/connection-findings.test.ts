import { describe, expect, it } from 'vitest';
import type { StatsEntry } from '../rtc/link-stats.ts';
import type { RelayEvidence } from '../rtc/path-evidence.ts';
import { type ConnectionMeasurement, findingsOf, measureConnection, worstOf } from './connection-findings.ts';

function snapshot(...reports: (StatsEntry & { id: string })[]): Map<string, StatsEntry> {
  return new Map(reports.map((report) => [report.id, report]));
}

const pair = {
  id: 'pair',
  type: 'candidate-pair',
  nominated: true,
  localCandidateId: 'local',
  currentRoundTripTime: 0.02,
  availableOutgoingBitrate: 9_000_000,
};
const local = { id: 'local', type: 'local-candidate', candidateType: 'host', protocol: 'udp' };
const sent = {
  id: 'out',
  type: 'outbound-rtp',
  kind: 'video',
  frameWidth: 1280,
  frameHeight: 720,
  framesPerSecond: 30,
};
const received = { id: 'in', type: 'inbound-rtp', kind: 'video' };

describe('what a network carries', () => {
  const before = snapshot(
    { ...sent, timestamp: 1_000, bytesSent: 100_000 },
    { ...received, bytesReceived: 90_000, packetsReceived: 100, packetsLost: 1 },
  );

  it('is what was sent and returned in between', () => {
    const after = snapshot(
      pair,
      local,
      { ...sent, timestamp: 3_000, bytesSent: 600_000 },
      { ...received, bytesReceived: 490_000, packetsReceived: 475, packetsLost: 26 },
      { id: 'far', type: 'remote-inbound-rtp', kind: 'video', fractionLost: 0.1 },
    );
    const measure = measureConnection(before, after, 1_000);
    expect(measure).toMatchObject({
      path: 'direct',
      downloadKbps: 1_600,
      lostUp: 0.1,
      lostDown: 0.0625,
      roundTripMs: 20,
    });
    expect(measure.uploadKbps).toBeCloseTo(1_800);
    expect(measure.picture).toEqual({ width: 1280, height: 720, framesPerSecond: 30 });
  });

  it('is the browser’s estimate if there was little to send, but no more than a show may send', () => {
    const after = snapshot(pair, local, { ...sent, timestamp: 3_000, bytesSent: 101_000 });
    expect(measureConnection(before, after, 2_500).uploadKbps).toBe(2_500);
  });

  it('names the path', () => {
    const path = (candidate: Partial<StatsEntry>) =>
      measureConnection(before, snapshot(pair, { ...local, ...candidate }), 1).path;
    expect(path({ candidateType: 'relay', relayProtocol: 'udp' })).toBe('relay-udp');
    expect(path({ candidateType: 'relay', relayProtocol: 'tls' })).toBe('relay-tls');
    expect(path({ protocol: 'tcp' })).toBe('tcp');
    expect(measureConnection(before, before, 1)).toMatchObject({ path: 'direct', roundTripMs: null, lostDown: 0 });
  });
});

describe('what was found', () => {
  const fine: ConnectionMeasurement = {
    picture: { width: 1280, height: 720, framesPerSecond: 30 },
    loudness: 0.5,
    path: 'direct',
    uploadKbps: 2_400,
    downloadKbps: 2_400,
    lostUp: 0,
    lostDown: 0,
    roundTripMs: 30,
  };
  const noRelays: RelayEvidence = { given: new Set(), reached: new Set(), errorCodes: new Set() };
  const verdicts = (changes: Partial<ConnectionMeasurement>, role: 'presenter' | 'viewer' = 'presenter') =>
    findingsOf({ ...fine, ...changes }, noRelays, role).map(({ about, verdict }) => `${about} ${verdict}`);

  it('covers everything a presenter needs to know', () => {
    expect(verdicts({})).toEqual(['camera good', 'microphone good', 'path good', 'upload good', 'delay good']);
    expect(worstOf(findingsOf(fine, noRelays, 'presenter'))).toBe('good');
  });

  it('covers the download for a viewer', () => {
    expect(verdicts({ uploadKbps: 0, lostUp: 1 }, 'viewer')).toEqual(['path good', 'download good', 'delay good']);
    expect(verdicts({ downloadKbps: 300 }, 'viewer')).toContain('download fair');
    expect(verdicts({ lostDown: 0.1 }, 'viewer')).toContain('download bad');
  });

  it('names each problem', () => {
    expect(verdicts({ loudness: 0.01 })).toContain('microphone bad');
    expect(verdicts({ picture: { width: 160, height: 120, framesPerSecond: 20 } })).toContain('camera fair');
    expect(verdicts({ picture: { width: 640, height: 480, framesPerSecond: 1 } })).toContain('camera bad');
    expect(verdicts({ uploadKbps: 900 })).toContain('upload fair');
    expect(verdicts({ uploadKbps: 300 })).toContain('upload bad');
    expect(verdicts({ lostUp: 0.05 })).toContain('upload fair');
    expect(verdicts({ path: 'tcp' })).toContain('path fair');
    expect(verdicts({ roundTripMs: 300 })).toContain('delay fair');
    expect(verdicts({ roundTripMs: 900 })).toContain('delay bad');
    expect(worstOf(findingsOf({ ...fine, roundTripMs: 900, path: 'tcp' }, noRelays, 'viewer'))).toBe('bad');
  });

  it('says why there was no better path, and what is wrong with the relays', () => {
    const relays: RelayEvidence = { given: new Set(['udp', 'tcp']), reached: new Set(), errorCodes: new Set([401]) };
    expect(findingsOf({ ...fine, path: 'tcp' }, relays, 'viewer')).toMatchObject([
      { about: 'path', verdict: 'fair', path: 'tcp', limit: 'udp-blocked' },
      { about: 'relay', verdict: 'fair', trouble: 'refused' },
      { about: 'download' },
      { about: 'delay' },
    ]);
    expect(verdicts({ path: 'relay-udp' })).toContain('path good');
    expect(verdicts({ path: 'relay-tls' })).toContain('path fair');
  });

  it('leaves out what was not measured', () => {
    expect(verdicts({ picture: null, loudness: null, roundTripMs: null })).toEqual(['path good', 'upload good']);
  });
});
