import { z } from 'zod';

const shape = {
  REDIS_URL: z
    .url({ protocol: /^rediss?$/, error: 'It must be an address such as redis://127.0.0.1:6379.' })
    .optional(),
  EMBEDDED_SECRET: z.string().min(16, 'A secret must have at least 16 characters.').max(200).optional(),
  MEDIA_SERVER_URL: z
    .url({ protocol: /^wss?$/, error: 'It must be an address such as ws://10.0.0.7:8888/kurento.' })
    .optional(),
  MEDIA_SERVER_CAPACITY: z.coerce.number().int().min(1).optional(),
};

/** The names of the settings that only a media server of its own has. */
export const registrationNames = ['MEDIA_SERVER_URL', 'MEDIA_SERVER_CAPACITY'] as const;

/** How a media server of its own registers itself. */
export type RegistrationSettings = Readonly<{
  redisUrl: string;
  /** What web servers must know to connect. */
  secret: string;
  /** Where web servers reach it; `null` means the address of this machine. */
  url: string | null;
  /** With how many endpoints it counts as full; `null` for what the web servers are set to. */
  capacity: number | null;
}>;

/**
 * Reads the settings from `environment`; an empty string counts as not set.
 * @returns `null` without a Redis: then the media server does not register itself
 * @throws Error with a line for each setting that is wrong, which says what would be right
 */
export function readRegistrationSettings(environment: Record<string, string | undefined>): RegistrationSettings | null {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  if (set.REDIS_URL === undefined) return null;
  const { data, error } = z.object(shape).safeParse(set);
  const missing =
    set.EMBEDDED_SECRET === undefined
      ? ['EMBEDDED_SECRET: Set it, the same as on the web servers, so that only they can use this media server.']
      : [];
  const faults = [...(error?.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`), ...missing];
  if (data?.REDIS_URL === undefined || data.EMBEDDED_SECRET === undefined || faults.length > 0) {
    throw new Error(`Please correct these settings (see .env.example):\n  ${faults.join('\n  ')}`);
  }
  const { REDIS_URL: redisUrl, EMBEDDED_SECRET: secret } = data;
  return { redisUrl, secret, url: data.MEDIA_SERVER_URL ?? null, capacity: data.MEDIA_SERVER_CAPACITY ?? null };
}
