import { test } from 'playwright/test';

/** True when the tests run with the media server at `KURENTO_URL`, and not with one that Rostrum starts itself. */
export const usesOtherMediaServer = (process.env.KURENTO_URL ?? '') !== '';

/**
 * Skips the test that calls this where the media server is not a process of Rostrum's own; `because` says what the test
 * does to that process, or asks of it, that another media server does not have.
 */
export function needsEmbeddedMediaServer(because: string): void {
  test.skip(usesOtherMediaServer, `KURENTO_URL names another media server: ${because}`);
}
