import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import type { GuestsView } from '../../lib/guests.ts';
import { ask, type Client, next, SignalingRig } from './testing/signaling-rig.ts';

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open();
});
afterEach(() => rig.close());

const channel = 'math-101';
const sdpOffer = 'v=0';
const candidate = { candidate: 'candidate:1', sdpMid: '0', sdpMLineIndex: 0 };
const lastLink = () => rig.gateway.links.at(-1) ?? expect.unreachable('there is no link');
const mediaFailed = new AppError('media-failed', 'It broke.');

/** The data of a reply that must be a success. */
async function done(client: Client, name: string, body?: unknown): Promise<Record<string, unknown>> {
  const reply = await ask(client, name, body);
  return reply.ok ? reply.data : expect.unreachable(`${name}: ${reply.error.message}`);
}
const codeOf = async (client: Client, name: string, body?: unknown) => {
  const reply = await ask(client, name, body);
  return reply.ok ? null : reply.error.code;
};
const changed = (client: Client, fits: (view: GuestsView) => boolean) => next(client, 'guests:changed', fits);

async function invite(presenter: Client): Promise<string> {
  const { invitation } = (await done(presenter, 'guest:invite', {})) as { invitation: { token: string } };
  return invitation.token;
}

/** A guest who has come with an invitation. */
async function enter(presenter: Client, name = 'Ada') {
  const guest = await rig.connect();
  const token = await invite(presenter);
  const { id, pass } = (await done(guest, 'guest:enter', { channel, token, name })) as { id: string; pass: string };
  return { guest, id, pass, token };
}

it('a guest comes with an invitation, and the presenter brings them on air and sends them away', async () => {
  const { presenter } = await rig.goLive();
  const seen = changed(presenter, ({ guests }) => guests.length === 1);
  const { guest, id, token } = await enter(presenter);
  expect(await seen).toMatchObject({ guests: [{ id, name: 'Ada', place: 'green-room', isConnected: true }] });
  expect(await codeOf(await rig.connect(), 'guest:enter', { channel, token, name: 'Eve' })).toBe('invitation-used');

  const onAir = changed(guest, ({ guests }) => guests[0]?.place === 'on-air');
  await done(presenter, 'guest:direct', { id, action: 'bring-on' });
  await done(presenter, 'guest:direct', { id, action: 'mute' });
  await done(presenter, 'guests:arrange', { arrangement: 'strip', main: id, presenterName: 'Grace' });
  await onAir;
  expect(await done(guest, 'guests:read')).toMatchObject({
    guests: [{ id, isMuted: true }],
    layout: { arrangement: 'strip', main: id },
    presenter: { name: 'Grace', isConnected: true },
    invitations: [],
  });

  const ended = next(guest, 'guest:ended');
  await done(presenter, 'guest:direct', { id, action: 'remove' });
  expect(await ended).toMatchObject({ error: { code: 'guest-removed' } });
  expect(await codeOf(guest, 'guests:read')).toBe('not-joined');
});

it('whoever declines an invitation ends it, and the presenter reads that they have', async () => {
  const { presenter } = await rig.goLive();
  const { invitation } = (await done(presenter, 'guest:invite', { name: 'Ada' })) as { invitation: { token: string } };
  const { token } = invitation;
  const viewer = await rig.connect();
  const read = changed(presenter, ({ declined }) => declined.length === 1);
  await done(viewer, 'guest:decline', { channel, token });
  expect(await read).toMatchObject({ invitations: [], declined: [{ name: 'Ada' }] });
  expect(await codeOf(viewer, 'guest:enter', { channel, token, name: 'Ada' })).toBe('invitation-expired');
});

