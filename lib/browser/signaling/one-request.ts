import type { Replies, RequestInput, RequestName } from '../../signaling.ts';
import { type Signaling, SignalingClient } from './signaling-client.ts';

/**
 * Sends one request on a socket of its own.
 * @throws AppError the server's error, or `connection-lost` when the server cannot be asked
 */
export async function requestOnce<Name extends RequestName>(
  name: Name,
  body: RequestInput<Name>,
  connectSignaling: () => Signaling = () => new SignalingClient(),
): Promise<Replies[Name]> {
  const signaling = connectSignaling();
  try {
    signaling.open();
    await signaling.whenConnected();
    return await signaling.request(name, body);
  } finally {
    signaling.close();
  }
}
