import type { IncomingMessage, ServerResponse } from 'node:http';
import { isChannelName } from '../../lib/show-names.ts';
import type { Access } from '../access/access.ts';
import { answerFailure, refuseMethod } from '../access/json-answers.ts';
import { identityOf } from '../access/request-identity.ts';
import type { Logger } from '../logger.ts';
import type { Route } from './http-server.ts';

type ChannelRouteParts = {
  /** Matches the path; its first group is the channel. */
  address: RegExp;
  access: Access;
  logger: Logger;
  /** What the log says when `answer` fails. */
  failure: string;
  /** Answers somebody who may watch the channel. A rejection is answered and logged. */
  answer: (channel: string, request: IncomingMessage, response: ServerResponse) => Promise<void>;
};

/** A route for GET and HEAD of something that belongs to a channel, for those who may watch that. */
export function createChannelRoute({ address, access, logger, failure, answer }: ChannelRouteParts): Route {
  return (request, response) => {
    const channel = address.exec(request.url?.split('?')[0] ?? '')?.[1];
    if (channel === undefined || !isChannelName(channel)) return false;
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      refuseMethod(request, response, 'GET, HEAD');
      return true;
    }
    const answering = async () => {
      if (!access.mayWatch(await identityOf(request, access), channel)) throw access.refusal(channel);
      await answer(channel, request, response);
    };
    answering().catch((error: unknown) => answerFailure(response, error, logger, failure));
    return true;
  };
}
