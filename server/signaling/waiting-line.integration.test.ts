import { afterEach, expect, it, vi } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import type { Capacity } from '../gate-settings.ts';
import { ask, type Client, next, SignalingRig, show } from './testing/signaling-rig.ts';

let rig: SignalingRig;
afterEach(() => rig.close());

const open = async (capacity: Partial<Capacity>) => {
  const none = { viewers: null, viewersPerChannel: null, viewersPerAddress: null, broadcasts: null };
  rig = await SignalingRig.open(undefined, {}, undefined, { gates: { capacity: { ...none, ...capacity } } });
};
const join = (client: Client, channel = 'math-101') => ask(client, 'viewer:join', { channel, sdpOffer: 'v=0' });
const wait = async (client: Client, ticket: string | null = null, channel = 'math-101') => {
  const reply = await ask(client, 'line:wait', { channel, ticket });
  if (!reply.ok) throw new Error(reply.error.message);
  return reply.data as { position: number; ticket: string };
};
/** Resolves when a seat is held for the client. */
const called = (client: Client) => next(client, 'line:moved', ({ position }) => position === 0);

/** A full show, and people who wait for a seat. */
async function fullShow(waiting: number) {
  await open({ viewersPerChannel: 1 });
  await rig.goLive();
  const seated = await rig.connect();
  expect(await join(seated)).toMatchObject({ ok: true });
  const line = [];
  for (let index = 0; index < waiting; index++) line.push(await rig.connect());
  const places = [];
  for (const client of line) {
    expect(await join(client)).toMatchObject({ ok: false, error: { code: 'stream-full' } });
    places.push(await wait(client));
  }
  return { seated, line, places };
}

it('without limits, nobody waits', async () => {
  await open({});
  await rig.goLive();
  for (let index = 0; index < 10; index++) expect(await join(await rig.connect())).toMatchObject({ ok: true });
});

it('whoever comes to a full show waits, is told the place, and gets in in order when somebody leaves', async () => {
  const { seated, line, places } = await fullShow(3);
  expect(places.map(({ position }) => position)).toEqual([1, 2, 3]);
  const [first, second, third] = line as [Client, Client, Client];
  const moved = Promise.all([called(first), next(second, 'line:moved'), next(third, 'line:moved')]);
  seated.disconnect();
  expect((await moved).map(({ position }) => position)).toEqual([0, 1, 2]);
  expect(await join(second)).toMatchObject({ error: { code: 'stream-full' } });
  expect(await join(first)).toMatchObject({ ok: true });
  expect(rig.registry.view('math-101').broadcast?.viewers).toBe(1);
  const secondCalled = called(second);
  first.disconnect();
  await secondCalled;
  expect(await join(second)).toMatchObject({ ok: true });
});

it('whoever asks to join does not get the seat that is held for another', async () => {
  const { seated, line } = await fullShow(1);
  const waits = called(line[0] as Client);
  seated.disconnect();
  await waits;
  expect(await join(await rig.connect())).toMatchObject({ error: { code: 'stream-full' } });
  expect(await join(line[0] as Client)).toMatchObject({ ok: true });
});

it('a seat that is not taken in time goes to the next, and its holder waits at the end', async () => {
  const { seated, line } = await fullShow(2);
  const [first, second] = line as [Client, Client];
  const calls = [called(first), called(second)];
  seated.disconnect();
  await Promise.all(calls);
  expect(await join(first)).toMatchObject({ error: { code: 'stream-full' } });
  expect(await join(second)).toMatchObject({ ok: true });
  expect((await wait(first)).position).toBe(1);
});

it('a short disconnect keeps the place, and a long one does not', async () => {
  const { line, places } = await fullShow(3);
  const [first, second] = line as [Client, Client];
  first.disconnect();
  const back = await rig.connect();
  expect(await wait(back, places[0]?.ticket)).toEqual({ position: 1, ticket: places[0]?.ticket });
  expect((await wait(second, places[1]?.ticket)).position).toBe(2);
  back.disconnect();
  await next(second, 'line:moved', ({ position }) => position === 1);
  const late = await rig.connect();
  expect((await wait(late, places[0]?.ticket ?? null)).position).toBe(3);
});

