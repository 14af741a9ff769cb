import { type Signaling, SignalingClient } from './signaling-client.ts';

/**
 * Asks the server whether `key` is the presenter key.
 * @throws AppError `wrong-key`, or `connection-lost` when the server cannot be asked
 */
export async function checkPresenterKey(
  key: string,
  connectSignaling: () => Signaling = () => new SignalingClient(),
): Promise<void> {
  const signaling = connectSignaling();
  try {
    signaling.open();
    await signaling.whenConnected();
    await signaling.request('key:check', { key });
  } finally {
    signaling.close();
  }
}
