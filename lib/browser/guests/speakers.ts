/** Above this loudness (see `loudness`), somebody speaks; below the other one, they are silent. */
const loud = 0.42;
const quiet = 0.34;
/** A pause between words is not the end of speaking, in milliseconds. */
const pauseMs = 700;
/** A cough or a "yes" does not make a speaker; speaking for this long does, in milliseconds. */
const takesOverMs = 900;

type Voice = { since: number | null; lastLoud: number };

/**
 * Determines who speaks, by how loud everybody is. It holds on to the one who speaks: a picture that jumps at each sound
 * is worse than one that is a second late.
 */
export class Speakers {
  readonly #voices = new Map<string, Voice>();
  #main: string | null = null;

  /** The one who speaks, or has spoken last; `null` until somebody has. */
  get main(): string | null {
    return this.#main;
  }

  /** All who speak now. */
  get speaking(): ReadonlySet<string> {
    return new Set([...this.#voices].filter(([, { since }]) => since !== null).map(([id]) => id));
  }

  /**
   * Notes how loud everybody is at `nowMs`, a steady time in milliseconds. People who are not in `levels` have left.
   * @returns whether anything has changed
   */
  note(levels: ReadonlyMap<string, number>, nowMs: number): boolean {
    const before = [this.#main, ...this.speaking].join(' ');
    for (const id of [...this.#voices.keys()]) if (!levels.has(id)) this.#voices.delete(id);
    for (const [id, level] of levels) {
      const voice = this.#voices.get(id) ?? { since: null, lastLoud: Number.NEGATIVE_INFINITY };
      this.#voices.set(id, voice);
      if (level > (voice.since === null ? loud : quiet)) {
        voice.lastLoud = nowMs;
        voice.since ??= nowMs;
      } else if (nowMs - voice.lastLoud > pauseMs) voice.since = null;
    }
    this.#choose();
    return [this.#main, ...this.speaking].join(' ') !== before;
  }

  #choose(): void {
    if (this.#main !== null && !this.#voices.has(this.#main)) this.#main = null;
    // While the main one still speaks, nobody takes over.
    if (this.#main !== null && this.#voices.get(this.#main)?.since !== null) return;
    const others = [...this.#voices].flatMap(([id, { since, lastLoud }]) =>
      since === null || lastLoud - since < takesOverMs ? [] : [{ id, since }],
    );
    this.#main = others.toSorted((one, other) => one.since - other.since)[0]?.id ?? this.#main;
  }
}
