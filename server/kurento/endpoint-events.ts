import type { WebRtcEndpoint } from 'kurento-client';
import type { Candidate } from '../../lib/signaling.ts';
import type { Health } from './health.ts';

/** Reports the candidates that an endpoint finds, and tells `health` how its connection is. Subscribe before it is negotiated. */
export function followConnection(
  endpoint: WebRtcEndpoint,
  health: Health,
  candidateFound: (candidate: Candidate) => void,
): void {
  endpoint.on('IceCandidateFound', ({ candidate: found }) => {
    const { candidate, sdpMid, sdpMLineIndex } = found;
    candidateFound({ candidate, sdpMid, sdpMLineIndex });
  });
  endpoint.on('IceComponentStateChanged', ({ componentId, state }) => {
    // The second component is that of RTCP, which never connects if RTP and RTCP share a port (RFC 8834 §4.5).
    if (state === 'FAILED' && componentId === 1) health.unreachable();
  });
  endpoint.on('ConnectionStateChanged', ({ newState }) => {
    if (newState === 'CONNECTED') health.connected();
    else health.disconnected();
  });
}
