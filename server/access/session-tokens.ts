import { randomBytes } from 'node:crypto';
import { errors, jwtVerify, SignJWT } from 'jose';
import { z } from 'zod';
import { maxKeyChannels } from '../../lib/access-names.ts';
import { channelSchema } from '../../lib/requests/show-schemas.ts';
import { openTextFile } from '../storage/durable-files.ts';

/** What a person has shown us before. Each is looked up again at every use, so that it ends when it is revoked. */
const grantSchema = z.discriminatedUnion('by', [
  /** The owner key; `fingerprint` tells it from a later one. */
  z.object({ by: z.literal('owner-key'), fingerprint: z.string() }),
  z.object({ by: z.literal('presenter-key'), keyId: z.string() }),
  /** A signed link; `expiresAt` is in seconds since the epoch. */
  z.object({
    by: z.literal('link'),
    role: z.enum(['presenter', 'viewer']),
    name: z.string(),
    channels: z.array(channelSchema).max(maxKeyChannels),
    expiresAt: z.number(),
  }),
  /** The passcode of a channel; `version` tells it from a later one. */
  z.object({ by: z.literal('passcode'), channel: channelSchema, version: z.string() }),
  /** A share link of a recording; `version` is that of the recording's share links, `expiresAt` is in seconds. */
  z.object({ by: z.literal('share'), recordingId: z.string().max(96), version: z.number(), expiresAt: z.number() }),
]);
/** What a person has shown us before. */
export type Grant = z.output<typeof grantSchema>;

const claimsSchema = z.object({ grants: z.array(grantSchema) });

const prefix = 'rs_';
const audience = 'rostrum-session';
const algorithm = 'HS256';
/** Browsers refuse cookies of more than 4,096 bytes, with name and attributes. */
const maxLength = 3_800;

/**
 * Tokens that this server signs for itself: the session cookie, and the ticket of a viewer who has entered a passcode.
 * They survive a restart, and nothing about them is stored.
 */
export class SessionTokens {
  readonly #secret: Uint8Array;

  constructor(secret: Uint8Array) {
    this.#secret = secret;
  }

  /** Whether `text` has the form of such a token. */
  static hasForm(text: string): boolean {
    return text.startsWith(prefix);
  }

  /** A token for `grants`, valid for `lifetimeS` seconds. The oldest grants are left out if there are too many. */
  async issue(grants: readonly Grant[], lifetimeS: number): Promise<string> {
    const expiresAt = Math.floor(Date.now() / 1_000) + lifetimeS;
    const signer = new SignJWT({ grants }).setProtectedHeader({ alg: algorithm });
    const token = prefix + (await signer.setAudience(audience).setExpirationTime(expiresAt).sign(this.#secret));
    return token.length <= maxLength ? token : await this.issue(grants.slice(1), lifetimeS);
  }

  /** The grants in a token; none if it is not ours or has expired. */
  async read(token: string): Promise<Grant[]> {
    if (!SessionTokens.hasForm(token) || token.length > maxLength) return [];
    try {
      const options = { algorithms: [algorithm], audience, requiredClaims: ['exp'] };
      const { payload } = await jwtVerify(token.slice(prefix.length), this.#secret, options);
      return claimsSchema.safeParse(payload).data?.grants ?? [];
    } catch (error) {
      if (error instanceof errors.JOSEError) return [];
      throw error;
    }
  }

  /** Whether a token was the share link of a recording, and has expired. */
  async isExpiredShare(token: string): Promise<boolean> {
    const options = { algorithms: [algorithm], audience };
    return await jwtVerify(token.slice(prefix.length), this.#secret, options).then(
      () => false,
      (error: unknown) =>
        // The library checks the signature before the time.
        error instanceof errors.JWTExpired &&
        claimsSchema.safeParse(error.payload).data?.grants.some(({ by }) => by === 'share') === true,
    );
  }
}

/**
 * Opens the tokens with the secret in `<folder>/session-secret`, which is made at the first start. Who deletes the file
 * ends all sessions.
 * @throws Error of node:fs if the folder cannot be created, read or written
 */
export async function openSessionTokens(folder: string): Promise<SessionTokens> {
  const text = await openTextFile(folder, 'session-secret', () => randomBytes(32).toString('base64url'), 0o600);
  return new SessionTokens(new TextEncoder().encode(text));
}
