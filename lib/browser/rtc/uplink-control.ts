import { rampIntervalMs, SendRamp, startKbps, type UplinkSample } from './send-ramp.ts';
import { readSenderReport, type SenderReport } from './sender-report.ts';
import { adaptSenders } from './sending.ts';
import type { UplinkMemory } from './uplink-memory.ts';

/** The link whose sending is controlled. */
export type ControlledLink = { readonly senders: RTCRtpSender[]; report(): Promise<RTCStatsReport | null> };

/** For so long the picture keeps its size, however little is sent: encoders make it small at first, and large slowly. */
const holdIntervals = 6;
/** What an uplink bears is known after so many intervals, and kept every so many. */
const keptIntervals = 10;

/**
 * Controls how much one link sends: see {@link SendRamp}. In the first seconds it keeps the picture's size as well.
 * Libwebrtc gives up size when the first bitrates are low and takes it back a step every few seconds, so that viewers
 * would see 640×360 for ten seconds and more where 1280×720 was chosen.
 */
export class UplinkControl {
  readonly #link: ControlledLink;
  readonly #memory: UplinkMemory;
  /** In kbit/s: what the uplink is believed to bear, as it was known when the link was made. */
  readonly #knownKbps: number | null;
  #wantedKbps: number;
  #ramp: SendRamp;
  #before: SenderReport | null = null;
  #looks = 0;
  #isHeld = true;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** @param wantedKbps as far as it is known before the answer; infinite if it is not */
  constructor(link: ControlledLink, memory: UplinkMemory, wantedKbps: number) {
    this.#link = link;
    this.#memory = memory;
    this.#knownKbps = memory.recall();
    this.#wantedKbps = wantedKbps;
    this.#ramp = this.#newRamp();
  }

  /** Where the browser shall begin, in kbit/s, once it is told `wantedKbps`. */
  begin(wantedKbps: number): number {
    this.#wantedKbps = wantedKbps;
    this.#ramp = this.#newRamp();
    return startKbps(this.#knownKbps, wantedKbps);
  }

  /** Measures, and adapts the senders to it, until {@link stop}. */
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
   * Adapts the senders to their tracks: before the first frame, after which the encoder has chosen a size; and when
   * the tracks are others than before.
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
    // The first packet begins the first seconds.
    if (sample === null || now.packetsSent === 0) return;
    this.#looks += 1;
    const [capKbps, isHeld] = [this.#ramp.capKbps, this.#isHeld];
    this.#ramp.update(sample);
    this.#isHeld &&= !this.#ramp.wasFull && this.#looks < holdIntervals;
    if (this.#ramp.capKbps !== capKbps || this.#isHeld !== isHeld) await this.adapt();
    if (this.#looks % keptIntervals === 0) this.#memory.remember(this.#bearableKbps(now));
  }

  /** What the uplink bears: what the browser believes, where it tells, and no more than was found out here. */
  #bearableKbps({ availableKbps }: SenderReport): number {
    const believed = availableKbps > 0 ? availableKbps : this.#wantedKbps;
    return Math.min(believed, this.#ramp.capKbps);
  }
}

/** What happened to an uplink between two reports; `null` where nothing can be told. */
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
