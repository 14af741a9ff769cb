import type { MediaEngineOptions } from '../media/media-types.ts';

/** For tests: a log that discards everything. */
export const silentLog: MediaEngineOptions['log'] = () => undefined;
