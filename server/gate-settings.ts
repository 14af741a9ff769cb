import proxyaddr from 'proxy-addr';
import { z } from 'zod';

const limit = z.coerce.number().int().min(1).max(1_000_000);

/** A comma-separated list of addresses, networks (`10.0.0.0/8`) and the names that proxy-addr has for such. */
const proxies = z.string().transform((text, context): readonly string[] => {
  const listed = text.split(',').map((part) => part.trim());
  const wrong = listed.find((part) => !isProxy(part));
  if (wrong === undefined) return Object.freeze(listed);
  context.addIssue(
    `“${wrong}” is not an address: use loopback, linklocal, uniquelocal, or a list such as 127.0.0.1,10.0.0.0/8.`,
  );
  return z.NEVER;
});

/** The settings that limit who may connect, and how much. */
export const gateShape = {
  TRUSTED_PROXIES: proxies.optional(),
  RATE_LIMIT_FACTOR: z.coerce.number().min(0).max(1_000).default(1),
  MAX_SOCKETS_PER_ADDRESS: limit.default(1_000),
  MAX_VIEWERS: limit.optional(),
  MAX_VIEWERS_PER_CHANNEL: limit.optional(),
  MAX_VIEWERS_PER_ADDRESS: limit.optional(),
  MAX_BROADCASTS: limit.optional(),
};

/** The limits on the audience and the broadcasts of this server; `null` means no limit. */
export type Capacity = Readonly<{
  viewers: number | null;
  viewersPerChannel: number | null;
  /** An IPv6 network of 64 bits counts as one address. */
  viewersPerAddress: number | null;
  broadcasts: number | null;
}>;

/** What keeps strangers and floods out. */
export type GateSettings = Readonly<{
  /** The proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed, as proxy-addr reads them. */
  trustedProxies: readonly string[];
  /** Multiplies every limit on rates; 0 means that rates are not limited. */
  rateLimitFactor: number;
  socketsPerAddress: number;
  capacity: Capacity;
}>;

/** The settings, from the variables as {@link gateShape} reads them. */
export function readGates(env: z.output<z.ZodObject<typeof gateShape>>): GateSettings {
  return Object.freeze({
    trustedProxies: env.TRUSTED_PROXIES ?? [],
    rateLimitFactor: env.RATE_LIMIT_FACTOR,
    socketsPerAddress: env.MAX_SOCKETS_PER_ADDRESS,
    capacity: Object.freeze({
      viewers: env.MAX_VIEWERS ?? null,
      viewersPerChannel: env.MAX_VIEWERS_PER_CHANNEL ?? null,
      viewersPerAddress: env.MAX_VIEWERS_PER_ADDRESS ?? null,
      broadcasts: env.MAX_BROADCASTS ?? null,
    }),
  });
}

function isProxy(text: string): boolean {
  try {
    proxyaddr.compile(text);
    return true;
  } catch {
    return false;
  }
}
