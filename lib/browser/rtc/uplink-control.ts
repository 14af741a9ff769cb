import { rampIntervalMs, SendRamp, startKbps, type UplinkSample } from './send-ramp.ts';
import { readSenderReport, type SenderReport } from './sender-report.ts';
import { adaptSenders } from './sending.ts';
import type { UplinkMemory } from './uplink-memory.ts';

/** The link whose bitrate is controlled. */
export type ControlledLink = { readonly senders: RTCRtpSender[]; report(): Promise<RTCStatsReport | null> };

/**
 * The picture keeps its size for this many intervals, however little is sent: encoders make it small at first, and
 * enlarge it slowly.
 */
const holdIntervals = 6;
/** An uplink's capacity is known after this many intervals, and is then stored every time as many have passed. */
const keptIntervals = 10;

/**
 * Controls how much one link sends: see {@link SendRamp}. In the first seconds it also keeps the picture's size.
 * Libwebrtc reduces the size when the first bitrates are low and increases it again one step every few seconds, so
 * viewers would see 640×360 for ten seconds or more where 1280×720 was chosen.
 */
export class UplinkControl {
  readonly #link: ControlledLink;
  readonly #memory: UplinkMemory;
  /** The uplink's capacity as it was known when the link was made, in kbit/s. */
  readonly #knownKbps: number | null;
  readonly #onCapacity: (kbps: number) => void;
  #wantedKbps: number;
  #ramp: SendRamp;
  #before: SenderReport | null = null;
  #looks = 0;
  #isHeld = true;
  #timer: ReturnType<typeof setInterval> | undefined;

  /**
   * @param wantedKbps the wanted bitrate, as far as it is known before the answer; infinite if it is not
   * @param onCapacity called every few seconds with the capacity of the uplink, in kbit/s
   */
  constructor(
    link: ControlledLink,
    memory: UplinkMemory,
    wantedKbps: number,
    onCapacity: (kbps: number) => void = () => undefined,
  ) {
    this.#onCapacity = onCapacity;
    this.#link = link;
    this.#memory = memory;
    this.#knownKbps = memory.recall();
    this.#wantedKbps = wantedKbps;
    this.#ramp = this.#newRamp();
  }

  /** The bitrate at which the browser should start, in kbit/s, once the server has set `wantedKbps`. */
  begin(wantedKbps: number): number {
    this.#wantedKbps = wantedKbps;
    this.#ramp = this.#newRamp();
    return startKbps(this.#knownKbps, wantedKbps);
  }

  /** Measures the uplink and adapts the senders to it until {@link stop}. */
  async start(): Promise<void> {
    this.#timer ??= setInterval(() => {
      this.#look().catch(() => undefined);
    }, rampIntervalMs);
    await this.adapt();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /**
   * Adapts the senders to their tracks: before the first frame, with which the encoder chooses a size, and after the
   * tracks have been replaced.
   */
  async adapt(): Promise<void> {
    await adaptSenders(this.#link.senders, Math.min(this.#wantedKbps, this.#ramp.capKbps), this.#isHeld);
  }

  #newRamp(): SendRamp {
    const wantedKbps = this.#wantedKbps;
    return new SendRamp(startKbps(this.#knownKbps, wantedKbps), wantedKbps);
  }

  async #look(): Promise<void> {
    const report = await this.#link.report();
    if (report === null || this.#timer === undefined) return;
    const now = readSenderReport(report, performance.now());
    const sample = this.#before === null ? null : uplinkBetween(this.#before, now);
    this.#before = now;
    // The first seconds are counted from the first packet.
    if (sample === null || now.packetsSent === 0) return;
    this.#looks += 1;
    const [capKbps, isHeld] = [this.#ramp.capKbps, this.#isHeld];
    this.#ramp.update(sample);
    this.#isHeld &&= !this.#ramp.wasFull && this.#looks < holdIntervals;
    if (this.#ramp.capKbps !== capKbps || this.#isHeld !== isHeld) await this.adapt();
    if (this.#looks % keptIntervals !== 0) return;
    const kbps = this.#bearableKbps(now);
    this.#memory.remember(kbps);
    this.#onCapacity(kbps);
  }

  /** The uplink's capacity: the browser's estimate, if it reports one, and at most the limit that was found here. */
  #bearableKbps({ availableKbps }: SenderReport): number {
    const believed = availableKbps > 0 ? availableKbps : this.#wantedKbps;
    return Math.min(believed, this.#ramp.capKbps);
  }
}

/** The sample of an uplink between two reports; `null` if they cannot be compared. */
function uplinkBetween(before: SenderReport, now: SenderReport): UplinkSample | null {
  const ms = now.at - before.at;
  const sent = now.packetsSent - before.packetsSent;
  if (ms <= 0 || sent < 0) return null;
  const lost = (now.packetsLost ?? 0) - (before.packetsLost ?? 0);
  const repeated = now.packetsRepeated - before.packetsRepeated;
  return {
    sentKbps: ((now.bytesSent - before.bytesSent) * 8) / ms,
    lossShare: sent === 0 ? 0 : Math.min(1, Math.max(lost, repeated, 0) / sent),
    roundTripMs: now.reportedRoundTripMs,
    isHeard: now.reportsHeardAt !== before.reportsHeardAt,
  };
}
