import type { IncomingMessage } from 'node:http';
import type { GateSettings } from '../gate-settings.ts';
import type { Logger } from '../logger.ts';
import { type ClientAddresses, readClientAddresses } from './client-address.ts';
import { KeyGuard } from './key-guard.ts';
import { createOriginCheck, type OriginCheck } from './origin-check.ts';
import { RateLimits } from './rate-limits.ts';
import { HeldByAddress } from './socket-limits.ts';

/** What stands between the network and the application. There is one for each server. */
export type Gates = {
  readonly settings: GateSettings;
  readonly addresses: ClientAddresses;
  readonly isOwnOrigin: OriginCheck;
  readonly limits: RateLimits;
  readonly keys: KeyGuard;
  /** The sockets that each address holds. */
  readonly sockets: HeldByAddress;
  /**
   * Compares a key that came with a request, as {@link KeyGuard.check} does.
   * @throws AppError `too-many-requests`
   */
  checkKey(request: IncomingMessage, compare: () => boolean): boolean;
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
  const keys = new KeyGuard();
  return {
    settings,
    addresses,
    isOwnOrigin: createOriginCheck({ publicUrl, addresses }),
    limits: new RateLimits(settings.rateLimitFactor),
    keys,
    sockets: new HeldByAddress(settings.socketsPerAddress),
    checkKey: (request, compare) => keys.check({ address: addresses.of(request) }, compare),
  };
}
