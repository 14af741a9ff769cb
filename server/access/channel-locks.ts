import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { channelSchema } from '../../lib/requests/show-schemas.ts';
import type { Logger } from '../logger.ts';
import { notifyEach } from '../notify-each.ts';
import { JsonFile } from '../storage/stores.ts';
import { PasscodeHasher } from './passcode-hash.ts';

/** A time during which a channel had a passcode, in milliseconds since the epoch; `until` is `null` while it has one. */
const periodSchema = z.object({ from: z.number(), until: z.number().nullable() });

/** A channel that has a passcode, or had one, as it is kept on disk. */
export const savedLockSchema = z.object({
  channel: channelSchema,
  /** The current passcode, hashed, and an id that changes with it; `null` if it was removed. */
  passcode: z.object({ hash: z.string(), version: z.string() }).nullable(),
  periods: z.array(periodSchema),
});
/** A channel that has a passcode, or had one. */
export type SavedLock = z.output<typeof savedLockSchema>;

const fileSchema = z.object({ version: z.literal(1), locks: z.array(savedLockSchema) });

/** The most periods that are kept of a channel. Beyond that, the two oldest become one. */
const maxPeriods = 50;
/** A recording may begin this long before its show is live, in milliseconds. */
const beforeStartMs = 60_000;

/**
 * The passcodes of channels. A passcode holds until a presenter of the channel removes it, across shows and restarts.
 * The times of passcodes are kept longer: a recording of a show that was locked is never public.
 */
export class ChannelLocks {
  readonly #locks: Map<string, SavedLock>;
  readonly #save: (locks: SavedLock[]) => Promise<void>;
  readonly #logger: Logger;
  readonly #hasher = new PasscodeHasher();
  readonly #listeners = new Set<(channel: string) => void>();

  /** @param save called after every change; never rejects */
  constructor(saved: readonly SavedLock[], save: (locks: SavedLock[]) => Promise<void>, logger: Logger) {
    this.#locks = new Map(saved.map((lock) => [lock.channel, lock]));
    this.#save = save;
    this.#logger = logger;
  }

  /** Calls `listener` with the channel whose passcode was set or removed, until the returned function is called. */
  onChanged(listener: (channel: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Whether the channel has a passcode. */
  isLocked(channel: string): boolean {
    return this.version(channel) !== null;
  }

  /** The id of the channel's passcode; `null` if it has none. */
  version(channel: string): string | null {
    return this.#locks.get(channel)?.passcode?.version ?? null;
  }

  /** Whether a show that began on the channel at this time, in milliseconds since the epoch, was locked. */
  wasLocked(channel: string, startedAt: number): boolean {
    const { periods = [] } = this.#locks.get(channel) ?? {};
    return periods.some(({ from, until }) => from <= startedAt && startedAt <= (until ?? Number.POSITIVE_INFINITY));
  }

  /**
   * Sets the passcode of a channel; `null` removes it. Resolves when it is saved.
   * @param showStartedAt when the show on the channel began, in milliseconds since the epoch: a show of which a part
   * was locked counts as locked from its start; `null` if there is none
   * @throws AppError `too-many-requests`
   */
  async set(channel: string, passcode: string | null, showStartedAt: number | null): Promise<void> {
    const hash = passcode === null ? null : await this.#hasher.hash(passcode);
    const former = this.#locks.get(channel);
    const from = showStartedAt === null ? Date.now() : showStartedAt - beforeStartMs;
    if (hash === null && (former === undefined || former.passcode === null)) return;
    this.#locks.set(channel, {
      channel,
      passcode: hash === null ? null : { hash, version: randomBytes(9).toString('base64url') },
      periods: periodsAfter(former?.periods ?? [], hash !== null, from),
    });
    this.#notify(channel);
    await this.#save([...this.#locks.values()]);
  }

  /** The passcode of a channel was changed by somebody who has saved that; `null`: nothing is known of it any more. */
  put(channel: string, lock: SavedLock | null): void {
    const before = this.version(channel);
    if (lock === null) this.#locks.delete(channel);
    else this.#locks.set(channel, lock);
    if (this.version(channel) !== before) this.#notify(channel);
  }

  #notify(channel: string): void {
    notifyEach(
      this.#listeners,
      (listener) => listener(channel),
      (error) => this.#logger.error({ err: error }, 'A change of a passcode was not followed everywhere'),
    );
  }

  /**
   * Whether this is the passcode of the channel.
   * @returns the id of the passcode; `null` if it is wrong, or the channel has none
   * @throws AppError `too-many-requests`
   */
  async check(channel: string, passcode: string): Promise<string | null> {
    const current = this.#locks.get(channel)?.passcode ?? null;
    if (current === null) return null;
    return (await this.#hasher.matches(passcode, current.hash)) ? current.version : null;
  }
}

function periodsAfter(periods: SavedLock['periods'], isLocked: boolean, from: number): SavedLock['periods'] {
  const last = periods.at(-1);
  const isOpen = last !== undefined && last.until === null;
  if (isLocked === isOpen) return periods;
  if (isOpen) return [...periods.slice(0, -1), { ...last, until: Date.now() }];
  const [first, second, ...rest] = periods;
  if (first === undefined || second === undefined || periods.length < maxPeriods)
    return [...periods, { from, until: null }];
  return [{ from: first.from, until: second.until }, ...rest, { from, until: null }];
}

/**
 * What is kept of a channel whose passcode was changed in two places: the passcode of `chosen`, and the times of both,
 * so that no recording becomes public. Joining it once more changes nothing.
 */
export function joinLocks(chosen: SavedLock, other: SavedLock): SavedLock {
  const isLocked = chosen.passcode !== null;
  const added = other.periods.flatMap(({ from, until }) => {
    if (until !== null || isLocked) return [{ from, until }];
    // The channel is open now; the time is known already if it was joined before.
    const isKnown = chosen.periods.some((one) => one.from <= from && (one.until ?? from) > from);
    return isKnown ? [] : [{ from, until: Date.now() }];
  });
  const periods: SavedLock['periods'] = [];
  for (const { from, until } of [...chosen.periods, ...added].toSorted((a, b) => a.from - b.from)) {
    const last = periods.at(-1);
    if (last === undefined || (last.until !== null && last.until < from)) periods.push({ from, until });
    else if (last.until !== null) last.until = until === null ? null : Math.max(last.until, until);
  }
  while (periods.length > maxPeriods) {
    const [first, second] = periods.splice(0, 2);
    if (first !== undefined && second !== undefined) periods.unshift({ from: first.from, until: second.until });
  }
  return { channel: chosen.channel, passcode: chosen.passcode, periods };
}

/**
 * Opens the passcodes in `<folder>/passcodes.json`.
 * @throws Error as {@link readSavedLocks} does
 */
export async function openChannelLocks(folder: string, logger: Logger): Promise<ChannelLocks> {
  const file = new JsonFile(pathIn(folder), logger);
  return new ChannelLocks(await readSavedLocks(folder), (locks) => file.save({ version: 1, locks }), logger);
}

/**
 * Reads `<folder>/passcodes.json`; none if there is no such file.
 * @throws Error with one sentence if it is there and cannot be read: without it, locked channels would be open
 */
export async function readSavedLocks(folder: string): Promise<SavedLock[]> {
  const path = pathIn(folder);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return [];
  try {
    return fileSchema.parse(JSON.parse(text)).locks;
  } catch (cause) {
    throw new Error(`The passcodes of the channels in ${path} cannot be read.`, { cause });
  }
}

const pathIn = (folder: string) => join(folder, 'passcodes.json');