it('guests and presenter receive each other, and nobody themselves; candidates find their links', async () => {
  const { presenter } = await rig.goLive();
  const { guest, id } = await enter(presenter);
  const sent = changed(presenter, ({ guests }) => guests[0]?.isSending === true);
  expect(await done(guest, 'contribution:send', { sdpOffer })).toMatchObject({ maxVideoKbps: 1_000 });
  const contribution = lastLink();
  expect(contribution).toMatchObject({ role: 'contribution', contribution: id });
  contribution.listener.flowChanged('audio', true);
  await sent;
  await done(guest, 'candidate:add', { ...candidate, link: 'contribution' });
  expect(contribution.candidates).toHaveLength(1);
  const found = next(guest, 'candidate:found');
  contribution.listener.candidateFound(candidate);
  expect(await found).toEqual({ ...candidate, link: 'contribution' });

  await done(presenter, 'contribution:receive', { from: id, sdpOffer });
  const received = lastLink();
  expect(received).toMatchObject({ role: 'receiver', contribution: id });
  await done(presenter, 'candidate:add', { ...candidate, link: `from-${id}` });
  expect(received.candidates).toHaveLength(1);
  await done(guest, 'contribution:receive', { from: 'presenter', sdpOffer });
  expect(lastLink()).toMatchObject({ role: 'receiver', contribution: 'presenter' });
  expect(await codeOf(guest, 'contribution:receive', { from: id, sdpOffer })).toBe('not-joined');
  expect(rig.registry.view(channel).broadcast).toMatchObject({ viewers: 0 });
});

it('guests receive only who is on air, and no longer once they are taken down', async () => {
  const { presenter } = await rig.goLive();
  const [one, two] = [await enter(presenter, 'One'), await enter(presenter, 'Two')];
  expect(await codeOf(two.guest, 'contribution:receive', { from: one.id, sdpOffer })).toBe('not-joined');
  await done(presenter, 'guest:direct', { id: one.id, action: 'bring-on' });
  await done(two.guest, 'contribution:receive', { from: one.id, sdpOffer });
  const link = lastLink();
  const closed = next(two.guest, 'contribution:closed');
  await done(presenter, 'guest:direct', { id: one.id, action: 'take-down' });
  expect(await closed).toMatchObject({ link: `from-${one.id}` });
  expect(link.closed).toBe(true);
});

it('a link that fails is told to its owner, and can be opened again', async () => {
  const { presenter } = await rig.goLive();
  const { guest } = await enter(presenter);
  await done(guest, 'contribution:send', { sdpOffer });
  const closed = next(guest, 'contribution:closed');
  lastLink().listener.failed(mediaFailed);
  expect(await closed).toMatchObject({ link: 'contribution', error: { code: 'media-failed' } });
  await done(guest, 'contribution:send', { sdpOffer });
  expect(rig.gateway.links.filter(({ role, closed: is }) => role === 'contribution' && !is)).toHaveLength(1);
});

it('a guest who was away comes back with the pass into the same place, and a former page is told', async () => {
  const { presenter } = await rig.goLive();
  const { guest, id, pass } = await enter(presenter);
  await done(presenter, 'guest:direct', { id, action: 'bring-on' });
  await done(guest, 'contribution:send', { sdpOffer });
  const contribution = lastLink();
  const away = changed(presenter, ({ guests }) => guests[0]?.isConnected === false);
  guest.disconnect();
  expect(await away).toMatchObject({ guests: [{ id, place: 'on-air', isSending: false }] });
  expect(contribution.closed).toBe(true);
  const again = await rig.connect();
  expect(await done(again, 'guest:enter', { channel, token: pass, name: 'Ada' })).toMatchObject({ id });
  const elsewhere = next(again, 'guest:ended');
  const third = await rig.connect();
  await done(third, 'guest:enter', { channel, token: pass, name: 'Ada' });
  expect(await elsewhere).toMatchObject({ error: { code: 'guest-elsewhere' } });
  expect(await done(third, 'guests:read')).toMatchObject({ guests: [{ id, place: 'on-air', isConnected: true }] });
});

it('guests stay while the presenter is away, and a take-over finds them as they were', async () => {
  const { presenter, resumeToken } = await rig.goLive();
  const { guest, id } = await enter(presenter);
  await done(presenter, 'guest:direct', { id, action: 'bring-on' });
  await done(presenter, 'contribution:receive', { from: id, sdpOffer });
  const received = lastLink();
  const alone = changed(guest, (view) => !view.presenter.isConnected);
  presenter.disconnect();
  await alone;
  expect(received.closed).toBe(true);
  const other = await rig.connect();
  const back = changed(guest, (view) => view.presenter.isConnected);
  await done(other, 'broadcast:resume', { channel, resumeToken, sdpOffer });
  await back;
  expect(await done(other, 'guests:read')).toMatchObject({ guests: [{ id, place: 'on-air', isConnected: true }] });
});

