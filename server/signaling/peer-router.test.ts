import { expect, test } from 'vitest';
import type { PeerConnection, Request } from './peer-connection.ts';
import { PeerRouter } from './peer-router.ts';

type RouterParts = ConstructorParameters<typeof PeerRouter>[0];

/** A router whose channel is found when `found` is called, and what was asked where. */
function setUp() {
  const asked: string[] = [];
  let found: (place: string) => void = () => {};
  const promise = new Promise<string>((resolve) => {
    found = resolve;
  });
  // Only the parts that a router uses.
  const parts = {
    peerId: 'anna',
    local: { handle: async ({ name }: Request) => void asked.push(`here: ${name}`), leave: () => {} },
    cluster: {
      membership: { id: 'here' },
      messenger: {
        request: async (place: string, _visitor: unknown, name: string) => {
          asked.push(`${place}: ${name}`);
          return { ok: true, data: {} };
        },
        post: () => {},
      },
    },
    locate: () => promise,
  } as unknown as RouterParts;
  return { router: new PeerRouter(parts), asked, found };
}

const request = { name: 'viewer:join', body: { channel: 'math', sdpOffer: 'offer' } } as Request;
const connection = { visitor: { address: '192.0.2.1', session: 'anna' } } as PeerConnection;

test.each(['here', 'elsewhere'])('a request goes to the owner of its channel, which is %s', async (place) => {
  const { router, asked, found } = setUp();
  const answer = router.handle(request, connection);
  found(place);
  await answer;
  expect(asked).toEqual([`${place}: viewer:join`]);
});

test.each(['here', 'elsewhere'])(
  'a request whose socket is gone before its channel is found is not carried out %s',
  async (place) => {
    const { router, asked, found } = setUp();
    const answer = router.handle(request, connection);
    router.gone();
    found(place);
    await expect(answer).rejects.toMatchObject({ code: 'cluster-unavailable' });
    expect(asked).toEqual([]);
  },
);
