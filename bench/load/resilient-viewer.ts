import type { BroadcastView } from '../../lib/signaling.ts';
import { PictureLog } from '../media/picture-log.ts';
import { wait } from '../platform/clock.ts';
import type { LoadTarget } from './load-link.ts';
import { LoadViewer } from './load-viewer.ts';
import { ReturningSocket, returnPauseMs } from './returning-socket.ts';
import { RequestRefused, type SignalingSocket } from './signaling-socket.ts';

/** If a show is on air and no picture arrives for this long, this viewer is considered disconnected. */
const stallMs = 3_000;
const lookEveryMs = 100;
/** Viewers who get the same notice at the same moment spread their reconnections over this time. */
const jitterMs = 200;

/**
 * A viewer without a browser that stays, as a page does: whenever the link closes, the socket breaks or pictures stop
 * while the show is on air, it joins again, and it waits for a show that is not on air.
 */
export class ResilientViewer {
  readonly pictures = new PictureLog();
  readonly #target: LoadTarget;
  readonly #channel: string;
  readonly #socket: ReturningSocket;
  readonly #closed = new AbortController();
  readonly #running: Promise<void>;
  #joins = 0;
  /** The present connection; `null` while there is none. */
  #viewer: LoadViewer | null = null;
  #broadcast: BroadcastView | null = null;
  /** Since when pictures are expected, in wall clock milliseconds; `null` while the show is not live. */
  #liveSinceMs: number | null = null;
  #trouble = '';

  private constructor(target: LoadTarget, channel: string) {
    this.#target = target;
    this.#channel = channel;
    this.#socket = new ReturningSocket(target.url, target.timeoutMs ?? 10_000);
    this.#running = this.#run();
  }

  /** Joins `channel`, on air or not; does not wait for pictures. */
  static watch(target: LoadTarget, channel: string): ResilientViewer {
    return new ResilientViewer(target, channel);
  }

  /** How often it rejoined. */
  get rejoins(): number {
    return Math.max(0, this.#joins - 1);
  }

  /** How many sockets it needed. */
  get sockets(): number {
    return this.#socket.opened;
  }

  /** The UDP port of the media server to which it is connected; `null` while it is not. */
  get mediaPort(): number | null {
    return this.#viewer?.mediaPort ?? null;
  }

  /** The broadcast as the server last described it. */
  get broadcast(): BroadcastView | null {
    return this.#broadcast;
  }

  /** The last error, which explains why no picture arrives. */
  get trouble(): string {
    return this.#trouble;
  }

  /** Drops its socket and its connection without notifying the server, and comes back. */
  breakOff(): void {
    this.#socket.drop();
  }

  /** Disconnects without notifying the server; may be called twice; never rejects. */
  async close(): Promise<void> {
    this.#closed.abort(new Error('The viewer was closed.'));
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#closed;
    for (let failures = 0; !signal.aborted; failures += 1) {
      try {
        await wait(returnPauseMs(failures), signal);
        const socket = await this.#socket.connected(signal);
        if (await this.#watchOnce(socket)) failures = -1;
      } catch (error) {
        if (!signal.aborted) this.#trouble = String(error);
        // A server that does not answer may have been replaced: the next attempt finds out with a new socket.
        if (!(error instanceof RequestRefused)) this.#socket.drop();
      }
    }
    this.#socket.drop();
  }

  /** Joins once the show is on air, and watches until something breaks. Returns whether there were pictures. */
  async #watchOnce(socket: SignalingSocket): Promise<boolean> {
    const forget = socket.on('broadcast:changed', ({ broadcast }) => this.#noteBroadcast(broadcast));
    try {
      this.#noteBroadcast((await socket.request('channel:follow', { channel: this.#channel })).broadcast);
      await this.#until(() => !socket.connected || this.#isOn);
      if (!socket.connected) return false;
      if (this.#joins > 0) await wait(Math.random() * jitterMs, this.#closed.signal);
      return await this.#joinOnce(socket);
    } finally {
      forget();
    }
  }

  async #joinOnce(socket: SignalingSocket): Promise<boolean> {
    const session = this.#joins;
    const before = this.pictures.sources;
    const viewer = await LoadViewer.join({ ...this.#target, socket }, this.#channel, {
      seen: (video) => {
        this.pictures.note(`${session}:${video.streamId}`, video.startsKeyframe);
      },
    });
    this.#viewer = viewer;
    try {
      this.#joins += 1;
      const joinedMs = Date.now();
      const { link } = viewer;
      await this.#until(
        () => !socket.connected || !this.#isOn || link.closedByServer !== null || this.#stalled(joinedMs),
      );
      this.#trouble = this.#describe(viewer, socket);
      if (socket.connected && this.#isOn && link.closedByServer === null) await socket.request('viewer:leave', {});
      return this.pictures.sources > before;
    } finally {
      this.#viewer = null;
      await viewer.close();
    }
  }

  get #isOn(): boolean {
    return this.#broadcast?.phase === 'live' || this.#broadcast?.phase === 'interrupted';
  }

  #stalled(joinedMs: number): boolean {
    if (this.#liveSinceMs === null) return false;
    const nowMs = Date.now();
    const lastMs = nowMs - (this.pictures.sinceLastMs ?? Number.POSITIVE_INFINITY);
    return nowMs - Math.max(joinedMs, this.#liveSinceMs, lastMs) > stallMs;
  }

  #describe(viewer: LoadViewer, socket: SignalingSocket): string {
    if (viewer.link.closedByServer !== null) return `closed by the server: ${viewer.link.closedByServer.code}`;
    if (!socket.connected) return 'the socket broke';
    return this.#isOn ? `no picture for ${stallMs} ms, connection ${viewer.link.peer.state}` : 'the show is over';
  }

  #noteBroadcast(broadcast: BroadcastView | null): void {
    if (broadcast?.phase !== 'live') this.#liveSinceMs = null;
    else this.#liveSinceMs ??= Date.now();
    this.#broadcast = broadcast;
  }

  /** Resolves when `isSo`, called ten times a second, returns true; rejects when the viewer is closed. */
  async #until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await wait(lookEveryMs, this.#closed.signal);
  }
}
