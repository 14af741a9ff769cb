import { useEffect, useEffectEvent, useState } from 'react';
import { type EmbedEvent, type EmbedOrigins, type EmbedState, parseEmbedCommand } from '../../embed-api.ts';
import type { ViewerState } from '../watch/viewer-state.ts';
import type { LivePlayer, PlayerState } from './live-player.ts';

/** The host page around the player, as far as the bridge knows it. */
export type EmbedHost = {
  /** Sends to the host page, if it has that origin; `*` matches any. */
  post: (message: EmbedEvent, origin: string) => void;
  /** Calls `onMessage` for messages from the host page only, until the returned function is called. */
  listen: (onMessage: (data: unknown, origin: string) => void) => () => void;
  /** The host page's origin; `null` if the browser does not reveal it. */
  origin: string | null;
  /** The origin of this site, whose own pages may always embed the player. */
  ownOrigin: string;
};

/** The state that the bridge reports. */
export type EmbedReport = Pick<EmbedEvent, 'state'> & Pick<PlayerState, 'playback' | 'muted' | 'volume'>;

type ControllablePlayer = Pick<LivePlayer, 'play' | 'pause' | 'setMuted' | 'setVolume'>;

/** Reports the player's state to the host page, and executes its commands; see `lib/embed-api.ts`. */
export class EmbedBridge {
  readonly #channel: string;
  readonly #origins: EmbedOrigins;
  readonly #player: ControllablePlayer;
  readonly #host: EmbedHost;
  #reported: EmbedReport | null = null;
  #stop: (() => void) | null = null;

  constructor(parts: { channel: string; origins: EmbedOrigins; player: ControllablePlayer; host: EmbedHost }) {
    this.#channel = parts.channel;
    this.#origins = parts.origins;
    this.#player = parts.player;
    this.#host = parts.host;
  }

  /** Starts listening, and announces that it does. */
  open(now: EmbedReport): void {
    if (this.#stop !== null) return;
    this.#reported = now;
    this.#stop = this.#host.listen((data, origin) => this.#handleCommand(data, origin));
    this.#notify('ready');
  }

  /** Stops listening and reporting. May be called repeatedly. */
  close(): void {
    this.#stop?.();
    this.#stop = null;
    this.#reported = null;
  }

  /** Reports the state if it has changed. */
  update(now: EmbedReport): void {
    const before = this.#reported;
    if (before === null) return;
    const soundsTheSame = before.muted === now.muted && before.volume === now.volume;
    if (soundsTheSame && before.state === now.state && before.playback === now.playback) return;
    this.#reported = now;
    this.#notify('state');
  }

  #handleCommand(data: unknown, origin: string): void {
    if (!this.#mayBe(origin)) return;
    const message = parseEmbedCommand(data);
    switch (message?.command) {
      case 'play':
        this.#player.play();
        break;
      case 'pause':
        this.#player.pause();
        break;
      case 'mute':
      case 'unmute':
        this.#player.setMuted(message.command === 'mute');
        break;
      case 'set-volume':
        this.#player.setVolume(message.volume);
        break;
      case 'request-state':
        this.#notify('state');
        break;
      default:
    }
  }

  #notify(event: EmbedEvent['event']): void {
    const reported = this.#reported;
    if (reported === null) return;
    for (const origin of this.#listeners()) {
      this.#host.post({ source: 'rostrum', event, channel: this.#channel, ...reported }, origin);
    }
  }

  /**
   * The origins to address. If the browser does not reveal the host page's origin, all allowed ones are tried, and the
   * browser delivers only to a match.
   */
  #listeners(): readonly string[] {
    const { origin, ownOrigin } = this.#host;
    if (origin !== null) return this.#mayBe(origin) ? [origin] : [];
    return this.#origins === '*' ? ['*'] : [ownOrigin, ...this.#origins];
  }

  #mayBe(origin: string): boolean {
    return this.#origins === '*' || origin === this.#host.ownOrigin || this.#origins.includes(origin);
  }
}

/** A viewer's state, as it is reported to the host page. */
export function embedStateOf(state: ViewerState): EmbedState {
  switch (state.phase) {
    case 'live':
      return state.broadcast.phase === 'interrupted' ? 'interrupted' : 'live';
    case 'reconnecting':
      return 'interrupted';
    case 'ended':
    case 'failed':
      return state.phase;
    default:
      return state.phase === 'waiting' && state.broadcast?.phase === 'interrupted' ? 'interrupted' : 'waiting';
  }
}

/** The page that embeds this one in a frame; `null` if there is none. */
function findEmbedHost(): EmbedHost | null {
  const page = globalThis.parent;
  if (page === globalThis.self) return null;
  // Firefox has no `ancestorOrigins`; there, the referrer names the host page, if the page's policy allows it.
  const { ancestorOrigins } = globalThis.location;
  const referrer = document.referrer === '' ? null : new URL(document.referrer).origin;
  return {
    post: (message, origin) => page.postMessage(message, origin),
    listen: (onMessage) => {
      const listener = ({ source, data, origin }: MessageEvent<unknown>) => {
        if (source === page) onMessage(data, origin);
      };
      globalThis.addEventListener('message', listener);
      return () => globalThis.removeEventListener('message', listener);
    },
    origin: ancestorOrigins?.[0] ?? referrer,
    ownOrigin: globalThis.location.origin,
  };
}

type EmbedParts = {
  channel: string;
  origins: EmbedOrigins;
  player: LivePlayer;
  state: ViewerState;
  playing: PlayerState;
};

/** Connects the player to its host page, as long as the component is mounted. */
export function useEmbedBridge({ channel, origins, player, state, playing }: EmbedParts): void {
  const [bridge] = useState(() => {
    const host = globalThis.document === undefined ? null : findEmbedHost();
    return host === null ? null : new EmbedBridge({ channel, origins, player, host });
  });
  const { playback, muted, volume } = playing;
  const now: EmbedReport = { state: embedStateOf(state), playback, muted, volume };
  const open = useEffectEvent(() => bridge?.open(now));
  useEffect(() => {
    open();
    return () => bridge?.close();
  }, [bridge]);
  useEffect(
    () => bridge?.update({ state: now.state, playback, muted, volume }),
    [bridge, now.state, playback, muted, volume],
  );
}
