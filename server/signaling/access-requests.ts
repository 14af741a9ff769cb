import { type AccessReplies, accessRequestSchemas } from '../../lib/requests/access-requests.ts';
import type { BroadcastView } from '../../lib/signaling.ts';
import type { Access } from '../access/access.ts';
import { wrongLink } from '../access/access-errors.ts';
import type { BroadcastRegistry } from '../broadcast/broadcast-registry.ts';
import type { Visitor } from '../gates/rate-limits.ts';
import type { Request } from './peer-connection.ts';

type AccessRequestName = keyof AccessReplies;

/** A request about who may do what. */
type AccessRequest = Request<AccessRequestName>;

/** What is needed for an answer. */
type AnswerParts = { access: Access; registry: BroadcastRegistry };

/** Whether a request is about who may do what. */
export function isAccessRequest(request: Request): request is AccessRequest {
  return Object.hasOwn(accessRequestSchemas, request.name);
}

/** Answers a request about who may do what. @throws AppError */
export async function answerAccessRequest(
  { name, body }: AccessRequest,
  { access, registry }: AnswerParts,
  visitor: Visitor,
): Promise<AccessReplies[AccessRequestName]> {
  switch (name) {
    case 'key:check': {
      const { principals } = await access.identify(body.key, visitor);
      const rights = principals.find(({ role }) => role === 'owner' || role === 'presenter');
      if (rights?.role === 'owner') return { role: 'owner' };
      if (rights?.role !== 'presenter') throw wrongLink('It is for viewers.');
      const { role, channels } = rights;
      return { role, name: rights.name, channels: channels === 'all' ? 'all' : [...channels] };
    }
    case 'keys:list':
      await access.requireOwner(body.key, visitor);
      return { keys: await access.keys.list() };
    case 'keys:make':
      await access.requireOwner(body.key, visitor);
      return await access.keys.make(body.name, body.channels);
    case 'keys:revoke':
      await access.requireOwner(body.key, visitor);
      await access.keys.revoke(body.id);
      return {};
    case 'passcode:read':
      await access.requirePresenter(body.key, body.channel, visitor);
      return { isLocked: access.locks.isLocked(body.channel) };
    case 'passcode:set':
      await access.requirePresenter(body.key, body.channel, visitor);
      await access.locks.set(body.channel, body.passcode, startOf(registry.view(body.channel).broadcast));
      return { isLocked: access.locks.isLocked(body.channel) };
    case 'channel:enter':
      return { ticket: await access.enter(body.channel, body.passcode, visitor) };
  }
}

function startOf(broadcast: BroadcastView | null): number | null {
  return broadcast === null ? null : (broadcast.startedAt ?? Date.now());
}
