import { AppError } from '../../errors.ts';

/** A reachable server answers such a small request within this time. */
const answerMs = 3_000;

/**
 * Finds out why the signalling connection could not be opened. If the same server answers a plain request, something on
 * the network path blocks that connection and nothing else.
 * @param origin the server's origin; empty for that of the page
 * @returns `signaling-blocked`, or `connection-lost` where the server cannot be reached at all
 */
export async function diagnoseSignaling(origin: string): Promise<AppError> {
  if (await answers(origin)) {
    return new AppError('signaling-blocked', 'Neither WebSockets nor long polling get through to the server.');
  }
  return new AppError('connection-lost', 'The server did not answer. Check your network connection and try again.');
}

/** Whether it is our server that answers. A proxy may answer while the server is away, but with a different body. */
async function answers(origin: string): Promise<boolean> {
  try {
    const response = await fetch(`${origin}/api/health`, { cache: 'no-store', signal: AbortSignal.timeout(answerMs) });
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null && 'status' in body;
  } catch {
    return false;
  }
}