it('a presenter who presents anew over the same socket is told which links are gone', async () => {
  const { presenter, resumeToken } = await rig.goLive();
  const { id } = await enter(presenter);
  await done(presenter, 'contribution:send', { sdpOffer });
  await done(presenter, 'contribution:receive', { from: id, sdpOffer });
  const gone: string[] = [];
  const both = next(presenter, 'contribution:closed', ({ link }) => gone.push(link) === 2);
  await done(presenter, 'broadcast:resume', { channel, resumeToken, sdpOffer });
  await both;
  expect(gone).toEqual(['contribution', `from-${id}`]);
});

it('when the media server is lost, the guests are told that their links are, and open others', async () => {
  const { presenter } = await rig.goLive();
  const { guest } = await enter(presenter);
  await done(guest, 'contribution:send', { sdpOffer });
  const closed = next(guest, 'contribution:closed');
  rig.registry.mediaServerLost(mediaFailed);
  expect(await closed).toMatchObject({ link: 'contribution' });
  const sending = done(guest, 'contribution:send', { sdpOffer });
  rig.registry.mediaServerRegained();
  expect(await sending).toMatchObject({ maxVideoKbps: 1_000 });
});

it('the end of the show is the end for its guests; a guest who leaves does not come back', async () => {
  const { presenter } = await rig.goLive();
  const [one, two] = [await enter(presenter, 'One'), await enter(presenter, 'Two')];
  await done(one.guest, 'guest:leave');
  expect(await codeOf(one.guest, 'guest:enter', { channel, token: one.pass, name: 'One' })).toBe('invitation-expired');
  const ended = next(two.guest, 'guest:ended');
  await done(presenter, 'broadcast:stop');
  expect(await ended).toMatchObject({ error: { code: 'not-live' } });
  expect(await codeOf(two.guest, 'guest:enter', { channel, token: two.pass, name: 'Two' })).toBe('not-live');
});

it('guests and their invitations survive a restart of the web server', async () => {
  const { presenter } = await rig.goLive();
  const { id, pass } = await enter(presenter);
  const token = await invite(presenter);
  await done(presenter, 'guest:direct', { id, action: 'bring-on' });
  const saved = JSON.parse(JSON.stringify(rig.save()));
  const second = await SignalingRig.open(undefined, { presenterGraceMs: 60_000, mediaGraceMs: 60_000 });
  try {
    second.registry.restore(saved);
    const again = await second.connect();
    const entered = await done(again, 'guest:enter', { channel, token: pass, name: 'Ada' });
    expect(entered).toMatchObject({ id, view: { guests: [{ id, place: 'on-air' }] } });
    await done(await second.connect(), 'guest:enter', { channel, token, name: 'Bob' });
  } finally {
    await second.close();
  }
});

it('only the presenter directs, and only who takes part receives', async () => {
  const { presenter } = await rig.goLive();
  const { guest, id } = await enter(presenter);
  const viewer = await rig.connect();
  await done(viewer, 'viewer:join', { channel, sdpOffer });
  for (const client of [guest, viewer]) {
    expect(await codeOf(client, 'guest:invite', {})).toBe('not-joined');
    expect(await codeOf(client, 'guest:direct', { id, action: 'bring-on' })).toBe('not-joined');
  }
  for (const name of ['guests:read', 'contribution:stop']) expect(await codeOf(viewer, name)).toBe('not-joined');
  expect(await codeOf(viewer, 'contribution:receive', { from: id, sdpOffer })).toBe('not-joined');
  expect(await codeOf(viewer, 'guest:enter', { channel, token: await invite(presenter), name: 'V' })).toBe(
    'already-joined',
  );
  expect(await codeOf(guest, 'guest:enter', { channel, token: 'x'.repeat(32), name: '' })).toBe('bad-request');
});
