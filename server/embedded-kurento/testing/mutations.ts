import { randomNumbers } from '../../codecs/testing/test-seed.ts';

/** For tests: reproducible random numbers, and random changes to texts. */
export class Mutations {
  /** A number 0 … 1; the same seed gives the same sequence. */
  readonly next: () => number;

  constructor(seed: number) {
    this.next = randomNumbers(seed);
  }

  /** A whole number from 0 up to, but not including, `end`. */
  below(end: number): number {
    return Math.floor(this.next() * end);
  }

  /** True with the given probability. */
  happens(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of the choices; there must be at least one. */
  pick<T>(choices: readonly T[]): T {
    const choice = choices[this.below(choices.length)];
    if (choice === undefined) throw new Error('There is nothing to choose from');
    return choice;
  }

  /** A text that no program would send, in place of a name or a value. */
  oddText(): string {
    return this.pick<() => string>([
      () => '',
      () => '\0',
      () => '__proto__',
      () => 'constructor',
      () => '💥é漢\u2028\ud800',
      () => '%s%n%x',
      () => '../../../etc/passwd',
      () => String(this.oddNumber()),
      () => 'x'.repeat(this.pick([1, 33, 257, 1_025, 5_000])),
      () => String.fromCharCode(...Array.from({ length: 8 }, () => this.below(256))),
    ])();
  }

  /** A number that no program would send, as text, because not all of them fit into a number. */
  oddNumber(): string {
    return this.pick(['0', '-1', '1', '5', '127', '128', '255', '65535', '65536', '2147483648', '4294967296', '1e309'])
      .concat(this.happens(0.1) ? '0'.repeat(40) : '')
      .padStart(this.happens(0.1) ? 300 : 0, '0');
  }

  /** The text with a few of its characters changed, left out, or repeated. */
  text(text: string): string {
    let mutant = text;
    for (let times = 1 + this.below(3); times > 0; times -= 1) {
      const at = this.below(mutant.length + 1);
      const to = Math.min(mutant.length, at + 1 + this.below(this.happens(0.2) ? mutant.length : 4));
      const [before, middle, after] = [mutant.slice(0, at), mutant.slice(at, to), mutant.slice(to)];
      const flipped = String.fromCharCode((middle.charCodeAt(0) || 0) ^ (1 << this.below(8)));
      mutant = this.pick([
        before,
        before + after,
        before + middle + middle + after,
        before + flipped + middle.slice(1) + after,
        before + this.oddText() + after,
        mutant.replaceAll(/\d+/g, (digits) => (this.happens(0.1) ? this.oddNumber() : digits)),
      ]);
    }
    return mutant;
  }

  /** The lines with a few of them changed, left out, swapped, repeated, or cut off, and foreign ones inserted. */
  lines(lines: readonly string[], foreign: readonly string[]): string[] {
    const mutant = [...lines];
    for (let times = 1 + this.below(4); times > 0; times -= 1) {
      const at = this.below(mutant.length + 1);
      const line = mutant[at] ?? '';
      const other = this.below(mutant.length + 1);
      this.pick<() => void>([
        () => mutant.splice(at, 1),
        () => mutant.splice(at, 1 + this.below(10)),
        () => mutant.splice(at, 0, ...mutant.slice(other, other + 1 + this.below(10))),
        () => mutant.splice(at, 1, mutant[other] ?? ''),
        () => mutant.splice(at, 1, this.text(line)),
        () => mutant.splice(at, 1, this.text(line)),
        () => mutant.splice(at, 0, this.pick(foreign)),
        () => mutant.splice(at, 0, this.pick(foreign)),
        () =>
          mutant.splice(
            at,
            1,
            line.replace(/\d+/, () => this.oddNumber()),
          ),
        () => mutant.splice(this.happens(0.1) ? at : mutant.length),
      ])();
    }
    return mutant;
  }
}
