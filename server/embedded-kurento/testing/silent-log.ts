import type { MediaEngineOptions } from '../media/media-types.ts';

/** For tests: a log that nobody reads. */
export const silentLog: MediaEngineOptions['log'] = () => undefined;
