import type { RtpStats } from '../media/media-types.ts';
import type { DataChannelStats } from '../media/transport/data-channels.ts';
import type { JsonObject } from '../rpc/json-rpc.ts';
import { register } from './media-object.ts';

/** The counters of one stream as Kurento's record; `id` stays the same for the same stream. */
export function rtpStatsRecord(id: string, stats: RtpStats): JsonObject {
  const common = {
    id,
    timestampMillis: Date.now(),
    ssrc: String(stats.ssrc),
    isRemote: false,
    associateStatsId: '',
    mediaTrackId: '',
    transportId: '',
    codecId: '',
    firCount: stats.firCount,
    pliCount: stats.pliCount,
    nackCount: stats.nackCount,
    sliCount: 0,
    remb: stats.remb,
    packetsLost: stats.packetsLost,
    fractionLost: stats.fractionLost,
  };
  if (stats.direction === 'inbound') {
    return register('RTCInboundRTPStreamStats', {
      ...common,
      type: 'inboundrtp',
      packetsReceived: stats.packets,
      bytesReceived: stats.bytes,
      jitter: stats.jitter,
    });
  }
  return register('RTCOutboundRTPStreamStats', {
    ...common,
    type: 'outboundrtp',
    packetsSent: stats.packets,
    bytesSent: stats.bytes,
    // As in the original, this is the bitrate that is sent, not the one aimed at.
    targetBitrate: stats.bitrate,
    roundTripTime: stats.roundTripTime,
  });
}

/** The counters of a data channel as Kurento's record. */
export function dataStatsRecord(id: string, { id: datachannelid, ...stats }: DataChannelStats): JsonObject {
  return register('RTCDataChannelStats', {
    id,
    type: 'datachannel',
    timestampMillis: Date.now(),
    datachannelid,
    state: 'open',
    ...stats,
  });
}
