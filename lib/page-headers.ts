/*
 * The request headers in which the web server tells its own pages what they need to know. Any such header from a browser
 * is removed.
 */

/** The nonce that inline scripts and styles need; see `server/http/security-headers.ts`. */
export const nonceHeader = 'x-rostrum-nonce';

/**
 * The origin at which browsers open cameras: one with `https`, or `http://localhost:…` for a person at the server's own
 * machine. See `server/http/secure-origin.ts`.
 */
export const secureOriginHeader = 'x-rostrum-secure-origin';

/**
 * Whether the server grants STUN and TURN servers for each link. A page that knows this gathers no candidates before it
 * has them; all other pages need not wait.
 */
export const iceServersHeader = 'x-rostrum-ice-servers';

/** The values of {@link iceServersHeader}, and of the attribute `data-ice-servers` of every page. */
export type IceServersHint = 'granted' | 'none';

/** Reads the header; anything but `granted` means none. */
export function readIceServersHint(value: string | null): IceServersHint {
  return value === 'granted' ? 'granted' : 'none';
}

/** Whether shows have a conversation, `on` or `off`: pages leave room for it, or not. */
export const conversationHeader = 'x-rostrum-conversation';
