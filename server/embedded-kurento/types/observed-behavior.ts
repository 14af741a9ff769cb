/*
 * Behaviour of a real Kurento Media Server that its definitions omit or state differently; everything else about
 * classes comes from the definitions.
 */

/** Values of properties until a client sets others, by class and property. */
export const initialValues: Readonly<Record<string, unknown>> = {
  'MediaObject.sendTagsInEvents': false,
  'MediaPipeline.latencyStats': false,
  'ServerManager.metadata': '',
  'MediaElement.encoderBitrate': 300_000,
  'MediaElement.minEncoderBitrate': 0,
  'MediaElement.maxEncoderBitrate': 2_147_483_647,
  'SdpEndpoint.maxAudioRecvBandwidth': 0,
  'SdpEndpoint.maxVideoRecvBandwidth': 0,
  'BaseRtpEndpoint.minVideoRecvBandwidth': 0,
  'BaseRtpEndpoint.minVideoSendBandwidth': 100,
  'BaseRtpEndpoint.maxVideoSendBandwidth': 500,
  'BaseRtpEndpoint.mtu': 1_200,
  'BaseRtpEndpoint.rembParams': {},
  'WebRtcEndpoint.networkInterfaces': '',
  'WebRtcEndpoint.iceTcp': true,
  'WebRtcEndpoint.stunServerAddress': '',
  'WebRtcEndpoint.stunServerPort': 3478,
  'WebRtcEndpoint.turnUrl': '',
  'WebRtcEndpoint.externalIPv4': '',
  'WebRtcEndpoint.externalIPv6': '',
};

/** Members of records that may be null, by record and member. */
export const nullableMembers: ReadonlySet<string> = new Set(['IceCandidate.sdpMid', 'IceCandidate.sdpMLineIndex']);

/** Records whose members stay absent when they were not given, whatever default is defined. */
export const recordsWithoutDefaults: ReadonlySet<string> = new Set(['RembParams']);

/** Defaults of parameters for which none is defined, by name. */
export const parameterDefaults: Readonly<Record<string, unknown>> = {
  sourceMediaDescription: 'default',
  sinkMediaDescription: 'default',
};
