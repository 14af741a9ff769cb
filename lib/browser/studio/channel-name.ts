import { channelLength } from '../../show-names.ts';

const firstWords = ['bright', 'calm', 'clear', 'early', 'gentle', 'golden', 'green', 'quiet', 'silver', 'sunny'];
const secondWords = ['bay', 'bridge', 'garden', 'harbor', 'hill', 'meadow', 'river', 'square', 'valley', 'window'];

/** A channel name for a presenter who has none yet, such as `calm-river-42`; `random` returns 0 to 1. */
export function suggestChannel(random: () => number = Math.random): string {
  const pick = (words: readonly string[]) => words[Math.floor(random() * words.length)] ?? 'stage';
  return `${pick(firstWords)}-${pick(secondWords)}-${10 + Math.floor(random() * 90)}`;
}

/** The text that a person typed, made as close to a channel name as possible while they are still typing. */
export function normalizeChannel(typed: string): string {
  return typed
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-/, '')
    .slice(0, channelLength.max);
}
