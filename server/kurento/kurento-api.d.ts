/*
 * Generated from the definitions that come with kurento-client. To generate it again:
 *   npx vitest run server/kurento/testing/declare-kurento-api.integration.test.ts --update
 */
declare module 'kurento-client' {
  export type RaiseBaseEvent = { source: string; timestampMillis: string; tags: Tag[] };
  export type MediaEvent = RaiseBaseEvent & { type: string };
  export type Tag = {
    key: string;
    value: string;
  };
  export type ElementConnectionData = {
    source: string;
    sink: string;
    type: MediaType;
    sourceDescription: string;
    sinkDescription: string;
  };
  export type MediaType = 'AUDIO' | 'DATA' | 'VIDEO';
  export type AudioCaps = {
    codec: AudioCodec;
    bitrate: number;
  };
  export type VideoCaps = {
    codec: VideoCodec;
    framerate: Fraction;
  };
  export type GstreamerDotDetails =
    | 'SHOW_MEDIA_TYPE'
    | 'SHOW_CAPS_DETAILS'
    | 'SHOW_NON_DEFAULT_PARAMS'
    | 'SHOW_STATES'
    | 'SHOW_FULL_PARAMS'
    | 'SHOW_ALL'
    | 'SHOW_VERBOSE';
  export type Stats = {
    id: string;
    type: StatsType;
    timestampMillis: number;
  };
  export type MediaFlowState = 'FLOWING' | 'NOT_FLOWING';
  export type MediaTranscodingState = 'TRANSCODING' | 'NOT_TRANSCODING';
  export type OfferOptions = {
    offerToReceiveAudio?: boolean;
    offerToReceiveVideo?: boolean;
  };
  export type MediaState = 'DISCONNECTED' | 'CONNECTED';
  export type ConnectionState = 'DISCONNECTED' | 'CONNECTED';
  export type RembParams = {
    packetsRecvIntervalTop?: number;
    exponentialFactor?: number;
    linealFactorMin?: number;
    linealFactorGrade?: number;
    decrementFactor?: number;
    thresholdFactor?: number;
    upLosses?: number;
    rembOnConnect?: number;
  };
  export type IceCandidatePair = {
    streamId: string;
    componentId: number;
    localCandidate: string;
    remoteCandidate: string;
  };
  export type IceConnection = {
    streamId: string;
    componentId: number;
    state: IceComponentState;
  };
  export type DtlsConnection = {
    streamId: string;
    componentId: string;
    connectionId: string;
    state: DtlsConnectionState;
  };
  export type IceCandidate = {
    candidate: string;
    sdpMid: string | null;
    sdpMLineIndex: number | null;
  };
  export type IceComponentState = 'DISCONNECTED' | 'GATHERING' | 'CONNECTING' | 'CONNECTED' | 'READY' | 'FAILED';
  export type DtlsConnectionState = 'NEW' | 'CLOSED' | 'FAILED' | 'CONNECTING' | 'CONNECTED';
  export type UriEndpointState = 'STOP' | 'START' | 'PAUSE';
  export type ServerInfo = {
    version: string;
    modules: ModuleInfo[];
    type: ServerType;
    capabilities: string[];
  };
  export type AudioCodec = 'OPUS' | 'PCMU' | 'PCMA' | 'RAW';
  export type VideoCodec = 'H265' | 'AV1' | 'VP9' | 'VP8' | 'H264' | 'RAW';
  export type Fraction = {
    numerator: number;
    denominator: number;
  };
  export type StatsType =
    | 'inboundrtp'
    | 'outboundrtp'
    | 'session'
    | 'datachannel'
    | 'track'
    | 'transport'
    | 'candidatepair'
    | 'localcandidate'
    | 'remotecandidate'
    | 'element'
    | 'endpoint';
  export type ModuleInfo = {
    version: string;
    name: string;
    generationTime: string;
    factories: string[];
  };
  export type ServerType = 'KMS' | 'KCS';
  export interface MediaObjectOperations {
    getName(callback: Callback<string>): void;
    setName(name: string, callback: Callback): void;
    getSendTagsInEvents(callback: Callback<boolean>): void;
    setSendTagsInEvents(sendTagsInEvents: boolean, callback: Callback): void;
    getCreationTime(callback: Callback<number>): void;
    addTag(key: string, value: string, callback: Callback): void;
    removeTag(key: string, callback: Callback): void;
    getTag(key: string, callback: Callback<string>): void;
    getTags(callback: Callback<Tag[]>): void;
  }
  export type MediaObjectEvents = {
    Error: RaiseBaseEvent & { description: string; errorCode: number; type: string };
  };
  export interface MediaElementOperations extends MediaObjectOperations {
    getEncoderBitrate(callback: Callback<number>): void;
    setEncoderBitrate(encoderBitrate: number, callback: Callback): void;
    getMinEncoderBitrate(callback: Callback<number>): void;
    setMinEncoderBitrate(minEncoderBitrate: number, callback: Callback): void;
    getMaxEncoderBitrate(callback: Callback<number>): void;
    setMaxEncoderBitrate(maxEncoderBitrate: number, callback: Callback): void;
    getSourceConnections(callback: Callback<ElementConnectionData[]>): void;
    getSourceConnections(mediaType: MediaType, callback: Callback<ElementConnectionData[]>): void;
    getSourceConnections(mediaType: MediaType, description: string, callback: Callback<ElementConnectionData[]>): void;
    getSinkConnections(callback: Callback<ElementConnectionData[]>): void;
    getSinkConnections(mediaType: MediaType, callback: Callback<ElementConnectionData[]>): void;
    getSinkConnections(mediaType: MediaType, description: string, callback: Callback<ElementConnectionData[]>): void;
    connect(sink: MediaElement, callback: Callback): void;
    connect(sink: MediaElement, mediaType: MediaType, callback: Callback): void;
    connect(sink: MediaElement, mediaType: MediaType, sourceMediaDescription: string, callback: Callback): void;
    connect(
      sink: MediaElement,
      mediaType: MediaType,
      sourceMediaDescription: string,
      sinkMediaDescription: string,
      callback: Callback,
    ): void;
    disconnect(sink: MediaElement, callback: Callback): void;
    disconnect(sink: MediaElement, mediaType: MediaType, callback: Callback): void;
    disconnect(sink: MediaElement, mediaType: MediaType, sourceMediaDescription: string, callback: Callback): void;
    disconnect(
      sink: MediaElement,
      mediaType: MediaType,
      sourceMediaDescription: string,
      sinkMediaDescription: string,
      callback: Callback,
    ): void;
    setAudioFormat(caps: AudioCaps, callback: Callback): void;
    setVideoFormat(caps: VideoCaps, callback: Callback): void;
    dumpGstreamerDot(callback: Callback): void;
    dumpGstreamerDot(details: GstreamerDotDetails, callback: Callback): void;
    getGstreamerDot(callback: Callback<string>): void;
    getGstreamerDot(details: GstreamerDotDetails, callback: Callback<string>): void;
    getStats(callback: Callback<Record<string, Stats> | null>): void;
    getStats(mediaType: MediaType, callback: Callback<Record<string, Stats> | null>): void;
    isMediaFlowingIn(mediaType: MediaType, callback: Callback<boolean>): void;
    isMediaFlowingIn(mediaType: MediaType, sinkMediaDescription: string, callback: Callback<boolean>): void;
    isMediaFlowingOut(mediaType: MediaType, callback: Callback<boolean>): void;
    isMediaFlowingOut(mediaType: MediaType, sourceMediaDescription: string, callback: Callback<boolean>): void;
    isMediaTranscoding(mediaType: MediaType, callback: Callback<boolean>): void;
    isMediaTranscoding(mediaType: MediaType, binName: string, callback: Callback<boolean>): void;
  }
  export type MediaElementEvents = MediaObjectEvents & {
    ElementConnected: MediaEvent & {
      sink: string;
      mediaType: MediaType;
      sourceMediaDescription: string;
      sinkMediaDescription: string;
    };
    ElementDisconnected: MediaEvent & {
      sink: string;
      mediaType: MediaType;
      sourceMediaDescription: string;
      sinkMediaDescription: string;
    };
    MediaFlowOutStateChanged: MediaEvent & { state: MediaFlowState; padName: string; mediaType: MediaType };
    MediaFlowInStateChanged: MediaEvent & { state: MediaFlowState; padName: string; mediaType: MediaType };
    MediaTranscodingStateChanged: MediaEvent & { state: MediaTranscodingState; binName: string; mediaType: MediaType };
  };
  export interface PassThroughOperations extends MediaElementOperations {}
  export type PassThroughEvents = MediaElementEvents;
  export interface EndpointOperations extends MediaElementOperations {}
  export type EndpointEvents = MediaElementEvents;
  export interface SessionEndpointOperations extends EndpointOperations {}
  export type SessionEndpointEvents = EndpointEvents & {
    MediaSessionTerminated: MediaEvent;
    MediaSessionStarted: MediaEvent;
  };
  export interface SdpEndpointOperations extends SessionEndpointOperations {
    getMaxAudioRecvBandwidth(callback: Callback<number>): void;
    setMaxAudioRecvBandwidth(maxAudioRecvBandwidth: number, callback: Callback): void;
    getMaxVideoRecvBandwidth(callback: Callback<number>): void;
    setMaxVideoRecvBandwidth(maxVideoRecvBandwidth: number, callback: Callback): void;
    generateOffer(callback: Callback<string>): void;
    generateOffer(options: OfferOptions, callback: Callback<string>): void;
    processOffer(offer: string, callback: Callback<string>): void;
    processAnswer(answer: string, callback: Callback<string>): void;
    getLocalSessionDescriptor(callback: Callback<string>): void;
    getRemoteSessionDescriptor(callback: Callback<string>): void;
  }
  export type SdpEndpointEvents = SessionEndpointEvents;
  export interface BaseRtpEndpointOperations extends SdpEndpointOperations {
    getMinVideoRecvBandwidth(callback: Callback<number>): void;
    setMinVideoRecvBandwidth(minVideoRecvBandwidth: number, callback: Callback): void;
    getMinVideoSendBandwidth(callback: Callback<number>): void;
    setMinVideoSendBandwidth(minVideoSendBandwidth: number, callback: Callback): void;
    getMaxVideoSendBandwidth(callback: Callback<number>): void;
    setMaxVideoSendBandwidth(maxVideoSendBandwidth: number, callback: Callback): void;
    getMediaState(callback: Callback<MediaState>): void;
    getConnectionState(callback: Callback<ConnectionState>): void;
    getMtu(callback: Callback<number>): void;
    setMtu(mtu: number, callback: Callback): void;
    getRembParams(callback: Callback<RembParams>): void;
    setRembParams(rembParams: RembParams, callback: Callback): void;
    requestKeyframe(callback: Callback): void;
  }
  export type BaseRtpEndpointEvents = SdpEndpointEvents & {
    MediaStateChanged: MediaEvent & { oldState: MediaState; newState: MediaState };
    ConnectionStateChanged: MediaEvent & { oldState: ConnectionState; newState: ConnectionState };
  };
  export interface WebRtcEndpointOperations extends BaseRtpEndpointOperations {
    getNetworkInterfaces(callback: Callback<string>): void;
    setNetworkInterfaces(networkInterfaces: string, callback: Callback): void;
    getIceTcp(callback: Callback<boolean>): void;
    setIceTcp(iceTcp: boolean, callback: Callback): void;
    getStunServerAddress(callback: Callback<string>): void;
    setStunServerAddress(stunServerAddress: string, callback: Callback): void;
    getStunServerPort(callback: Callback<number>): void;
    setStunServerPort(stunServerPort: number, callback: Callback): void;
    getTurnUrl(callback: Callback<string>): void;
    setTurnUrl(turnUrl: string, callback: Callback): void;
    getExternalIPv4(callback: Callback<string>): void;
    setExternalIPv4(externalIPv4: string, callback: Callback): void;
    getExternalIPv6(callback: Callback<string>): void;
    setExternalIPv6(externalIPv6: string, callback: Callback): void;
    getICECandidatePairs(callback: Callback<IceCandidatePair[]>): void;
    getIceConnectionState(callback: Callback<IceConnection[]>): void;
    getDtlsConnectionState(callback: Callback<DtlsConnection[]>): void;
    gatherCandidates(callback: Callback): void;
    addIceCandidate(candidate: IceCandidate, callback: Callback): void;
    createDataChannel(callback: Callback): void;
    createDataChannel(label: string, callback: Callback): void;
    createDataChannel(label: string, ordered: boolean, callback: Callback): void;
    createDataChannel(label: string, ordered: boolean, maxPacketLifeTime: number, callback: Callback): void;
    createDataChannel(
      label: string,
      ordered: boolean,
      maxPacketLifeTime: number,
      maxRetransmits: number,
      callback: Callback,
    ): void;
    createDataChannel(
      label: string,
      ordered: boolean,
      maxPacketLifeTime: number,
      maxRetransmits: number,
      protocol: string,
      callback: Callback,
    ): void;
    closeDataChannel(channelId: number, callback: Callback): void;
  }
  export type WebRtcEndpointEvents = BaseRtpEndpointEvents & {
    IceCandidateFound: MediaEvent & { candidate: IceCandidate };
    IceGatheringDone: MediaEvent;
    IceComponentStateChanged: MediaEvent & { streamId: number; componentId: number; state: IceComponentState };
    DtlsConnectionStateChange: MediaEvent & {
      streamId: string;
      componentId: string;
      connectionId: string;
      state: DtlsConnectionState;
    };
    DataChannelOpened: MediaEvent & { channelId: number };
    DataChannelClosed: MediaEvent & { channelId: number };
    NewCandidatePairSelected: MediaEvent & { candidatePair: IceCandidatePair };
  };
  export interface UriEndpointOperations extends EndpointOperations {
    getUri(callback: Callback<string>): void;
    getState(callback: Callback<UriEndpointState>): void;
    pause(callback: Callback): void;
    stop(callback: Callback): void;
  }
  export type UriEndpointEvents = EndpointEvents & {
    UriEndpointStateChanged: MediaEvent & { state: UriEndpointState };
  };
  export interface RecorderEndpointOperations extends UriEndpointOperations {
    record(callback: Callback): void;
    stopAndWait(callback: Callback): void;
  }
  export type RecorderEndpointEvents = UriEndpointEvents & {
    Recording: MediaEvent;
    Paused: MediaEvent;
    Stopped: MediaEvent;
  };
  export interface ServerManagerOperations extends MediaObjectOperations {
    getInfo(callback: Callback<ServerInfo>): void;
    getSessions(callback: Callback<string[]>): void;
    getMetadata(callback: Callback<string>): void;
    getKmd(moduleName: string, callback: Callback<string>): void;
    getCpuCount(callback: Callback<number>): void;
    getUsedCpu(interval: number, callback: Callback<number>): void;
    getUsedMemory(callback: Callback<number>): void;
  }
  export type ServerManagerEvents = MediaObjectEvents & {
    ObjectCreated: RaiseBaseEvent & { object: string };
    ObjectDestroyed: RaiseBaseEvent & { objectId: string };
  };
}
