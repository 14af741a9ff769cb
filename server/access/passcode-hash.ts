import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { tooManyRequests } from '../gates/rate-limits.ts';

/** A passcode is chosen by a person and can be guessed offline, so its hash is slow: 64 MiB and about 0.2 s (RFC 7914). */
const cost = { N: 2 ** 16, r: 8, p: 1 } as const;
const maxWaiting = 100;
/** After this time, in milliseconds, those who wait have had their turn. */
const busyMs = 30_000;

/** Hashes and compares passcodes, one after the other, so that a flood of attempts leaves the server responsive. */
export class PasscodeHasher {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** @returns `scrypt:<N>:<r>:<p>:<salt>:<hash>`, with salt and hash as base64url */
  async hash(passcode: string): Promise<string> {
    const salt = randomBytes(16);
    const hash = await this.#run(passcode, salt, cost);
    return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), hash.toString('base64url')].join(':');
  }

  /**
   * Whether `passcode` is the one with this hash. Compares in constant time.
   * @throws AppError `too-many-requests` if too many others wait for the same
   */
  async matches(passcode: string, hashed: string): Promise<boolean> {
    const [name, N, r, p, salt = '', hash = ''] = hashed.split(':');
    const expected = Buffer.from(hash, 'base64url');
    if (name !== 'scrypt' || expected.length !== 32) return false;
    const costs = { N: Number(N), r: Number(r), p: Number(p) };
    return timingSafeEqual(await this.#run(passcode, Buffer.from(salt, 'base64url'), costs), expected);
  }

  #run(passcode: string, salt: Buffer, costs: { N: number; r: number; p: number }): Promise<Buffer> {
    if (this.#waiting >= maxWaiting) return Promise.reject(tooManyRequests(busyMs));
    this.#waiting += 1;
    const run = this.#last.then(() => derive(passcode, salt, { ...costs, maxmem: 256 * costs.N * costs.r }));
    const done = () => {
      this.#waiting -= 1;
    };
    this.#last = run.then(done, done);
    return run;
  }
}

/** The same passcode has the same bytes, whichever keyboard it was typed on. */
function derive(passcode: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passcode.normalize('NFKC'), salt, 32, options, (error, hash) => (error ? reject(error) : resolve(hash)));
  });
}
