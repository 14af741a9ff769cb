import { expect, it, vi } from 'vitest';
import { AppError } from '../../errors.ts';
import { FakeConnection, FakeSignaling } from '../testing/signaling-doubles.ts';
import { KeptLink } from './kept-link.ts';

/** A link under test, and the connections that it has made. */
function keep() {
  const signaling = new FakeSignaling();
  signaling.connect();
  const connections: FakeConnection[] = [];
  const link = new KeptLink(
    signaling,
    {
      backoffMs: () => 0,
      createPeerConnection: () => {
        const connection = new FakeConnection();
        connections.push(connection);
        return connection as unknown as RTCPeerConnection;
      },
    },
    {
      name: 'contribution',
      prepare: () => undefined,
      ask: (asked, sdpOffer) => asked.request('contribution:send', { sdpOffer }),
    },
  );
  const asked = () => signaling.seen.filter(({ name }) => name === 'contribution:send').length;
  return { link, signaling, connections, asked };
}

it('a link that the server refuses, or closes, is made again', async () => {
  const { link, signaling, asked } = keep();
  await vi.waitFor(() => expect(asked()).toBe(1));
  signaling.last('contribution:send').refuse(new AppError('media-server-unavailable', 'It is away.'));
  await vi.waitFor(() => expect(asked()).toBe(2));
  const error = { code: 'media-failed', message: 'It broke.' } as const;
  signaling.announce('contribution:closed', { link: 'from-somebody', error });
  signaling.announce('contribution:closed', { link: 'contribution', error });
  await vi.waitFor(() => expect(asked()).toBe(3));
  link.close();
});

it('a link that was closed is not made again', async () => {
  const { link, signaling, connections, asked } = keep();
  await vi.waitFor(() => expect(asked()).toBe(1));
  link.close();
  signaling.last('contribution:send').refuse(new AppError('media-server-unavailable', 'It is away.'));
  link.restart();
  await Promise.resolve();
  expect(connections).toHaveLength(1);
  expect(link.link).toBeNull();
});
