import { randomUUID } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import type { MediaType } from '../graph/media-graph.ts';
import { FaultReporter } from '../media/fault-reporter.ts';
import {
  type DtlsState,
  type IceComponentState,
  NegotiationError,
  type PeerLink,
  type PeerLinkListener,
} from '../media/media-types.ts';
import type { DataMessage, DataPort } from '../media/transport/data-channels.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { KurentoError, objectNotFound } from '../rpc/rpc-error.ts';
import type { Arguments } from '../types/arguments.ts';
import { BaseRtpEndpoint, type RtpCarrier } from './base-rtp-endpoint.ts';
import { type NetworkProperties, readNetwork } from './link-network.ts';
import { extendOperations, register } from './media-object.ts';
import type { MediaPipeline } from './media-pipeline.ts';
import { dataStatsRecord } from './rtp-stats.ts';
import { type OfferOptions, offeredDirections } from './sdp-endpoint.ts';

/** All media of a peer is bundled into one stream with one component (RFC 8843, RFC 5761). */
const streamId = 1;
const componentId = 1;

/** Pads what a viewer is sent; see {@link WebRtcEndpoint.addTag}. */
const probeTag = 'bandwidthProbe';

const networkProperties: ReadonlySet<string> = new Set<keyof NetworkProperties>([
  'stunServerAddress',
  'stunServerPort',
  'turnUrl',
  'externalIPv4',
  'externalIPv6',
  'networkInterfaces',
]);

/** The constructor options. Directions apply only to the endpoint's own offers: a peer's offer sets its own. */
export type WebRtcEndpointOptions = { recvonly: boolean; sendonly: boolean; useDataChannels: boolean };

/** A WebRTC peer: a presenter's or viewer's browser. */
export class WebRtcEndpoint extends BaseRtpEndpoint {
  static override readonly operations = extendOperations<WebRtcEndpoint>(super.operations, {
    gatherCandidates: (self) => self.gatherCandidates(),
    addIceCandidate: (self, args) => self.addCandidate(args.record('candidate')),
    getICECandidatePairs: (self) => self.candidatePairs,
    getIceConnectionState: (self) => self.iceConnections,
    getDtlsConnectionState: (self) => self.dtlsConnections,
    createDataChannel,
    closeDataChannel: (self, args) => self.data.closeOne(args.number('channelId')),
  });

  readonly #link: PeerLink;
  readonly #connectionId = randomUUID();
  readonly #options: WebRtcEndpointOptions;
  readonly #dataFaults: FaultReporter;
  #networkIsSettled = false;
  #iceState: IceComponentState | null = null;
  #dtlsState: DtlsState | null = null;
  #pair: JsonObject | null = null;

  constructor(pipeline: MediaPipeline, options: WebRtcEndpointOptions) {
    super(pipeline, 'WebRtcEndpoint');
    this.#options = options;
    this.#dataFaults = new FaultReporter(this.context.log, 'A data channel message could not be passed on');
    this.#link = this.#openLink(options.useDataChannels);
  }

  protected override get carrier(): RtpCarrier {
    return this.#link;
  }

  override setProperty(name: string, value: unknown): void {
    super.setProperty(name, value);
    if (this.#networkIsSettled && networkProperties.has(name))
      this.#reportNetwork(`${name} must be set before the negotiation`);
  }

  /**
   * The tag `bandwidthProbe` pads the video that is sent up to so many kbit/s for some seconds, to see whether the peer's
   * downlink carries it (D34).
   */
  override addTag(key: string, value: string): void {
    super.addTag(key, value);
    if (key === probeTag) this.#link.probe(Number.isFinite(Number(value)) ? Number(value) : 0);
  }

  /** The tag reads 0 once the padding has ended by itself. */
  override tag(key: string): string {
    const value = super.tag(key);
    return key === probeTag && !this.#link.isProbing ? '0' : value;
  }

  override stats(type: MediaType | undefined): JsonObject {
    const records = super.stats(type);
    if (type !== undefined && type !== 'DATA') return records;
    for (const stats of this.#link.data?.stats() ?? []) {
      const id = this.statsId(`data ${stats.id}`);
      records[id] = dataStatsRecord(id, stats);
    }
    return records;
  }

  override takeData(message: DataMessage): void {
    this.#link.data?.send(message);
  }

  /**
   * The peer's data channels.
   * @throws KurentoError 40111 unless they were negotiated
   */
  get data(): DataPort {
    const { data } = this.#link;
    if (data === null) throw new KurentoError(40111, 'Data channels are not supported');
    return data;
  }

  get iceConnections(): JsonObject[] {
    const state = this.#iceState;
    return state === null ? [] : [register('IceConnection', { streamId: String(streamId), componentId, state })];
  }

  get dtlsConnections(): JsonObject[] {
    const state = this.#dtlsState;
    if (state === null) return [];
    return (['dec', 'enc'] as const).map((half) => register('DtlsConnection', this.#dtlsData(half, state)));
  }

  get candidatePairs(): JsonObject[] {
    return this.#pair === null ? [] : [this.#pair];
  }

  /** Starts gathering, after a negotiation that is still running. */
  async gatherCandidates(): Promise<void> {
    await this.whenSettled();
    if (this.released) throw objectNotFound(this.id);
    this.#link.gatherCandidates();
  }

  /** @throws KurentoError 40401 when the candidate belongs to no m-line of the session */
  async addCandidate(record: JsonObject): Promise<void> {
    await this.whenSettled();
    if (this.released) throw objectNotFound(this.id);
    const { candidate, sdpMid, sdpMLineIndex } = record;
    try {
      this.#link.addCandidate({
        candidate: String(candidate),
        sdpMid: typeof sdpMid === 'string' ? sdpMid : null,
        sdpMLineIndex: typeof sdpMLineIndex === 'number' ? sdpMLineIndex : null,
      });
    } catch (error) {
      if (error instanceof NegotiationError) throw new KurentoError(error.kurentoCode, 'Error adding candidate');
      throw error;
    }
  }

  protected override answer(offer: string): Promise<string> {
    this.#settleNetwork();
    return this.#link.processOffer(offer);
  }

  protected override async offer(options: OfferOptions): Promise<string> {
    this.#settleNetwork();
    const { useDataChannels } = this.#options;
    return this.#link.generateOffer({ directions: offeredDirections(options, this.#options), data: useDataChannels });
  }

  protected override complete(answer: string): Promise<string> {
    return this.#link.processAnswer(answer);
  }

  protected override async onRelease(): Promise<void> {
    await super.onRelease();
    this.#link.close();
  }

  /** Applies the network properties, with the values that they have when the negotiation begins. */
  #settleNetwork(): void {
    this.#networkIsSettled = true;
    const text = (name: keyof NetworkProperties): string => String(this.property(name) ?? '');
    const { network, problems } = readNetwork(
      {
        stunServerAddress: text('stunServerAddress'),
        stunServerPort: Number(this.property('stunServerPort')),
        turnUrl: text('turnUrl'),
        externalIPv4: text('externalIPv4'),
        externalIPv6: text('externalIPv6'),
        networkInterfaces: text('networkInterfaces'),
      },
      networkInterfaces(),
    );
    for (const problem of problems) this.#reportNetwork(problem);
    this.#link.setNetwork(network);
  }

