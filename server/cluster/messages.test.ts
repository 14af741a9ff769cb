import { expect, it } from 'vitest';
import { readMessage, writeMessage } from './messages.ts';

it.each([
  ['a Buffer', Buffer.from([0, 1, 254, 255])],
  ['a plain array of bytes', Uint8Array.from([0, 1, 254, 255])],
])('%s in a request arrives as bytes, and the rest as it was', (_, image) => {
  const visitor = { peerId: 'peer', address: '192.0.2.1' };
  const body = { image, title: 'Sums', list: [null, 1] };
  const sent = { type: 'request', id: '1', visitor, name: 'broadcast:thumbnail', body, from: 'a' } as const;
  const read = readMessage(writeMessage(sent));
  expect(read).toEqual({ ...sent, body: { ...body, image: Buffer.from([0, 1, 254, 255]) } });
});
