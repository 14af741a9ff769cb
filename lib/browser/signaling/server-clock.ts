import { useEffect, useState } from 'react';
import type { ServerTimes } from '../../signaling.ts';

/** When a request was sent and its answer arrived, by {@link DeviceClocks.steadyMs}. */
export type Exchange = { sentAt: number; answeredAt: number };

/** The clocks of this device, in milliseconds; tests give their own. */
export type DeviceClocks = {
  /** Never goes back, whatever becomes of the device's time of day; it may stand while the device sleeps. */
  steadyMs: () => number;
  /** The device's time of day, since the epoch. It may be wrong, and may be set at any time. */
  timeOfDayMs: () => number;
};

/** The server's time at steady time 0, and by how much it may be wrong as of `takenAt`. */
type Offset = { ms: number; uncertaintyMs: number; takenAt: number };

/** How far two clocks may drift apart: crystals are good to 100 parts in a million. */
const driftShare = 1e-4;
/** Both clocks count whole milliseconds in an exchange. */
const resolutionMs = 1;
/** A slept device, or one whose clock was set, shows as a difference between its two clocks of at least this. */
const leapMs = 1_000;
const refreshEveryMs = 600_000;

/**
 * The server's clock as seen from this device. Every answer of the server carries its time, from which the offset to
 * this device's steady clock is computed as in NTP (RFC 5905 §8): half of the round trip, without the time that the
 * server took, is the most by which it can be wrong. The best exchange counts until a better one, or one that
 * contradicts it, because the device slept or the server's clock was set.
 */
export class ServerClock {
  readonly #clocks: DeviceClocks;
  #offset: Offset | null = null;
  /** The time of day at steady time 0, as of the last exchange. */
  #timeOfDayAtZero = 0;

  constructor(clocks: DeviceClocks = { steadyMs: () => performance.now(), timeOfDayMs: () => Date.now() }) {
    this.#clocks = clocks;
  }

  /** The server's time in milliseconds since the epoch; `null` until the server has answered once. */
  now(): number | null {
    return this.#offset === null ? null : this.#clocks.steadyMs() + this.#offset.ms;
  }

  /** This device's steady time, for an {@link Exchange}. */
  steadyMs(): number {
    return this.#clocks.steadyMs();
  }

  /** Learns from an exchange with the server. */
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

  /** True when the server should be asked for its time: it was long ago, or the device slept, or its clock was set. */
  isDue(): boolean {
    if (this.#offset === null) return true;
    const leapt = Math.abs(this.#readTimeOfDayAtZero() - this.#timeOfDayAtZero) > leapMs;
    return leapt || this.#clocks.steadyMs() - this.#offset.takenAt > refreshEveryMs;
  }

  #readTimeOfDayAtZero(): number {
    return this.#clocks.timeOfDayMs() - this.#clocks.steadyMs();
  }
}

/** The clock that all times on a page follow. A page has one server, and on a server there are no pages. */
export const serverClock = new ServerClock();

/**
 * The time now by the server's clock in milliseconds since the epoch, once a second; `null` until the page has come
 * alive and the server has answered. The times that the server tells are to be compared with this one alone.
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
