/**
 * The header in which the server tells its own pages the nonce that their inline scripts and styles need; see
 * `server/http/security-headers.ts`.
 */
export const nonceHeader = 'x-rostrum-nonce';
