import { test } from 'playwright/test';

const isCommanded = (process.env.KURENTO_COMMAND ?? '') !== '';
const isNamed = (process.env.KURENTO_URL ?? '') !== '';

/**
 * True when the tests run with a Kurento, one that `KURENTO_COMMAND` starts for each server or the one at `KURENTO_URL`,
 * and not with the media server that Rostrum starts itself.
 */
export const usesOtherMediaServer = isCommanded || isNamed;

/** So many bytes of a recording a media server keeps until it writes them, and loses when it is killed. */
export const unwrittenBytes = usesOtherMediaServer ? 65_536 : 0;

/**
 * Skips the test that calls this where the media server was started by somebody else, and has to live on; `because`
 * says what the test does to its process, or asks of it.
 */
export function needsOwnMediaServer(because: string): void {
  test.skip(
    isNamed && !isCommanded,
    `The Kurento at KURENTO_URL is not the tests’ own (KURENTO_COMMAND is): ${because}`,
  );
}

/** Skips the test that calls this on a Kurento; `property` is a sentence that says what of a Kurento forbids it. */
export function needsEmbeddedMediaServer(property: string): void {
  test.skip(usesOtherMediaServer, property);
}