it('whoever waits does not hold up others who are away, and is skipped while away', async () => {
  const { seated, line } = await fullShow(2);
  const [first, second] = line as [Client, Client];
  first.disconnect();
  await vi.waitFor(() => expect(rig.signaling.counts.sockets).toBe(3));
  const waits = called(second);
  seated.disconnect();
  await waits;
  expect(await join(second)).toMatchObject({ ok: true });
});

it('a viewer whose link was lost, or who leaves to join again, keeps the seat', async () => {
  const { seated, line } = await fullShow(1);
  rig.gateway.links.at(-1)?.listener.failed(new AppError('media-failed', 'Broken.'));
  expect(await join(seated)).toMatchObject({ ok: true });
  expect(await ask(seated, 'viewer:leave', {})).toMatchObject({ ok: true });
  expect(await join(line[0] as Client)).toMatchObject({ error: { code: 'stream-full' } });
  expect(await join(seated)).toMatchObject({ ok: true });
});

it('a ticket is good for its own channel only, and a wrong one is the end of the line', async () => {
  const { places } = await fullShow(1);
  const cheat = await rig.connect();
  expect((await wait(cheat, 'x'.repeat(22))).position).toBe(2);
  await ask(cheat, 'line:leave', {});
  const other = await rig.goLive({ channel: 'other-one' });
  expect((await wait(cheat, places[0]?.ticket ?? '', 'other-one')).position).toBe(0);
  other.presenter.disconnect();
});

it('the limits of the server and of an address hold across channels, and one channel does not hold up another', async () => {
  await open({ viewers: 3, viewersPerChannel: 2 });
  await rig.goLive();
  await rig.goLive({ channel: 'other-one' });
  const clients = [];
  for (let index = 0; index < 6; index++) clients.push(await rig.connect());
  const [a, b, c, d, e, f] = clients as [Client, Client, Client, Client, Client, Client];
  expect([await join(a), await join(b)]).toMatchObject([{ ok: true }, { ok: true }]);
  expect(await join(c)).toMatchObject({ error: { code: 'stream-full' } });
  expect((await wait(c)).position).toBe(1);
  expect(await join(d, 'other-one')).toMatchObject({ ok: true });
  expect(await join(e, 'other-one')).toMatchObject({ error: { code: 'stream-full' } });
  expect((await wait(e, null, 'other-one')).position).toBe(1);
  expect((await wait(f, null, 'other-one')).position).toBe(2);
  const waits = called(e);
  d.disconnect();
  await waits;
  expect(await join(e, 'other-one')).toMatchObject({ ok: true });
});

it('one address takes only its share', async () => {
  await open({ viewersPerAddress: 1 });
  await rig.goLive();
  expect(await join(await rig.connect())).toMatchObject({ ok: true });
  expect(await join(await rig.connect())).toMatchObject({ error: { code: 'stream-full' } });
});

it('when the show ends, the line is empty, and the next show begins with all seats free', async () => {
  const { line } = await fullShow(1);
  const broadcast = rig.registry.get('math-101');
  await broadcast.end('stopped');
  await rig.goLive();
  expect(await join(line[0] as Client)).toMatchObject({ ok: true });
});

it('a presenter needs no seat, and resumes a full show', async () => {
  await open({ viewers: 1 });
  const { resumeToken } = await rig.goLive();
  expect(await join(await rig.connect())).toMatchObject({ ok: true });
  const resume = { channel: 'math-101', resumeToken, sdpOffer: 'v=0' };
  expect(await ask(await rig.connect(), 'broadcast:resume', resume)).toMatchObject({ ok: true });
});

it('a server with its maximum of shows refuses another until one has ended', async () => {
  await open({ broadcasts: 1 });
  const { presenter } = await rig.goLive();
  const other = { ...show, channel: 'other-one' };
  expect(await ask(await rig.connect(), 'broadcast:start', other)).toMatchObject({
    error: { code: 'too-many-broadcasts' },
  });
  await ask(presenter, 'broadcast:stop', {});
  expect(await ask(await rig.connect(), 'broadcast:start', other)).toMatchObject({ ok: true });
});
