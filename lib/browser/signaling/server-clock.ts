import { useEffect, useState } from 'react';
import type { ServerTimes } from '../../signaling.ts';

/** When a request was sent and when its reply arrived, by {@link DeviceClocks.steadyMs}. */
export type Exchange = { sentAt: number; answeredAt: number };

/** The clocks of this device, in milliseconds; tests pass their own. */
export type DeviceClocks = {
  /** Never goes back, even if the device's time of day is set; it may stop while the device sleeps. */
  steadyMs: () => number;
  /** The device's time of day, since the epoch. It may be wrong, and it may be set at any time. */
  timeOfDayMs: () => number;
};

/** The server's time at steady time 0, and by how much it may have been wrong at `takenAt`. */
type Offset = { ms: number; uncertaintyMs: number; takenAt: number };

/** How fast two clocks may drift apart: crystals are accurate to 100 parts per million. */
const driftShare = 1e-4;
/** Both clocks report whole milliseconds in an exchange. */
const resolutionMs = 1;
/** If the device slept, or its clock was set, its two clocks differ from before by at least this much. */
const leapMs = 1_000;
const refreshEveryMs = 600_000;

/**
 * The server's clock as seen from this device. Every reply carries the server's time, from which the offset to this
 * device's steady clock is computed as in NTP (RFC 5905 §8). The offset is wrong by at most half of the round trip,
 * which excludes the time that the server took. The best exchange is kept until there is a better one, or one that
 * contradicts it because the device slept or the server's clock was set.
 */
export class ServerClock {
  readonly #clocks: DeviceClocks;
  #offset: Offset | null = null;
  /** The time of day at steady time 0, measured at the last exchange. */
  #timeOfDayAtZero = 0;

  constructor(clocks: DeviceClocks = { steadyMs: () => performance.now(), timeOfDayMs: () => Date.now() }) {
    this.#clocks = clocks;
  }

  /** The server's time in milliseconds since the epoch; `null` until the server has replied once. */
  now(): number | null {
    return this.#offset === null ? null : this.#clocks.steadyMs() + this.#offset.ms;
  }

  /** This device's steady time, for an {@link Exchange}. */
  steadyMs(): number {
    return this.#clocks.steadyMs();
  }

  /** Takes an exchange with the server into account. */
  update({ sentAt, answeredAt }: Exchange, { receivedAt, repliedAt }: ServerTimes): void {
    const roundTripMs = Math.max(0, answeredAt - sentAt - (repliedAt - receivedAt));
    const offset: Offset = {
      ms: (receivedAt - sentAt + (repliedAt - answeredAt)) / 2,
      uncertaintyMs: roundTripMs / 2 + resolutionMs,
      takenAt: answeredAt,
    };
    this.#timeOfDayAtZero = this.#readTimeOfDayAtZero();
    const before = this.#offset;
    if (before === null) {
      this.#offset = offset;
      return;
    }
    const uncertaintyMs = before.uncertaintyMs + (answeredAt - before.takenAt) * driftShare;
    const contradicts = Math.abs(offset.ms - before.ms) > offset.uncertaintyMs + uncertaintyMs;
    if (offset.uncertaintyMs <= uncertaintyMs || contradicts) this.#offset = offset;
  }

  /**
   * True if the server should be asked for its time: the last exchange is old, the device slept, or its clock was set.
   */
  isDue(): boolean {
    if (this.#offset === null) return true;
    const leapt = Math.abs(this.#readTimeOfDayAtZero() - this.#timeOfDayAtZero) > leapMs;
    return leapt || this.#clocks.steadyMs() - this.#offset.takenAt > refreshEveryMs;
  }

  #readTimeOfDayAtZero(): number {
    return this.#clocks.timeOfDayMs() - this.#clocks.steadyMs();
  }
}

/** The clock that all times on a page follow. A page has one server, and there are no pages on a server. */
export const serverClock = new ServerClock();

/**
 * The current time by the server's clock, in milliseconds since the epoch, updated once a second; `null` until the page
 * is hydrated and the server has replied. Times that the server sends must be compared with this one only.
 */
export function useNow(): number | null {
  const [now, setNow] = useState<number | null>(null);
  useEffect(() => {
    setNow(serverClock.now());
    const timer = setInterval(() => setNow(serverClock.now()), 1_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
