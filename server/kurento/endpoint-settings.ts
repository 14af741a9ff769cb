import type { WebRtcEndpoint } from 'kurento-client';
import type { EndpointServersSource } from '../ice/endpoint-servers.ts';
import type { KurentoObject } from './kurento-object.ts';

/** Whether a browser feeds the pipeline, is fed by it, or gets its own media back (`loop`). */
export type LinkRole = 'presenter' | 'viewer' | 'loop';

type EndpointSettings = {
  role: LinkRole;
  maxVideoKbps: number;
  /** The STUN and TURN servers for the endpoint; none by default. */
  endpointServers?: EndpointServersSource | undefined;
};

/** The minimum that Kurento asks a presenter for, as a share of the maximum, however slow the uplink is. */
const leastAskedShare = 0.1;
/** Kurento's bandwidth request grows by this share every half second while no packets are lost. */
const growthFactor = 0.5;

type Endpoint = KurentoObject<WebRtcEndpoint>;

/** Makes the settings of an endpoint that its answer depends on. Call it before the offer is processed. */
export async function configureEndpoint(endpoint: Endpoint, settings: EndpointSettings): Promise<void> {
  await Promise.all([setBandwidths(endpoint, settings), setServers(endpoint, settings)]);
}

/**
 * Kurento asks the presenter for what the slowest viewer can take, clamped to each viewer's send bandwidths, and their
 * defaults are 100 and 500 kbit/s. With both at the configured rate, no viewer limits the picture of the others.
 *
 * By default, Kurento's estimate of a presenter's uplink begins with the rate that arrives in the first half second and
 * grows by 4 % every half second, so slowly that it would hold a good uplink back for half a minute. Here it grows
 * quickly, up to twice the rate that arrives. Loss reduces it as before.
 */
async function setBandwidths(endpoint: Endpoint, { role, maxVideoKbps }: EndpointSettings): Promise<void> {
  const settings: Promise<unknown>[] = [];
  if (role !== 'viewer') {
    settings.push(
      endpoint.call('setMaxVideoRecvBandwidth', (it, callback) => it.setMaxVideoRecvBandwidth(maxVideoKbps, callback)),
      endpoint.call('setMinVideoRecvBandwidth', (it, callback) =>
        it.setMinVideoRecvBandwidth(Math.round(maxVideoKbps * leastAskedShare), callback),
      ),
      endpoint.call('setRembParams', (it, callback) => it.setRembParams({ exponentialFactor: growthFactor }, callback)),
    );
  }
  if (role !== 'presenter') {
    settings.push(
      // The maximum goes first, because a minimum above it is reduced to it.
      endpoint.call('setMaxVideoSendBandwidth', (it, callback) => it.setMaxVideoSendBandwidth(maxVideoKbps, callback)),
      endpoint.call('setMinVideoSendBandwidth', (it, callback) => it.setMinVideoSendBandwidth(maxVideoKbps, callback)),
    );
  }
  // Requests keep their order, so none needs to wait for the response to another.
  await Promise.all(settings);
}

/** Names the servers that help the endpoint through a NAT. Kurento reads them when the negotiation begins. */
async function setServers(endpoint: Endpoint, { endpointServers }: EndpointSettings): Promise<void> {
  if (endpointServers === undefined) return;
  const { stun, turnUrl } = await endpointServers();
  const settings: Promise<unknown>[] = [];
  if (stun !== null) {
    const { address, port } = stun;
    settings.push(endpoint.call('setStunServerAddress', (it, callback) => it.setStunServerAddress(address, callback)));
    settings.push(endpoint.call('setStunServerPort', (it, callback) => it.setStunServerPort(port, callback)));
  }
  if (turnUrl !== null) {
    settings.push(endpoint.call('setTurnUrl', (it, callback) => it.setTurnUrl(turnUrl, callback)));
  }
  await Promise.all(settings);
}
