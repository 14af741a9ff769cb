import type { Replies } from '../../lib/signaling.ts';
import type { Broadcast } from '../broadcast/broadcast.ts';
import type { Thumbnails } from '../broadcast/thumbnails.ts';
import type { Request } from './peer-connection.ts';

const names = [
  'recording:set',
  'recording:measure',
  'broadcast:rename',
  'broadcast:camera',
  'broadcast:health',
  'broadcast:thumbnail',
  'thumbnail:allow',
] as const;

type StudioRequestName = (typeof names)[number];

/** A request of a presenter about the running show. */
type StudioRequest = Request<StudioRequestName>;

/** Whether a request is one of a presenter about the running show. */
export function isStudioRequest(request: Request): request is StudioRequest {
  return (names as readonly string[]).includes(request.name);
}

/** Applies what a presenter asks for, or reports, to their broadcast. @throws AppError */
export async function answerStudioRequest(
  { name, body }: StudioRequest,
  broadcast: Broadcast,
  thumbnails: Thumbnails,
): Promise<Replies[StudioRequestName]> {
  switch (name) {
    case 'recording:measure':
      return await broadcast.recording.measure();
    case 'broadcast:thumbnail':
      return { allowed: thumbnails.put(broadcast, body.image) };
    case 'thumbnail:allow':
      thumbnails.allow(broadcast, body.allowed);
      return { allowed: body.allowed };
    case 'recording:set':
      broadcast.setRecording(body.recording);
      break;
    case 'broadcast:rename':
      broadcast.info.rename(body.title);
      break;
    case 'broadcast:camera':
      broadcast.info.turnCamera(body.cameraOn);
      break;
    case 'broadcast:health':
      broadcast.info.noteHealth(body.health, body.uplinkMs);
      break;
  }
  return { broadcast: broadcast.view() };
}

/** The reply to a presenter whose show begins or resumes. */
export function describePresenting(broadcast: Broadcast, sdpAnswer: string): Replies['broadcast:start'] {
  const { maxVideoKbps, resumeToken } = broadcast;
  return { broadcast: broadcast.view(), sdpAnswer, maxVideoKbps, resumeToken };
}
