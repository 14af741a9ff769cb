/**
 * The request header in which the web server tells its own pages whether it grants STUN and TURN servers for each link.
 * A page that knows this gathers no candidates before it has them; all other pages need not wait.
 */
export const iceServersHeader = 'x-rostrum-ice-servers';

/** The values of that header, and of the attribute `data-ice-servers` of every page. */
export type IceServersHint = 'granted' | 'none';

/** Reads the header; anything but `granted` means none. */
export function readIceServersHint(value: string | null): IceServersHint {
  return value === 'granted' ? 'granted' : 'none';
}
