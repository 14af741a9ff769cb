import { type LadderReplies, ladderRequestSchemas } from '../../lib/requests/ladder-requests.ts';
import type { IceServer } from '../../lib/signaling.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import type { PeerAnnouncer, Request } from './peer-connection.ts';

type LadderRequestName = keyof LadderReplies;

/** A request about the tiers of the picture. */
type LadderRequest = Request<LadderRequestName>;

/** Who asks. @throws AppError `not-joined` unless they present, or watch */
type Peer = {
  id: string;
  presented(): Broadcast;
  watched(): Broadcast;
  announcer: PeerAnnouncer;
  iceServers(): IceServer[];
};

/** Whether a request is one about the tiers of the picture. */
export function isLadderRequest(request: Request): request is LadderRequest {
  return Object.hasOwn(ladderRequestSchemas, request.name);
}

/** Answers a request about the tiers of the picture. @throws AppError */
export async function answerLadderRequest(
  { name, body }: LadderRequest,
  peer: Peer,
): Promise<LadderReplies[LadderRequestName]> {
  switch (name) {
    case 'tier:open': {
      const { tier, sdpOffer } = body;
      return await peer.presented().tiers.open({
        peerId: peer.id,
        tier,
        sdpOffer,
        admitted: () => {
          const iceServers = peer.iceServers();
          if (iceServers.length > 0) peer.announcer.announce('ice-servers:granted', { iceServers, link: tier });
        },
        candidateFound: (candidate) => peer.announcer.announce('candidate:found', { ...candidate, link: tier }),
        closed: (error) => peer.announcer.announce('tier:closed', { tier, error: error.toBody() }),
      });
    }
    case 'tier:close':
      peer.presented().tiers.close(body.tier);
      return {};
    case 'tiers:measure':
      peer.presented().tiers.ladder.measured(body);
      return {};
    case 'picture:choose':
      peer.watched().tiers.ladder.choose(peer.id, body.choice, body.limit, body.before);
      return {};
  }
}
