import { setTimeout as delay } from 'node:timers/promises';
import type { Membership } from './membership.ts';
import type { Messenger } from './messenger.ts';
import type { RedisConnection } from './redis-connection.ts';
import { redisKeys } from './redis-keys.ts';

/** How long a claim lasts without being renewed, and how often it is renewed, in milliseconds. */
const claimMs = 10_000;
const renewEveryMs = 2_000;
/** How long an urgent claim waits for the present holder to release its own, in milliseconds. */
const hurryMs = 5_000;
const askAgainMs = 100;

const renewScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('PEXPIRE', KEYS[1], ARGV[2])
`;
const releaseScript = `
if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
`;

/** The right to change what the store has of a recording. */
type Claim = {
  /** Aborted when the right is lost, as after the process was stopped for a while. */
  readonly lost: AbortSignal;
  /** Never rejects. */
  release(): Promise<void>;
};

type ClaimParts = { redis: RedisConnection; membership: Membership; messenger: Messenger };

/**
 * Which web server works on a recording's copy in the store: one at a time. While a show is on the channel of the
 * recording, only the owner of the channel does.
 */
export class RecordingClaims {
  readonly #parts: ClaimParts;

  constructor(parts: ClaimParts) {
    this.#parts = parts;
  }

  /**
   * Claims a recording.
   * @returns `null` while another web server has it
   * @throws AppError `cluster-unavailable`
   */
  async claim({ id, channel }: { id: string; channel: string }): Promise<Claim | null> {
    const { redis, membership } = this.#parts;
    const owner = await membership.ownerOf(channel);
    if (owner !== null && owner !== membership.id) return null;
    const key = redisKeys.recordingClaim(id);
    const taken = await redis.command(['SET', key, membership.id, 'NX', 'PX', String(claimMs)]);
    return taken === null ? null : this.#keep(key);
  }

  /**
   * Claims a recording that is to be deleted: the present holder releases it.
   * @returns `null` if it does not
   * @throws AppError `cluster-unavailable`
   */
  async claimSoon(recording: { id: string; channel: string }): Promise<Claim | null> {
    const until = performance.now() + hurryMs;
    for (let isAsked = false; ; isAsked = true) {
      const claim = await this.claim(recording);
      if (claim !== null || performance.now() > until) return claim;
      if (!isAsked) this.#parts.messenger.post('everyone', { type: 'recordings', letGo: recording.id });
      await delay(askAgainMs);
    }
  }

  /** The content of the store was changed here: the others list it again. */
  changed(): void {
    this.#parts.messenger.post('everyone', { type: 'recordings', letGo: null });
  }

  #keep(key: string): Claim {
    const { redis, membership } = this.#parts;
    const lost = new AbortController();
    let renewedAt = performance.now();
    const renew = async () => {
      const beganAt = performance.now();
      // A process that was stopped finds out before it does anything else; while Redis is away, nobody else gets it.
      const left = await redis.script(renewScript, [key], [membership.id, String(claimMs)]).catch(() => null);
      if (left === 1) renewedAt = beganAt;
      else if (left === 0 || beganAt - renewedAt > claimMs)
        lost.abort(new Error('Another web server has the recording.'));
    };
    const timer = setInterval(() => void renew(), renewEveryMs);
    return {
      lost: lost.signal,
      release: async () => {
        clearInterval(timer);
        await redis.script(releaseScript, [key], [membership.id]).catch(() => {});
      },
    };
  }
}
