/**
 * The header in which the server tells its own pages the origin at which browsers open cameras: one with `https`, or
 * `http://localhost:…` for a person at the server's own machine. See `server/http/secure-origin.ts`.
 */
export const secureOriginHeader = 'x-rostrum-secure-origin';
