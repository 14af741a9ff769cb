import { join } from 'node:path';
import type { Config } from '../config.ts';
import type { Gates } from '../gates/gates.ts';
import type { Logger } from '../logger.ts';
import { failStart } from '../start-messages.ts';
import type { PresenterKey } from '../storage/presenter-key.ts';
import { Access } from './access.ts';
import { openChannelLocks } from './channel-locks.ts';
import { PresenterKeys } from './presenter-keys.ts';
import { openSessionTokens } from './session-tokens.ts';
import type { SharedAccess } from './shared-access.ts';
import { openLinkKey, SignedLinks } from './signed-links.ts';

/** The folder of the presenter keys in the data folder. */
export const keysFolder = (dataDir: string): string => join(dataDir, 'keys');

/**
 * Opens everything that decides who may do what.
 * @throws StartError if the data folder or the key for signed links cannot be used
 */
export async function openAccess(parts: {
  ownerKey: PresenterKey;
  gates: Gates;
  config: Config;
  logger: Logger;
  /** What is not in the data folder, but shared with other web servers. */
  shared?: SharedAccess | undefined;
}): Promise<Access> {
  const { ownerKey, gates, config, logger, shared } = parts;
  const { dataDir, linkKey, access: policy } = config;
  const unwritable = 'Please correct its permissions, or set DATA_DIR to another folder.';
  return new Access({
    ownerKey,
    policy,
    gate: gates.checks,
    addressOf: gates.addresses.of,
    keys: new PresenterKeys(shared?.keys ?? keysFolder(dataDir)),
    links: new SignedLinks(await openLinkKey(linkKey).catch(failStart('Please correct JWT_PUBLIC_KEY.'))),
    tokens:
      shared?.tokens ??
      (await openSessionTokens(dataDir).catch(failStart(unwritable, `The folder ${dataDir} cannot be written to.`))),
    locks:
      shared?.locks ??
      (await openChannelLocks(dataDir, logger).catch(
        failStart('Please correct the file. Without it, all channels are open.'),
      )),
  });
}
