import { existsSync } from 'node:fs';
import { test } from 'playwright/test';

const isCommanded = (process.env.KURENTO_COMMAND ?? '') !== '';
const isNamed = (process.env.KURENTO_URL ?? '') !== '';

/**
 * Whether the tests run with a Kurento, one that `KURENTO_COMMAND` starts for each server or the one at `KURENTO_URL`,
 * and not with the media server that Rostrum starts itself.
 */
export const usesOtherMediaServer = isCommanded || isNamed;

/**
 * Whether the media server can decode and encode: a Kurento always, the embedded one if what `npm run add-transcoding`
 * installs is there.
 */
export const canTranscode =
  usesOtherMediaServer || existsSync('server/embedded-kurento/transcoding/package/node_modules/node-av');

/** How many bytes of a recording a media server buffers before it writes them, and loses when it is killed. */
export const unwrittenBytes = usesOtherMediaServer ? 65_536 : 0;

/**
 * Skips the calling test if the media server was started by others and must keep running; `because` states what the
 * test does to its process, or requires of it.
 */
export function needsOwnMediaServer(because: string): void {
  test.skip(
    isNamed && !isCommanded,
    `The Kurento at KURENTO_URL is not the tests’ own (KURENTO_COMMAND is): ${because}`,
  );
}

/** Skips the calling test on a Kurento; `property` is a sentence about the property of Kurento that forbids it. */
export function needsEmbeddedMediaServer(property: string): void {
  test.skip(usesOtherMediaServer, property);
}