  #reportNetwork(description: string): void {
    this.emitError({ errorCode: 40107, type: 'MEDIA_OBJECT_ILLEGAL_PARAM_ERROR', description });
  }

  #openLink(acceptsData: boolean): PeerLink {
    const listener: PeerLinkListener = {
      candidateFound: (candidate) =>
        this.emit('IceCandidateFound', { candidate: register('IceCandidate', { ...candidate }) }),
      gatheringDone: () => this.emit('IceGatheringDone'),
      iceStateChanged: (state) => this.#iceStateChanged(state),
      candidatePairSelected: (pair) => {
        const record = register('IceCandidatePair', { streamId: String(streamId), componentId, ...pair });
        this.#pair = record;
        this.emit('NewCandidatePairSelected', { candidatePair: record });
      },
      dtlsStateChanged: (state) => this.#dtlsStateChanged(state),
      dataChannelOpened: (channelId) => this.emit('DataChannelOpened', { channelId }),
      dataChannelClosed: (channelId) => this.emit('DataChannelClosed', { channelId }),
      dataReceived: (message) => {
        for (const sink of this.graph.reach(this, 'DATA')) {
          try {
            sink.takeData(message);
          } catch (error) {
            this.#dataFaults.report(error, { sink: sink.id });
          }
        }
      },
    };
    return this.context.engine.openPeerLink(listener, { acceptsData });
  }

  #iceStateChanged(state: IceComponentState): void {
    this.#iceState = state;
    this.emit('IceComponentStateChanged', { streamId, componentId, state });
    if (state === 'FAILED') this.setConnectionState('DISCONNECTED');
  }

  #dtlsStateChanged(state: DtlsState): void {
    this.#dtlsState = state;
    if (state === 'CONNECTED') this.setConnectionState('CONNECTED');
    // The original has an element for each direction and reports both; NEW is reported by the sending one only.
    if (state !== 'NEW') this.emit('DtlsConnectionStateChange', this.#dtlsData('dec', state));
    this.emit('DtlsConnectionStateChange', this.#dtlsData('enc', state));
    if (state === 'CLOSED' || state === 'FAILED') this.setConnectionState('DISCONNECTED');
  }

  #dtlsData(half: 'enc' | 'dec', state: DtlsState): JsonObject {
    const component = `[bundle/dtlssrtp${half}]`;
    return { streamId: String(streamId), componentId: component, connectionId: this.#connectionId, state };
  }
}

/** Kurento uses −1 for no limit. */
function limitOf(args: Arguments, name: string): number | null {
  const value = args.number(name);
  return value < 0 ? null : Math.min(value, 65_535);
}

function createDataChannel(self: WebRtcEndpoint, args: Arguments): void {
  const [maxPacketLifeTime, maxRetransmits] = [limitOf(args, 'maxPacketLifeTime'), limitOf(args, 'maxRetransmits')];
  const { data } = self;
  if (maxPacketLifeTime !== null && maxRetransmits !== null) {
    // https://www.rfc-editor.org/rfc/rfc8832#section-5.1 allows the one or the other.
    throw new KurentoError(40107, 'Give maxPacketLifeTime or maxRetransmits, but not both');
  }
  const ordered = args.value('ordered') !== false;
  data.create({
    label: args.text('label'),
    protocol: args.text('protocol'),
    ordered,
    maxPacketLifeTime,
    maxRetransmits,
  });
}
