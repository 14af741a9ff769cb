import { describe, expect, it } from 'vitest';
import { rampIntervalMs, SendRamp, startKbps } from './send-ramp.ts';

const wantedKbps = 2_500;

/** An uplink with a queue of 200 ms, over which a sender sends as much as it may. */
class FakeUplink {
  readonly #kbps: number;
  #queuedMs = 0;

  constructor(kbps: number) {
    this.#kbps = kbps;
  }

  /** The sample of an interval in which `capKbps` are sent; `isHeard` says whether the server reports on it. */
  carry(capKbps: number, isHeard = true) {
    const sentKbps = Math.min(capKbps, wantedKbps);
    const queued = this.#queuedMs + (sentKbps / this.#kbps - 1) * rampIntervalMs;
    this.#queuedMs = Math.min(200, Math.max(0, queued));
    const lostMs = Math.max(0, queued - 200);
    const lossShare = (lostMs * this.#kbps) / (sentKbps * rampIntervalMs);
    return { sentKbps, lossShare, roundTripMs: 20 + this.#queuedMs, isHeard };
  }
}

/** The bitrates sent over `uplink` in each of `intervals`, in kbit/s. */
function sendOver(uplink: FakeUplink, ramp: SendRamp, intervals: number, isHeard = true): number[] {
  return Array.from({ length: intervals }, () => {
    const sample = uplink.carry(ramp.capKbps, isHeard);
    ramp.update(sample);
    return sample.sentKbps;
  });
}

const rampOf = (knownKbps: number | null) => new SendRamp(startKbps(knownKbps, wantedKbps), wantedKbps);

describe('the first seconds of a link', () => {
  it('reach the wanted bitrate on a good unknown uplink within three seconds', () => {
    const sent = sendOver(new FakeUplink(10_000), rampOf(null), 8);
    expect(sent[0]).toBe(750);
    expect(sent[6]).toBe(wantedKbps);
  });

  it('start with the wanted bitrate if the uplink is known to carry it', () => {
    expect(rampOf(3_000).capKbps).toBe(Number.POSITIVE_INFINITY);
    const sent = sendOver(new FakeUplink(10_000), rampOf(wantedKbps), 3);
    expect(sent[0]).toBe(2_125);
    expect(sent[1]).toBe(wantedKbps);
  });

  it('detect a slow uplink within two seconds, and then send what it can carry', () => {
    const ramp = rampOf(null);
    const sent = sendOver(new FakeUplink(600), ramp, 24);
    expect(ramp.wasFull).toBe(true);
    expect(Math.max(...sent)).toBeLessThan(1_300);
    expect(sent.findIndex((kbps) => kbps < 600)).toBeLessThanOrEqual(4);
    expect(Math.max(...sent.slice(4))).toBeLessThan(800);
    expect(Math.min(...sent.slice(4))).toBeGreaterThan(300);
  });

  it('do not fill an uplink that is known to be slow', () => {
    const sent = sendOver(new FakeUplink(600), rampOf(600), 2);
    expect(sent).toEqual([510, expect.closeTo(637.5)]);
  });

  it('are not slowed down by loss without a queue: that is radio', () => {
    const ramp = rampOf(null);
    for (let interval = 0; interval < 6; interval += 1) {
      ramp.update({ sentKbps: 700, lossShare: 0.2, roundTripMs: 30, isHeard: true });
    }
    expect(ramp.capKbps).toBe(Number.POSITIVE_INFINITY);
  });
});

describe('a server that is overwhelmed and reports nothing', () => {
  it('is sent less and less, at any time, until it reports again', () => {
    const ramp = rampOf(wantedKbps);
    sendOver(new FakeUplink(10_000), ramp, 20);
    const full = { sentKbps: 2_000, lossShare: 0.4, roundTripMs: 20, isHeard: false };
    for (let interval = 0; interval < 2; interval += 1) ramp.update(full);
    expect(ramp.capKbps).toBeCloseTo(2_000 * 0.6 * 0.85);
    for (let interval = 0; interval < 3; interval += 1) ramp.update({ ...full, sentKbps: 1_000 });
    expect(ramp.capKbps).toBeCloseTo(1_000 * 0.6 * 0.85);
    const before = ramp.capKbps;
    for (let interval = 0; interval < 6; interval += 1) {
      ramp.update({ sentKbps: 500, lossShare: 0, roundTripMs: 20, isHeard: true });
    }
    expect(ramp.capKbps).toBeGreaterThan(before);
  });

  it('is not assumed if it requests no retransmissions', () => {
    const ramp = rampOf(wantedKbps);
    for (let interval = 0; interval < 20; interval += 1) {
      ramp.update({ sentKbps: 2_000, lossShare: 0.01, roundTripMs: null, isHeard: interval < 5 });
    }
    expect(ramp.capKbps).toBe(Number.POSITIVE_INFINITY);
  });
});
