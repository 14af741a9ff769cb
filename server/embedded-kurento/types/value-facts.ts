/** The enumerations that clients may send, with their values. */
export const enumerations: Readonly<Record<string, readonly string[]>> = {
  MediaType: ['AUDIO', 'DATA', 'VIDEO'],
  VideoCodec: ['H265', 'AV1', 'VP9', 'VP8', 'H264', 'RAW'],
  AudioCodec: ['OPUS', 'PCMU', 'PCMA', 'RAW'],
  CertificateKeyType: ['RSA', 'ECDSA'],
  GstreamerDotDetails: [
    'SHOW_MEDIA_TYPE',
    'SHOW_CAPS_DETAILS',
    'SHOW_NON_DEFAULT_PARAMS',
    'SHOW_STATES',
    'SHOW_FULL_PARAMS',
    'SHOW_ALL',
    'SHOW_VERBOSE',
  ],
  MediaProfileSpecType: [
    ...['WEBM', 'WEBM_VIDEO_ONLY', 'WEBM_AUDIO_ONLY'],
    ...['MKV', 'MKV_VIDEO_ONLY', 'MKV_AUDIO_ONLY'],
    ...['MP4', 'MP4_VIDEO_ONLY', 'MP4_AUDIO_ONLY'],
    ...['JPEG_VIDEO_ONLY', 'KURENTO_SPLIT_RECORDER', 'FLV'],
  ],
  DSCPValue: [
    ...['NO_DSCP', 'NO_VALUE', 'AUDIO_VERYLOW', 'AUDIO_LOW', 'AUDIO_MEDIUM', 'AUDIO_HIGH'],
    ...['VIDEO_VERYLOW', 'VIDEO_LOW', 'VIDEO_MEDIUM', 'VIDEO_MEDIUM_THROUGHPUT', 'VIDEO_HIGH'],
    ...['VIDEO_HIGH_THROUGHPUT', 'DATA_VERYLOW', 'DATA_LOW', 'DATA_MEDIUM', 'DATA_HIGH'],
    ...['CHROME_HIGH', 'CHROME_MEDIUM', 'CHROME_LOW', 'CHROME_VERYLOW'],
    ...['CS0', 'CS1', 'CS2', 'CS3', 'CS4', 'CS5', 'CS6', 'CS7'],
    ...['AF11', 'AF12', 'AF13', 'AF21', 'AF22', 'AF23', 'AF31', 'AF32', 'AF33', 'AF41', 'AF42', 'AF43'],
    ...['EF', 'VOICEADMIT', 'LE'],
  ],
};

/** The records that clients may send, with their members in the compact form of class-facts.ts. */
export const records: Readonly<Record<string, readonly string[]>> = {
  IceCandidate: ['candidate: String', 'sdpMid: NullableString', 'sdpMLineIndex: NullableInt'],
  Fraction: ['numerator: int', 'denominator: int'],
  AudioCaps: ['codec: AudioCodec', 'bitrate: int'],
  VideoCaps: ['codec: VideoCodec', 'framerate: Fraction'],
  OfferOptions: ['offerToReceiveAudio: boolean = true', 'offerToReceiveVideo: boolean = true'],
  RembParams: [
    'packetsRecvIntervalTop?: int',
    'exponentialFactor?: float',
    'linealFactorMin?: int',
    'linealFactorGrade?: float',
    'decrementFactor?: float',
    'thresholdFactor?: float',
    'upLosses?: int',
    'rembOnConnect?: int',
  ],
};
