import { AppError, toErrorBody } from '../../lib/errors.ts';
import type { Reply } from '../../lib/signaling.ts';
import type { Logger } from '../logger.ts';

/**
 * The only try/catch between wire and domain: every outcome becomes a reply. Never rejects.
 * @param event the name of the request, which is the sender's, and may be anything
 */
export async function answerRequest(
  event: string,
  logger: Logger,
  handle: () => Promise<unknown>,
): Promise<Reply<unknown>> {
  try {
    return { ok: true, data: await handle() };
  } catch (error) {
    const known = error instanceof AppError && error.code !== 'internal';
    if (!known) logger.error({ err: error, request: event.slice(0, 40) }, 'A request failed');
    else logger.debug({ err: error, request: event.slice(0, 40) }, 'A request was refused');
    return { ok: false, error: toErrorBody(error) };
  }
}
