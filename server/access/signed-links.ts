import { createPublicKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type CryptoKey, errors, exportJWK, importJWK, type JWK, jwtVerify } from 'jose';
import { z } from 'zod';
import { maxKeyChannels } from '../../lib/access-names.ts';
import { channelSchema } from '../../lib/requests/show-schemas.ts';
import { linkExpired, wrongLink } from './access-errors.ts';

/** What a signed link is checked with. The algorithm belongs to the key; the link's header does not choose it. */
export type LinkKey = { key: CryptoKey | Uint8Array; algorithm: string };

/**
 * The claims of a signed link (RFC 7519 §4.1 for the registered ones). `exp` bounds how long a link that got into the
 * wrong hands can be used, as it can be used repeatedly.
 */
const claimsSchema = z.object({
  role: z.enum(['presenter', 'viewer']),
  /** The channel, or several. */
  channel: z.union([channelSchema.transform((name) => [name]), z.array(channelSchema).min(1).max(maxKeyChannels)]),
  /** Who it was made for, for the log. */
  name: z.string().trim().min(1).max(80).default('a signed link'),
  exp: z.number(),
});

/** Who a signed link was made for. `expiresAt` is in seconds since the epoch. */
type SignedLink = { role: 'presenter' | 'viewer'; name: string; channels: string[]; expiresAt: number };

/** Every signed link has this in its `aud` claim, so that other tokens of the same issuer are no links. */
const audience = 'rostrum';
const clockToleranceS = 30;
const maxLifetimeS = 7 * 86_400;

/** Checks signed links: JSON Web Tokens of an application that embeds Rostrum. */
export class SignedLinks {
  readonly #linkKey: LinkKey | null;

  /** @param linkKey `null` if the owner has set none; then no link is valid */
  constructor(linkKey: LinkKey | null) {
    this.#linkKey = linkKey;
  }

  /** Whether `text` has the form of a signed link. */
  static hasForm(text: string): boolean {
    return /^[\w-]+\.[\w-]+\.[\w-]*$/.test(text);
  }

  /**
   * Who a link was made for.
   * @throws AppError `link-expired`, `wrong-link`
   */
  async check(text: string): Promise<SignedLink> {
    if (this.#linkKey === null) throw wrongLink('This server accepts no signed links.');
    const payload = await this.#verify(text, this.#linkKey);
    const claims = claimsSchema.safeParse(payload);
    if (!claims.success) {
      const names = [...new Set(claims.error.issues.map(({ path }) => String(path[0])))].join(', ');
      throw wrongLink(`These claims are missing or wrong: ${names}.`);
    }
    const { role, channel: channels, name, exp } = claims.data;
    if (exp - Date.now() / 1_000 > maxLifetimeS) throw wrongLink('Its “exp” is more than seven days ahead.');
    return { role, name, channels, expiresAt: exp };
  }

  async #verify(text: string, { key, algorithm }: LinkKey): Promise<unknown> {
    try {
      const options = { algorithms: [algorithm], audience, requiredClaims: ['exp'], clockTolerance: clockToleranceS };
      return (await jwtVerify(text, key, options)).payload;
    } catch (error) {
      // The library's error carries the claims, so it is not kept as the cause.
      if (error instanceof errors.JWTExpired) throw linkExpired();
      if (error instanceof errors.JWTClaimValidationFailed) throw wrongLink(`Its claim “${error.claim}” is wrong.`);
      if (error instanceof errors.JOSEError) throw wrongLink('Its signature is not right.');
      throw error;
    }
  }
}

/** The algorithm for each kind of public key. */
const algorithms: Readonly<Record<string, string>> = {
  RSA: 'RS256',
  'EC P-256': 'ES256',
  'EC P-384': 'ES384',
  'OKP Ed25519': 'EdDSA',
};

/**
 * Reads the key for signed links: a shared secret, or a file with a public key as PEM or JWK.
 * @throws Error with one sentence, when the file is missing or has no key that can be used
 */
export async function openLinkKey(settings: {
  secret: string | null;
  publicKeyFile: string | null;
}): Promise<LinkKey | null> {
  const { secret, publicKeyFile } = settings;
  if (secret !== null) return { key: new TextEncoder().encode(secret), algorithm: 'HS256' };
  if (publicKeyFile === null) return null;
  try {
    const jwk = await readPublicKey(await readFile(publicKeyFile, 'utf8'));
    const kind = [jwk.kty, jwk.crv].filter(Boolean).join(' ');
    const algorithm = algorithms[kind];
    if (algorithm === undefined)
      throw new Error(`${kind} keys are not supported, only ${Object.keys(algorithms).join(', ')}.`);
    return { key: await importJWK(jwk, algorithm), algorithm };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`There is no usable public key in ${publicKeyFile}: ${reason}`, { cause });
  }
}

/** A private key in the file is reduced to its public half; a symmetric one is refused. */
async function readPublicKey(text: string): Promise<JWK> {
  const key = text.trimStart().startsWith('{')
    ? createPublicKey({ key: JSON.parse(text) as JWK & { kty: string }, format: 'jwk' })
    : createPublicKey(text);
  return await exportJWK(key);
}
