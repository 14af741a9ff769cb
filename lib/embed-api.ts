/*
 * The messages that the player of /embed/<channel> and its host page exchange by `postMessage`. They are documented for
 * authors of host pages in components/embed/README.md.
 */

/** The player's states. `interrupted` recovers automatically; `failed` needs the viewer to act. */
const embedStates = ['waiting', 'live', 'interrupted', 'ended', 'failed'] as const;
/** A state from {@link embedStates}. */
export type EmbedState = (typeof embedStates)[number];

/**
 * The states of playback. `starting` means that the picture has not arrived yet, or that there is none. `refused` means
 * that the browser plays nothing until the viewer taps.
 */
const embedPlaybacks = ['starting', 'playing', 'paused', 'refused'] as const;
/** A state from {@link embedPlaybacks}. */
type EmbedPlayback = (typeof embedPlaybacks)[number];

/** A message from the player: `ready` once, when it accepts commands, and `state` after every change. */
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

/** A command from the host page. `volume` is 0 to 1. */
export type EmbedCommand =
  | { target: 'rostrum'; command: 'play' | 'pause' | 'mute' | 'unmute' | 'request-state' }
  | { target: 'rostrum'; command: 'set-volume'; volume: number };

/**
 * Parses a message as a command; `null` when it is not one of ours, or incomplete. Written by hand, because the
 * validation library would be larger than the player.
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

/** The sites whose pages may embed the player; `*` stands for all. An origin looks like `https://example.org`. */
export type EmbedOrigins = '*' | readonly string[];

/**
 * The header in which the server tells its own pages which sites may embed the player; see
 * `server/http/security-headers.ts`.
 */
export const embedOriginsHeader = 'x-rostrum-embed-origins';

/** Writes origins as the value of {@link embedOriginsHeader}. */
export function writeEmbedOrigins(origins: EmbedOrigins): string {
  return origins === '*' ? '*' : origins.join(' ');
}

/** Reads origins from the value of {@link embedOriginsHeader}. */
export function readEmbedOrigins(header: string | null): EmbedOrigins {
  if (header === '*') return '*';
  return (header ?? '').split(' ').filter((origin) => origin !== '');
}
