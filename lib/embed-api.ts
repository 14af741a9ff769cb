/*
 * What the player of /embed/<channel> and the page around it say to each other by `postMessage`. It is described for
 * other people's pages in components/embed/README.md.
 */

/** What the player shows. `interrupted` goes on by itself; `failed` needs a person. */
const embedStates = ['waiting', 'live', 'interrupted', 'ended', 'failed'] as const;
/** A name out of {@link embedStates}. */
export type EmbedState = (typeof embedStates)[number];

/**
 * What becomes of the picture. `starting` is on its way, or there is none; `refused` means that the browser plays
 * nothing until somebody taps.
 */
const embedPlaybacks = ['starting', 'playing', 'paused', 'refused'] as const;
/** A name out of {@link embedPlaybacks}. */
type EmbedPlayback = (typeof embedPlaybacks)[number];

/** What the player tells: `ready` once, when it understands commands, and `state` after every change. */
export type EmbedEvent = {
  source: 'rostrum';
  event: 'ready' | 'state';
  channel: string;
  state: EmbedState;
  playback: EmbedPlayback;
  muted: boolean;
  /** 0 to 1. */
  volume: number;
};

/** What the page around it may ask for. `volume` is 0 to 1. */
export type EmbedCommand =
  | { target: 'rostrum'; command: 'play' | 'pause' | 'mute' | 'unmute' | 'request-state' }
  | { target: 'rostrum'; command: 'set-volume'; volume: number };

/**
 * A message as a command; `null` when it is none of ours, or not a whole one. Written out, because the validation
 * library would weigh more than the player.
 */
export function parseEmbedCommand(message: unknown): EmbedCommand | null {
  if (typeof message !== 'object' || message === null) return null;
  const { target, command, volume } = message as Partial<Record<string, unknown>>;
  if (target !== 'rostrum') return null;
  switch (command) {
    case 'play':
    case 'pause':
    case 'mute':
    case 'unmute':
    case 'request-state':
      return { target, command };
    case 'set-volume':
      if (typeof volume !== 'number' || !(volume >= 0 && volume <= 1)) return null;
      return { target, command, volume };
    default:
      return null;
  }
}

/** The sites whose pages may hold the player; `*` stands for all. An origin is such as `https://example.org`. */
export type EmbedOrigins = '*' | readonly string[];

/** The header in which the server tells its own pages which sites may hold the player; see `server/http/security-headers.ts`. */
export const embedOriginsHeader = 'x-rostrum-embed-origins';

/** Origins as they stand in {@link embedOriginsHeader}. */
export function writeEmbedOrigins(origins: EmbedOrigins): string {
  return origins === '*' ? '*' : origins.join(' ');
}

/** Origins out of {@link embedOriginsHeader}. */
export function readEmbedOrigins(header: string | null): EmbedOrigins {
  if (header === '*') return '*';
  return (header ?? '').split(' ').filter((origin) => origin !== '');
}
