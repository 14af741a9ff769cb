import { expect, test } from 'vitest';
import { AppError } from '../../errors.ts';
import { broadcastView, FakeSignaling, fakeStorage, settle } from '../testing/signaling-doubles.ts';
import { ResumeOffer } from './resume-offer.ts';
import { type ResumeTicket, ResumeTickets } from './resume-tickets.ts';

function ticket(change: Partial<ResumeTicket> = {}): ResumeTicket {
  const broadcastId = change.broadcastId ?? 'first';
  const rest = { title: 'Math', record: false, resumeToken: `token-of-${broadcastId}`, keptAt: Date.now() };
  return { channel: `channel-of-${broadcastId}`, broadcastId, ...rest, ...change };
}

test('a tab finds its own ticket first, and another tab finds it too', () => {
  const browser = fakeStorage();
  const one = new ResumeTickets(fakeStorage(), browser);
  one.keep(ticket());
  const other = new ResumeTickets(fakeStorage(), browser);
  other.keep(ticket({ broadcastId: 'second', keptAt: Date.now() + 1 }));
  expect(one.list().map(({ broadcastId }) => broadcastId)).toEqual(['first', 'second']);
  expect(other.list().map(({ broadcastId }) => broadcastId)).toEqual(['second', 'first']);
});

test('a ticket that another tab renewed replaces the older one', () => {
  const browser = fakeStorage();
  const one = new ResumeTickets(fakeStorage(), browser);
  one.keep(ticket());
  new ResumeTickets(fakeStorage(), browser).keep(ticket({ resumeToken: 'renewed', keptAt: Date.now() + 1 }));
  expect(one.find('first')?.resumeToken).toBe('renewed');
  expect(one.list()).toHaveLength(1);
});

test.each([
  ['ahead', -72],
  ['back', 72],
])('a ticket is kept if the device’s clock was set %s since it was stored', (_, hours) => {
  const browser = fakeStorage();
  new ResumeTickets(fakeStorage(), browser).keep(ticket({ keptAt: Date.now() + hours * 3_600_000 }));
  expect(new ResumeTickets(fakeStorage(), browser).list()).toHaveLength(1);
});

test('of many tickets the newest are kept', () => {
  const tickets = new ResumeTickets(fakeStorage(), fakeStorage());
  for (let count = 0; count < 20; count += 1) {
    tickets.keep({ ...ticket({ broadcastId: `show-${count}`, keptAt: count }), channel: `channel-${count}` });
  }
  const kept = tickets.list().map(({ broadcastId }) => broadcastId);
  expect(kept).toEqual([19, 18, 17, 16, 15, 14, 13, 12].map((count) => `show-${count}`));
});

test('tickets of ended broadcasts, and values that are not tickets, are left out', () => {
  const browser = fakeStorage();
  const tickets = new ResumeTickets(fakeStorage(), browser);
  tickets.keep(ticket());
  tickets.forget('first');
  expect(tickets.list()).toEqual([]);
  browser.setItem('rostrum.resume', '[{"channel":7}, null]');
  expect(tickets.list()).toEqual([]);
  browser.setItem('rostrum.resume', '{');
  expect(tickets.list()).toEqual([]);
});

test('the first ticket that the server accepts is offered until its broadcast ends', async () => {
  const tickets = new ResumeTickets(fakeStorage(), fakeStorage());
  tickets.keep(ticket());
  tickets.keep(ticket({ broadcastId: 'second', keptAt: Date.now() + 1 }));
  const socket = new FakeSignaling();
  const offer = new ResumeOffer(tickets, () => socket);
  offer.open();
  socket.connect();
  socket.last('resume:check').refuse(new AppError('not-live', 'Over.'));
  await settle();
  socket.last('resume:check').answer({ broadcast: broadcastView({ phase: 'interrupted' }) });
  await settle();
  expect(offer.state.get()).toMatchObject({ ticket: { broadcastId: 'first' }, broadcast: { phase: 'interrupted' } });
  expect(tickets.list()).toHaveLength(1);
  socket.announce('broadcast:changed', { channel: 'math-101', broadcast: broadcastView({ phase: 'ended' }) });
  expect(offer.state.get()).toBeNull();
  expect(tickets.list()).toEqual([]);
  expect(socket.closed).toBe(true);
});
