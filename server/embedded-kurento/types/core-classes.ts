import type { ClassFacts } from './class-facts.ts';

/**
 * The classes of Kurento's module `core` that this server knows.
 * @see https://doc-kurento.readthedocs.io/en/latest/features/kurento_api.html
 */
export const coreClasses: readonly ClassFacts[] = [
  {
    name: 'MediaObject',
    parent: null,
    constructorParams: null,
    properties: [
      'readonly mediaPipeline: MediaPipeline',
      'readonly parent: MediaObject',
      'readonly id: String',
      'readonly children: MediaObjects',
      'name: String',
      'sendTagsInEvents: boolean = false',
      'readonly creationTime: int',
    ],
    operations: {
      addTag: ['key: String', 'value: String'],
      removeTag: ['key: String'],
      getTag: ['key: String'],
      getTags: [],
    },
    events: ['Error'],
  },
  {
    name: 'ServerManager',
    parent: 'MediaObject',
    constructorParams: null,
    properties: [
      'readonly info: ServerInfo',
      'readonly pipelines: MediaPipelines',
      'readonly sessions: Strings',
      'readonly metadata: String = ""',
    ],
    operations: {
      getKmd: ['moduleName: String'],
      getCpuCount: [],
      getUsedCpu: ['interval: int'],
      getUsedMemory: [],
    },
    events: ['ObjectCreated', 'ObjectDestroyed'],
  },
  {
    name: 'MediaPipeline',
    parent: 'MediaObject',
    constructorParams: [],
    properties: ['latencyStats: boolean = false'],
    operations: {
      getGstreamerDot: ['details?: GstreamerDotDetails'],
      dumpGstreamerDot: ['details?: GstreamerDotDetails'],
    },
  },
  {
    name: 'MediaElement',
    parent: 'MediaObject',
    constructorParams: null,
    properties: ['encoderBitrate: int = 300000', 'minEncoderBitrate: int = 0', 'maxEncoderBitrate: int = 2147483647'],
    operations: {
      getSourceConnections: ['mediaType?: MediaType', 'description?: String'],
      getSinkConnections: ['mediaType?: MediaType', 'description?: String'],
      connect: [
        'sink: MediaElement',
        'mediaType?: MediaType',
        'sourceMediaDescription: String = "default"',
        'sinkMediaDescription: String = "default"',
      ],
      disconnect: [
        'sink: MediaElement',
        'mediaType?: MediaType',
        'sourceMediaDescription: String = "default"',
        'sinkMediaDescription: String = "default"',
      ],
      setAudioFormat: ['caps: AudioCaps'],
      setVideoFormat: ['caps: VideoCaps'],
      getGstreamerDot: ['details?: GstreamerDotDetails'],
      dumpGstreamerDot: ['details?: GstreamerDotDetails'],
      getStats: ['mediaType?: MediaType'],
      isMediaFlowingIn: ['mediaType: MediaType', 'sinkMediaDescription: String = "default"'],
      isMediaFlowingOut: ['mediaType: MediaType', 'sourceMediaDescription: String = "default"'],
      isMediaTranscoding: ['mediaType: MediaType', 'binName: String = "default"'],
    },
    events: [
      'ElementConnected',
      'ElementDisconnected',
      'MediaFlowOutStateChanged',
      'MediaFlowInStateChanged',
      'MediaTranscodingStateChanged',
    ],
  },
  { name: 'PassThrough', parent: 'MediaElement', constructorParams: ['mediaPipeline: MediaPipeline'] },
  { name: 'Endpoint', parent: 'MediaElement', constructorParams: null },
  {
    name: 'SessionEndpoint',
    parent: 'Endpoint',
    constructorParams: null,
    events: ['MediaSessionTerminated', 'MediaSessionStarted'],
  },
  {
    name: 'UriEndpoint',
    parent: 'Endpoint',
    constructorParams: null,
    properties: ['readonly uri: String', 'readonly state: UriEndpointState'],
    operations: { pause: [], stop: [] },
    events: ['UriEndpointStateChanged'],
  },
  {
    name: 'SdpEndpoint',
    parent: 'SessionEndpoint',
    constructorParams: null,
    properties: ['maxAudioRecvBandwidth: int = 0', 'maxVideoRecvBandwidth: int = 0'],
    operations: {
      generateOffer: ['options?: OfferOptions'],
      processOffer: ['offer: String'],
      processAnswer: ['answer: String'],
      getLocalSessionDescriptor: [],
      getRemoteSessionDescriptor: [],
    },
  },
  {
    name: 'BaseRtpEndpoint',
    parent: 'SdpEndpoint',
    constructorParams: null,
    properties: [
      'minVideoRecvBandwidth: int = 0',
      'minVideoSendBandwidth: int = 100',
      'maxVideoSendBandwidth: int = 500',
      'readonly mediaState: MediaState',
      'readonly connectionState: ConnectionState',
      'mtu: int = 1200',
      'rembParams: RembParams = {}',
    ],
    operations: { requestKeyframe: [] },
    events: ['MediaStateChanged', 'ConnectionStateChanged'],
  },
];
