import { type MoveReplies, moveRequestSchemas } from '../../lib/requests/move-requests.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import type { ViewerListener } from '../broadcast/broadcast-types.ts';
import type { Request } from './peer-connection.ts';

/** A request about a link that takes the place of another one. */
type MoveRequest = Request<keyof MoveReplies>;

/** Who asks. @throws AppError `not-joined` unless they watch */
type Peer = {
  id: string;
  watched(): Broadcast;
  /** Receives the events of another link of the viewer. */
  viewerListener(): ViewerListener;
};

/** Whether a request is one about a link that takes the place of another one. */
export function isMoveRequest(request: Request): request is MoveRequest {
  return Object.hasOwn(moveRequestSchemas, request.name);
}

/** Answers a request about a link that takes the place of another one. @throws AppError */
export async function answerMoveRequest(
  { name, body }: MoveRequest,
  peer: Peer,
): Promise<MoveReplies[keyof MoveReplies]> {
  const { audience } = peer.watched();
  if (name === 'viewer:settle') {
    audience.settle(peer.id, body.on);
    return {};
  }
  const listener = peer.viewerListener();
  return { sdpAnswer: await audience.move({ peerId: peer.id, sdpOffer: body.sdpOffer, listener }) };
}
