import { randomUUID } from 'node:crypto';
import { codecNames, haveCommonCodec } from '../graph/common-codecs.ts';
import { StarvationMeter } from '../graph/media-flow.ts';
import { flowingKinds, type MediaType } from '../graph/media-graph.ts';
import type { MediaKind, RtpSink, RtpSource, RtpStats } from '../media/media-types.ts';
import { isJsonObject, type JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError } from '../rpc/rpc-error.ts';
import { extendOperations, register } from './media-object.ts';
import { rtpStatsRecord } from './rtp-stats.ts';
import { SdpEndpoint } from './sdp-endpoint.ts';

/** After this much silence, a peer counts as having no media; measured on the original. */
const mediaTimeoutMs = 26_000;

type State = 'CONNECTED' | 'DISCONNECTED';

/** The transport of an endpoint's media. */
export type RtpCarrier = {
  readonly sources: Readonly<Record<MediaKind, RtpSource>>;
  readonly sinks: Readonly<Record<MediaKind, RtpSink>>;
  wantVideoCodec(name: string | null): void;
  setMaxRecvKbps(kind: MediaKind, kbps: number): void;
  stats(): RtpStats[];
};

/** An endpoint whose media travels as RTP. It tracks whether the peer is connected and whether media flows. */
export abstract class BaseRtpEndpoint extends SdpEndpoint {
  static override readonly operations = extendOperations<BaseRtpEndpoint>(super.operations, {
    setVideoFormat: (self, args) => {
      const caps = args.value('caps');
      self.setVideoFormat(isJsonObject(caps) ? caps.codec : null);
      return null;
    },
    getMediaState: (self) => self.mediaState,
    getConnectionState: (self) => self.connectionState,
    getRembParams: (self) => {
      const kept = self.property('rembParams');
      return register('RembParams', isJsonObject(kept) ? kept : {});
    },
    requestKeyframe: (self) => self.requestKeyframe(),
  });

  #connectionState: State = 'DISCONNECTED';
  #mediaState: State = 'DISCONNECTED';
  readonly #starvation = { AUDIO: new StarvationMeter(), VIDEO: new StarvationMeter() };
  #packetsIn = 0;
  #packetsOut = 0;
  #aliveAt = 0;
  readonly #statsIds = new Map<string, string>();

  protected abstract get carrier(): RtpCarrier;

  override source(kind: MediaKind): RtpSource {
    return this.carrier.sources[kind];
  }

  override sink(kind: MediaKind): RtpSink {
    return this.carrier.sinks[kind];
  }

  override setProperty(name: string, value: unknown): void {
    super.setProperty(name, value);
    if (name === 'maxVideoRecvBandwidth' && typeof value === 'number') this.carrier.setMaxRecvKbps('video', value);
    if (name === 'maxAudioRecvBandwidth' && typeof value === 'number') this.carrier.setMaxRecvKbps('audio', value);
  }

  override stats(type: MediaType | undefined): JsonObject {
    const records: JsonObject = {};
    for (const stats of this.carrier.stats()) {
      if (type !== undefined && flowingKinds[type] !== stats.kind) continue;
      const id = this.statsId(`${stats.direction} ${stats.ssrc}`);
      records[id] = rtpStatsRecord(id, stats);
    }
    return records;
  }

  /** The id of the record for a stream or channel; it stays the same. */
  protected statsId(key: string): string {
    const id = this.#statsIds.get(key) ?? randomUUID();
    this.#statsIds.set(key, id);
    return id;
  }

  get connectionState(): State {
    return this.#connectionState;
  }

  get mediaState(): State {
    return this.#mediaState;
  }

  override checkFlow(now: number): void {
    super.checkFlow(now);
    this.#checkMedia(now);
    this.#checkStarvation('AUDIO', 'audio', now);
    this.#checkStarvation('VIDEO', 'video', now);
  }

  /**
   * Asks for a keyframe on behalf of the peer.
   * @throws KurentoError 40111 on an endpoint that gets no video
   */
  requestKeyframe(): void {
    const feed = this.graph.feedOf(this, 'VIDEO');
    if (feed === null) throw new KurentoError(40111, 'Nothing to request: this endpoint gets no video');
    (this.graph.fed(this.sink('video')) ?? feed.source).requestKeyframe();
  }

  /** The requested format is negotiated with the peer: nothing is transcoded. */
  setVideoFormat(codec: unknown): void {
    this.carrier.wantVideoCodec(codec === 'VP8' || codec === 'H264' ? codec : null);
  }

  protected setConnectionState(newState: State): void {
    const oldState = this.#connectionState;
    if (newState === oldState) return;
    this.#connectionState = newState;
    this.emit('ConnectionStateChanged', { oldState, newState });
  }

  /**
   * Media is CONNECTED when packets arrive or leave, and DISCONNECTED when the peer has been silent for a long time. A
   * peer that never sent anything, such as a viewer, does not count as silent while it is connected: its source may
   * have paused.
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
    // A feed without a common codec was reported when it was connected.
    const source = feed !== null && haveCommonCodec(feed.source.codecs, sink.codecs) ? feed.source : null;
    if (!this.#starvation[type].look(source, sink, now)) return;
    const from = `'${feed?.element.id}' sends ${codecNames(feed?.source.codecs ?? [])}`;
    const text = `No ${kind} gets through: ${from}, '${this.id}' takes ${codecNames(sink.codecs)}`;
    this.reportMismatch(`${text}; the codec being sent does not seem to be among those`);
  }

  #setMediaState(newState: State): void {
    const oldState = this.#mediaState;
    this.#mediaState = newState;
    this.emit('MediaStateChanged', { oldState, newState });
  }
}
