import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { CheckGate } from '../../gates/key-guard.ts';
import { openLogger } from '../../logger.ts';
import { PresenterKey } from '../../storage/presenter-key.ts';
import { Access } from '../access.ts';
import type { AccessPolicy } from '../access-rules.ts';
import { ChannelLocks } from '../channel-locks.ts';
import { PresenterKeys } from '../presenter-keys.ts';
import { SessionTokens } from '../session-tokens.ts';
import { SignedLinks } from '../signed-links.ts';

/** The secret with which tests sign links. */
export const linkSecret = 'a shared secret of 32 bytes or more';

/** What differs from the defaults: no presenter keys, everyone may watch, and no limits of attempts. */
type TestAccessOptions = { keysFolder?: string; policy?: Partial<AccessPolicy>; gate?: CheckGate };

/** The access checks of a server with this owner key. Nothing is stored but presenter keys, if a folder is given. */
export function createTestAccess(ownerKey: string, { keysFolder, policy, gate }: TestAccessOptions = {}): Access {
  return new Access({
    ownerKey: new PresenterKey(ownerKey),
    keys: new PresenterKeys(keysFolder ?? join('/nonexistent', 'keys')),
    links: new SignedLinks({ key: new TextEncoder().encode(linkSecret), algorithm: 'HS256' }),
    tokens: new SessionTokens(randomBytes(32)),
    locks: new ChannelLocks([], async () => undefined, openLogger('silent')),
    policy: { watch: 'public', recordings: 'public', ...policy },
    ...(gate && { gate }),
  });
}
