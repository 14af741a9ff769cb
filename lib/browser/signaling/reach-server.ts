import { AppError } from '../../errors.ts';

/** How soon a server that can be reached answers so small a request. */
const answerMs = 3_000;

/**
 * Finds out why no connection for signaling came about. Where the same server answers a plain request, something
 * between here and there stops that connection and nothing else.
 * @param origin of the server; empty for that of the page
 * @returns `signaling-blocked`, or `connection-lost` where the server cannot be reached at all
 */
export async function diagnoseSignaling(origin: string): Promise<AppError> {
  if (await answers(origin)) {
    return new AppError('signaling-blocked', 'Neither WebSockets nor long polling get through to the server.');
  }
  return new AppError('connection-lost', 'The server did not answer. Check your network connection and try again.');
}

/** Whether it is our server that answers: a proxy answers too where the server is away, but not in its words. */
async function answers(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/api/health`, { cache: 'no-store', signal: AbortSignal.timeout(answerMs) });
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'status' in body;
  } catch {
    return false;
  }
}
