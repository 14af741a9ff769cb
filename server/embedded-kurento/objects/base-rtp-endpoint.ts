import { codecNames, haveCommonCodec } from '../graph/codec-match.ts';
import { StarvationMeter } from '../graph/starvation-meter.ts';
import type { MediaKind } from '../media/media-types.ts';
import { isJsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import type { Arguments } from '../types/arguments.ts';
import type { Operation } from '../types/class-table.ts';
import { type OperationsOf, register } from './media-object.ts';
import { SdpEndpoint } from './sdp-endpoint.ts';

/** A peer that was silent for that long has no media any more; measured on the original. */
export const mediaTimeoutMs = 26_000;

type State = 'CONNECTED' | 'DISCONNECTED';

/** An endpoint whose media travels as RTP: it knows whether the peer is there and whether its media is. */
export abstract class BaseRtpEndpoint extends SdpEndpoint {
  #connectionState: State = 'DISCONNECTED';
  #mediaState: State = 'DISCONNECTED';
  readonly #starvation = { AUDIO: new StarvationMeter(), VIDEO: new StarvationMeter() };
  #packetsIn = 0;
  #packetsOut = 0;
  #aliveAt = 0;

  get connectionState(): State {
    return this.#connectionState;
  }

  get mediaState(): State {
    return this.#mediaState;
  }

  override perform(operation: Operation, args: Arguments): unknown {
    const own = operations[operation.name];
    return own === undefined ? super.perform(operation, args) : own(this, args);
  }

  override checkFlow(now: number): void {
    super.checkFlow(now);
    this.#checkMedia(now);
    this.#checkStarvation('AUDIO', 'audio', now);
    this.#checkStarvation('VIDEO', 'video', now);
  }

  /**
   * Asks for a keyframe on behalf of the peer.
   * @throws KurentoError 40111 on an endpoint that is given no video
   */
  requestKeyframe(): void {
    const feed = this.graph.feedOf(this, 'VIDEO');
    if (feed === null) throw new KurentoError(40111, 'Nothing to request: this endpoint is given no video');
    feed.source.requestKeyframe();
  }

  protected setConnectionState(newState: State): void {
    const oldState = this.#connectionState;
    if (newState === oldState) return;
    this.#connectionState = newState;
    this.emit('ConnectionStateChanged', { oldState, newState });
  }

  /**
   * Media is there when packets come or go, and gone when the peer has been silent for long. A peer that never sent
   * anything, as a viewer, is not silent while the connection stands: its source may be pausing.
   */
  #checkMedia(now: number): void {
    const packetsIn = (this.source('audio')?.packetCount ?? 0) + (this.source('video')?.packetCount ?? 0);
    const packetsOut = (this.sink('audio')?.packetCount ?? 0) + (this.sink('video')?.packetCount ?? 0);
    const connected = this.#connectionState === 'CONNECTED';
    const moved = packetsIn > this.#packetsIn || (connected && packetsOut > this.#packetsOut);
    this.#packetsIn = packetsIn;
    this.#packetsOut = packetsOut;
    if (packetsIn === 0 ? connected : moved) this.#aliveAt = now;
    if (this.#mediaState === 'DISCONNECTED' && moved && connected) this.#setMediaState('CONNECTED');
    else if (this.#mediaState === 'CONNECTED' && now - this.#aliveAt >= mediaTimeoutMs) {
      this.#setMediaState('DISCONNECTED');
    }
  }

  #checkStarvation(type: 'AUDIO' | 'VIDEO', kind: MediaKind, now: number): void {
    const sink = this.sink(kind);
    if (sink === null) return;
    const ready = this.#connectionState === 'CONNECTED' && sink.codecs.length > 0;
    const feed = ready ? this.graph.feedOf(this, type) : null;
    // A feed that cannot fit was reported when it was connected.
    const source = feed !== null && haveCommonCodec(feed.source.codecs, sink.codecs) ? feed.source : null;
    if (!this.#starvation[type].look(source, sink, now)) return;
    const from = `'${feed?.element.id}' sends ${codecNames(feed?.source.codecs ?? [])}`;
    const text = `No ${kind} gets through: ${from}, '${this.id}' takes ${codecNames(sink.codecs)}`;
    this.reportMismatch(`${text}; what is sent now seems not to be among it`);
  }

  #setMediaState(newState: State): void {
    const oldState = this.#mediaState;
    this.#mediaState = newState;
    this.emit('MediaStateChanged', { oldState, newState });
  }
}

const operations: OperationsOf<BaseRtpEndpoint> = {
  getMediaState: (self) => self.mediaState,
  getConnectionState: (self) => self.connectionState,
  getRembParams: (self) => {
    const kept = self.property('rembParams');
    return register('RembParams', isJsonObject(kept) ? kept : {});
  },
  requestKeyframe: (self) => self.requestKeyframe(),
};
