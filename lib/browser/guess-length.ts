/** A length of time that is only guessed at, rounded down: so many of a unit, or `less` than a minute. */
export type GuessedLength = { unit: 'less' | 'minutes' | 'hours' | 'days'; count: number };

/** A guess of `ms` milliseconds in the largest unit that still says something. */
export function guessLength(ms: number): GuessedLength {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 1) return { unit: 'less', count: 0 };
  if (minutes < 100) return { unit: 'minutes', count: minutes };
  const hours = Math.floor(minutes / 60);
  return hours < 72 ? { unit: 'hours', count: hours } : { unit: 'days', count: Math.floor(hours / 24) };
}
