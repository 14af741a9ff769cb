import type { GateSettings } from '../gate-settings.ts';
import type { Logger } from '../logger.ts';
import { type ClientAddresses, readClientAddresses } from './client-address.ts';
import { type Attempt, type CheckGate, KeyGuard } from './key-guard.ts';
import { createOriginCheck, type OriginCheck } from './origin-check.ts';
import { RateLimits } from './rate-limits.ts';
import { HeldByAddress } from './socket-limits.ts';

/** A class behind one router enters the same passcode, and many mistype it. */
const freePasscodes = 100;
const uncounted: Attempt = { succeeded: () => undefined };

/** What stands between the network and the application. There is one for each server. */
export type Gates = {
  readonly settings: GateSettings;
  readonly addresses: ClientAddresses;
  readonly isOwnOrigin: OriginCheck;
  readonly limits: RateLimits;
  /** Slows down guessing; the access checks ask it before they compare anything. */
  readonly checks: CheckGate;
  /** What counts the failures behind `checks`. */
  readonly guards: Readonly<Record<'key-check' | 'passcode-check', KeyGuard>>;
  /** The sockets that each address holds. */
  readonly sockets: HeldByAddress;
};

/**
 * @param publicUrl the address at which people reach this server, where a proxy hides it
 * @param logger tells the owner when a proxy seems to be missing in the settings
 */
export function createGates(settings: GateSettings, publicUrl: string | null, logger: Logger): Gates {
  let hasWarned = false;
  const addresses = readClientAddresses(settings.trustedProxies, (sender) => {
    if (hasWarned) return;
    hasWarned = true;
    logger.warn({ sender }, 'X-Forwarded-For is ignored; if this is your proxy, set TRUSTED_PROXIES to its address');
  });
  const guards = { 'key-check': new KeyGuard(), 'passcode-check': new KeyGuard({ freeFailures: freePasscodes }) };
  return {
    settings,
    addresses,
    isOwnOrigin: createOriginCheck({ publicUrl, addresses }),
    limits: new RateLimits(settings.rateLimitFactor),
    checks: {
      // A signature cannot be guessed, and people with an old link try it several times.
      begin: (purpose, visitor) => (purpose === 'link-check' ? uncounted : guards[purpose].begin(visitor)),
    },
    guards,
    sockets: new HeldByAddress(settings.socketsPerAddress),
  };
}
