import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import type { GuestsView } from '../../lib/guests.ts';
import { ask, type Client, next, SignalingRig } from './testing/signaling-rig.ts';

/* Guests whom the media server puts beside the presenter (MIXING=server). */

let rig: SignalingRig;
beforeEach(async () => {
  rig = await SignalingRig.open(undefined, {}, undefined, { mixing: 'server' });
});
afterEach(() => rig.close());

const channel = 'math-101';
const full = new AppError('mixing-full', 'There is no room.');
const lastMix = () => rig.gateway.mixes.at(-1)?.map(({ name }) => name);

async function done(client: Client, name: string, body?: unknown): Promise<Record<string, unknown>> {
  const reply = await ask(client, name, body);
  return reply.ok ? reply.data : expect.unreachable(`${name}: ${reply.error.message}`);
}
const codeOf = async (client: Client, name: string, body?: unknown) => {
  const reply = await ask(client, name, body);
  return reply.ok ? null : reply.error.code;
};

/** A show with a guest in the green room, and where each page that takes part has seen them since. */
async function openShow() {
  const { presenter } = await rig.goLive();
  const guest = await rig.connect();
  const { invitation } = (await done(presenter, 'guest:invite', {})) as { invitation: { token: string } };
  const entering = { channel, token: invitation.token, name: 'Ada' };
  const { id, pass } = (await done(guest, 'guest:enter', entering)) as { id: string; pass: string };
  const seen: Record<'presenter' | 'guest', unknown[]> = { presenter: [], guest: [] };
  const note = (by: 'presenter' | 'guest') => (view: GuestsView) => void seen[by].push(view.guests[0]?.place);
  presenter.on('guests:changed', note('presenter'));
  guest.on('guests:changed', note('guest'));
  return { presenter, guest, id, pass, seen };
}

const placeFor = async (client: Client) => {
  const view = (await done(client, 'guests:read')) as GuestsView;
  return view.guests[0]?.place;
};

it('a guest whom the media server cannot mix is refused in words, and nobody is shown them on air', async () => {
  const { presenter, guest, id, seen } = await openShow();
  rig.gateway.mixing = async () => {
    throw full;
  };
  expect(await codeOf(presenter, 'guest:direct', { id, action: 'bring-on' })).toBe('mixing-full');
  expect([await placeFor(presenter), await placeFor(guest)]).toEqual(['green-room', 'green-room']);
  expect([...seen.presenter, ...seen.guest]).not.toContain('on-air');
});

it('a guest is on air only once the media server shows them', async () => {
  const { presenter, guest, id, seen } = await openShow();
  let mixed = () => {};
  const began = new Promise<void>((begun) => {
    rig.gateway.mixing = () => {
      begun();
      return new Promise((resolve) => {
        mixed = resolve;
      });
    };
  });
  const brought = done(presenter, 'guest:direct', { id, action: 'bring-on' });
  await began;
  expect([await placeFor(presenter), await placeFor(guest)]).toEqual(['green-room', 'green-room']);
  const onAir = next(guest, 'guests:changed', ({ guests }) => guests[0]?.place === 'on-air');
  mixed();
  await Promise.all([brought, onAir]);
  expect(seen.guest).toEqual(['on-air']);
  expect(lastMix()).toEqual([id]);
});

it('a guest who is taken down while they are brought on stays in the green room', async () => {
  const { presenter, id, seen } = await openShow();
  let mixed = () => {};
  const began = new Promise<void>((begun) => {
    rig.gateway.mixing = async ({ length }) => {
      if (length === 0) return;
      begun();
      await new Promise<void>((resolve) => {
        mixed = resolve;
      });
    };
  });
  const brought = done(presenter, 'guest:direct', { id, action: 'bring-on' });
  await began;
  await done(presenter, 'guest:direct', { id, action: 'take-down' });
  mixed();
  await brought;
  expect(await placeFor(presenter)).toBe('green-room');
  expect(seen.presenter).not.toContain('on-air');
  await expect.poll(lastMix).toEqual([]);
});

it('a guest who is away is not in the picture, and is in it again when they are back', async () => {
  const { presenter, guest, id, pass } = await openShow();
  await done(presenter, 'guest:direct', { id, action: 'bring-on' });
  expect(lastMix()).toEqual([id]);
  guest.disconnect();
  await expect.poll(lastMix).toEqual([]);
  expect(await placeFor(presenter)).toBe('on-air');
  await done(await rig.connect(), 'guest:enter', { channel, token: pass, name: 'Ada' });
  await expect.poll(lastMix).toEqual([id]);
});

it('the presenter reads that the media server can mix the guests no more, until it can again', async () => {
  const { presenter, guest, id } = await openShow();
  await done(presenter, 'guest:direct', { id, action: 'bring-on' });
  rig.gateway.mixing = async () => {
    throw full;
  };
  const notMixed = next(presenter, 'guests:changed', ({ isMixed }) => !isMixed);
  guest.disconnect();
  await notMixed;
  expect(await done(presenter, 'guests:read')).toMatchObject({ isMixed: false });
  rig.gateway.mixing = async () => undefined;
  const mixed = next(presenter, 'guests:changed', ({ isMixed }) => isMixed);
  await done(presenter, 'guest:direct', { id, action: 'mute' });
  await mixed;
});

it('a guest who is back, but for whom there is no room any more, is shown in the green room', async () => {
  const { presenter, guest, id, pass } = await openShow();
  await done(presenter, 'guest:direct', { id, action: 'bring-on' });
  guest.disconnect();
  await expect.poll(lastMix).toEqual([]);
  rig.gateway.mixing = async ({ length }) => {
    if (length > 0) throw full;
  };
  await done(await rig.connect(), 'guest:enter', { channel, token: pass, name: 'Ada' });
  await expect.poll(() => placeFor(presenter)).toBe('green-room');
});
