import type { GatewayListener } from '../../broadcast/media-gateway.ts';
import type { EndpointServersSource } from '../../ice/endpoint-servers.ts';
import type { Logger } from '../../logger.ts';
import type { KurentoGatewayOptions } from '../kurento-gateway.ts';
import type { PoolServer } from './pool-members.ts';

/** The media servers of a pool, and the listener for its events. */
export type PoolOptions = Pick<KurentoGatewayOptions, 'instanceId' | 'requestTimeoutMs' | 'connectTimeoutMs'> & {
  servers: readonly PoolServer[];
  logger: Logger;
  /** `lost` means that no media server is left. */
  listener: GatewayListener;
  /** How many viewers of one show a media server should carry; also the measure of its load. */
  viewersPerServer: number;
  /** The same for the media server to which the presenter sends; by default no other number. */
  viewersAtOrigin?: number;
  /** How many edges of a show a media server feeds before another one feeds the next. */
  edgesPerServer?: number;
  /** How long an edge without viewers stays open, in milliseconds. */
  edgeIdleTimeoutMs?: number;
  /** How long a media server may be unreachable before its broadcasts are moved, in milliseconds. */
  outageTimeoutMs?: number;
  /** How long a media server that came back gets nothing if others have room, in milliseconds: doubled with each loss. */
  probationMs?: number;
  /** How long each link has to be made elsewhere when its media server is drained, in milliseconds. */
  moveTimeoutMs?: number;
  /** The STUN and TURN servers for each endpoint of media servers that register themselves; none by default. */
  endpointServersOfRegistered?: EndpointServersSource;
};
