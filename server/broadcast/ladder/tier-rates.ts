import type { Selection, Tier } from '../../../lib/tiers.ts';

/** The share of a difference in bitrate that is believed in a second. */
const follow = { up: 0.3, down: 0.02 } as const;
/** Assumed while nobody receives a tier, in kbit/s; what viewers receive replaces it. */
const usualKbps: Readonly<Record<Tier, number>> = { high: 2_500, middle: 700, low: 150 };

/**
 * The bitrates of a show's tiers in kbit/s, from what viewers are sent. They follow up soon and down slowly, because a media
 * server drops frames for a viewer whose downlink is narrow, and a picture that stands still is cheap for a while.
 */
export class TierRates {
  readonly #kbps = new Map<Tier, number>();

  of(tier: Tier): number {
    return this.#kbps.get(tier) ?? usualKbps[tier];
  }

  /** A viewer who receives well was sent this much in the last second. */
  note(selection: Selection, kbps: number): void {
    if (selection === 'sound') return;
    const before = this.of(selection);
    this.#kbps.set(selection, before + (kbps - before) * (kbps > before ? follow.up : follow.down));
  }
}
