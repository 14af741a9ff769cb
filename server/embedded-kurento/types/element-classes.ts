import type { ClassFacts } from './class-facts.ts';

/**
 * The classes of Kurento's module `elements` that this server knows.
 * @see https://doc-kurento.readthedocs.io/en/latest/features/kurento_api.html
 */
export const elementClasses: readonly ClassFacts[] = [
  {
    name: 'WebRtcEndpoint',
    parent: 'BaseRtpEndpoint',
    constructorParams: [
      'mediaPipeline: MediaPipeline',
      'recvonly: boolean = false',
      'sendonly: boolean = false',
      'useDataChannels: boolean = false',
      'certificateKeyType: CertificateKeyType = "RSA"',
      'qosDscp: DSCPValue = "NO_VALUE"',
    ],
    properties: [
      'networkInterfaces: String = ""',
      'iceTcp: boolean = true',
      'stunServerAddress: String = ""',
      'stunServerPort: int = 3478',
      'turnUrl: String = ""',
      'externalIPv4: String = ""',
      'externalIPv6: String = ""',
      'readonly ICECandidatePairs: IceCandidatePairs',
      'readonly IceConnectionState: IceConnections',
      'readonly DtlsConnectionState: DtlsConnections',
    ],
    operations: {
      gatherCandidates: [],
      addIceCandidate: ['candidate: IceCandidate'],
      createDataChannel: [
        'label: String = ""',
        'ordered: boolean = true',
        'maxPacketLifeTime: int = -1',
        'maxRetransmits: int = -1',
        'protocol: String = ""',
      ],
      closeDataChannel: ['channelId: int'],
    },
    events: [
      'IceCandidateFound',
      'IceGatheringDone',
      'IceComponentStateChanged',
      'DtlsConnectionStateChange',
      'DataChannelOpened',
      'DataChannelClosed',
      'NewCandidatePairSelected',
    ],
  },
  {
    name: 'RecorderEndpoint',
    parent: 'UriEndpoint',
    constructorParams: [
      'mediaPipeline: MediaPipeline',
      'uri: String',
      'mediaProfile: MediaProfileSpecType = "WEBM"',
      'stopOnEndOfStream: boolean = false',
    ],
    operations: { record: [], stopAndWait: [] },
    events: ['Recording', 'Paused', 'Stopped'],
  },
];
