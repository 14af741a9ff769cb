import { createHmac } from 'node:crypto';
import type { IceServer } from '../../lib/signaling.ts';
import type { IceSettings } from './ice-settings.ts';

/** A name and a password for a TURN server. */
export type TurnCredentials = { username: string; credential: string };

/**
 * Credentials that a TURN server with the same secret accepts until they expire; it needs no list of users. This is the
 * convention of coturn's `use-auth-secret`: https://datatracker.ietf.org/doc/html/draft-uberti-behave-turn-rest-00
 * @param expiresAt milliseconds since the epoch
 * @param id whom the TURN server's log should name; must have no colon
 */
export function turnCredentials(secret: string, expiresAt: number, id?: string): TurnCredentials {
  const expiry = String(Math.floor(expiresAt / 1_000));
  const username = id === undefined ? expiry : `${expiry}:${id}`;
  return { username, credential: createHmac('sha1', secret).update(username).digest('base64') };
}

/** The servers for the browser of one peer, with new credentials; empty if none are set. */
export function iceServersFor(peerId: string, settings: IceSettings, now = Date.now()): IceServer[] {
  const { stunUrls, turnUrls, turnSecret, turnTtlMs } = settings;
  const servers: IceServer[] = [];
  if (stunUrls.length > 0) servers.push({ urls: stunUrls.map(({ text }) => text) });
  if (turnUrls.length > 0 && turnSecret !== null) {
    servers.push({ urls: turnUrls.map(({ text }) => text), ...turnCredentials(turnSecret, now + turnTtlMs, peerId) });
  }
  return servers;
}
