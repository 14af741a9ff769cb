import { describe, expect, it } from 'vitest';
import { maxGuests, presenterId } from '../../../lib/guests.ts';
import { GuestList } from './guest-list.ts';

/** A list on a clock that a test moves, with `count` guests in the green room. */
function listOf(count: number) {
  let now = 1_000_000;
  const list = new GuestList(null, () => now);
  const guests = Array.from({ length: count }, (_, index) => list.enter(list.invite(null).token, `Guest ${index + 1}`));
  return {
    list,
    guests,
    ids: guests.map(({ id }) => id),
    wait: (ms: number) => {
      now += ms;
    },
  };
}
const codeOf = (act: () => unknown) => {
  try {
    act();
    return null;
  } catch (error) {
    return (error as { code?: string }).code;
  }
};
const hour = 3_600_000;

describe('an invitation', () => {
  it('lets one person in, once', () => {
    const { list } = listOf(0);
    const { token } = list.invite('Ada');
    expect(list.view(presenterId).invitations).toMatchObject([{ name: 'Ada' }]);
    const { id } = list.enter(token, 'Ada L.');
    expect(list.view(presenterId)).toMatchObject({
      guests: [{ id, name: 'Ada L.', place: 'green-room' }],
      invitations: [],
    });
    expect(codeOf(() => list.enter(token, 'Somebody else'))).toBe('invitation-used');
  });

  it('expires after a day, and can be withdrawn before', () => {
    const { list, wait } = listOf(0);
    const [late, withdrawn] = [list.invite(null), list.invite(null)];
    list.revoke(withdrawn.id);
    expect(codeOf(() => list.enter(withdrawn.token, 'Ada'))).toBe('invitation-expired');
    wait(24 * hour + 1);
    expect(list.view(presenterId).invitations).toEqual([]);
    expect(codeOf(() => list.enter(late.token, 'Ada'))).toBe('invitation-expired');
  });

  it('that is declined makes room for another one, and the presenter sees who declined until they dismiss it', () => {
    const { list } = listOf(maxGuests.inAll - 1);
    const { id, token } = list.invite('Ada');
    expect(codeOf(() => list.invite(null))).toBe('guests-full');
    expect([list.decline('unknown'), list.decline(token), list.decline(token)]).toEqual([false, true, false]);
    expect(list.view(presenterId)).toMatchObject({ invitations: [], declined: [{ id, name: 'Ada' }] });
    expect(list.view('a guest').declined).toEqual([]);
    expect(codeOf(() => list.enter(token, 'Ada'))).toBe('invitation-expired');
    const again = list.invite('Ada');
    list.decline(again.token);
    expect(list.view(presenterId).declined).toEqual([{ id: again.id, name: 'Ada' }]);
    list.revoke(again.id);
    expect(list.view(presenterId).declined).toEqual([]);
  });

  it('is not made when guests and open invitations are as many as there may be', () => {
    const { list, wait } = listOf(maxGuests.inAll - 1);
    list.invite(null);
    expect(codeOf(() => list.invite(null))).toBe('guests-full');
    wait(24 * hour + 1);
    expect(codeOf(() => list.invite(null))).toBeNull();
  });
});

describe('a guest', () => {
  it('comes back with the pass, under the same id and in the same place', () => {
    const { list, guests } = listOf(1);
    const [{ id, pass }] = guests as [{ id: string; pass: string }];
    list.direct(id, 'bring-on');
    expect(list.enter(pass, 'A new name')).toEqual({ id, pass });
    expect(list.view(presenterId).guests).toMatchObject([{ id, name: 'A new name', place: 'on-air' }]);
  });

  it('who was sent away does not', () => {
    const { list, guests } = listOf(1);
    const [{ id, pass }] = guests as [{ id: string; pass: string }];
    list.direct(id, 'remove');
    expect(codeOf(() => list.enter(pass, 'Ada'))).toBe('invitation-expired');
    expect(codeOf(() => list.direct(id, 'mute'))).toBe('bad-request');
  });

  it('is brought on air unless six are, and taken down', () => {
    const { list, ids } = listOf(maxGuests.onAir + 1);
    const [first = '', last = ''] = [ids[0], ids.at(-1)];
    for (const id of ids.slice(0, -1)) list.direct(id, 'bring-on');
    expect(codeOf(() => list.direct(last, 'bring-on'))).toBe('guests-full');
    expect(codeOf(() => list.direct(first, 'bring-on'))).toBeNull();
    list.direct(first, 'take-down');
    list.direct(last, 'bring-on');
    expect([list.isOnAir(first), list.isOnAir(last)]).toEqual([false, true]);
  });

  it('in the green room sees who is on air and themselves; the presenter sees all', () => {
    const { list, ids } = listOf(3);
    const [one = '', two = '', three = ''] = ids;
    list.direct(one, 'bring-on');
    const seenBy = (viewer: string) => list.view(viewer).guests.map(({ id }) => id);
    expect(seenBy(presenterId)).toEqual(ids);
    expect(seenBy(one)).toEqual([one]);
    expect(seenBy(two)).toEqual([one, two]);
    expect(list.mayReceive(two, one)).toBe(true);
    expect(list.mayReceive(one, two)).toBe(false);
    expect(list.mayReceive(presenterId, three)).toBe(true);
    expect(list.mayReceive(one, presenterId)).toBe(true);
    expect(list.mayReceive(one, one)).toBe(false);
    list.invite(null);
    expect([list.view(presenterId).invitations.length, list.view(one).invitations.length]).toEqual([1, 0]);
  });
});

it('the main person of the layout is somebody on air', () => {
  const { list, ids } = listOf(1);
  const [id = ''] = ids;
  list.arrange({ arrangement: 'strip', main: id });
  expect(list.view(presenterId).layout).toEqual({ arrangement: 'strip', main: null });
  list.direct(id, 'bring-on');
  list.arrange({ main: id });
  expect(list.view(presenterId).layout).toEqual({ arrangement: 'strip', main: id });
  list.direct(id, 'take-down');
  expect(list.view(presenterId).layout).toEqual({ arrangement: 'strip', main: null });
});

it('survives a restart: guests come back with their passes, and used invitations stay used', () => {
  const { list, guests, ids } = listOf(1);
  const [id = ''] = ids;
  const [open, used] = [list.invite(null), list.invite(null)];
  list.enter(used.token, 'Second');
  list.direct(id, 'bring-on');
  list.arrange({ arrangement: 'grid', presenterName: 'Grace' });
  const saved = JSON.parse(JSON.stringify(list.save()));
  expect(JSON.stringify(saved)).not.toContain(guests[0]?.pass);
  const again = new GuestList(saved, () => 1_000_000);
  expect(again.view(presenterId)).toMatchObject({
    guests: [{ id, place: 'on-air', isConnected: false }, { name: 'Second' }],
    presenter: { name: 'Grace' },
    layout: { arrangement: 'grid' },
    invitations: [{ id: open.id }],
  });
  expect(again.enter(guests[0]?.pass ?? '', 'Guest 1').id).toBe(id);
  expect(codeOf(() => again.enter(used.token, 'Third'))).toBe('invitation-used');
  expect(again.enter(open.token, 'Third').id).not.toBe(id);
  expect(new GuestList(null).save()).toBeNull();
});
