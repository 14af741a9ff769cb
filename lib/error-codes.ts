/**
 * Every failure a person can meet, by name. The user interface turns each into a sentence and a remedy
 * (`components/use-error-text.ts`), and the compiler sees to it that none is missing there.
 */
export const errorCodes = [
  'bad-request',
  'wrong-key',
  'channel-taken',
  'bad-start-time',
  'not-live',
  'resume-refused',
  'taken-over',
  'already-joined',
  'not-joined',
  'bad-offer',
  'no-common-codec',
  'media-never-arrived',
  'media-interrupted',
  'media-server-unavailable',
  'media-failed',
  'recording-failed',
  'recording-not-found',
  'recording-in-use',
  'shutting-down',
  'test-busy',
  'connection-lost',
  'signaling-blocked',
  'camera-blocked',
  'camera-missing',
  'camera-busy',
  'insecure-page',
  'unsupported-browser',
  'internal',
] as const;
