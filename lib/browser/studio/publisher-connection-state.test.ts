import { describe, expect, it } from 'vitest';
import { broadcastView } from '../testing/signaling-doubles.ts';
import {
  nextConnectionState,
  type PublisherConnectionEvent,
  type PublisherConnectionState,
} from './publisher-connection-state.ts';

const plan = { key: 'key', channel: 'math-101', title: 'Math 101', record: true };
const broadcast = broadcastView();
const ticket = { ...plan, broadcastId: 'first', resumeToken: 'a-token-of-sixteen', keptAt: 1_000 };
const newTicket = { ...ticket, resumeToken: 'a-newer-token-of-many' };
const news = broadcastView({ phase: 'interrupted' });
const show = { ticket, broadcast };

const idle: PublisherConnectionState = { phase: 'idle' };
const aboutToStart: PublisherConnectionState = { phase: 'about-to-start', plan };
const askingToStart: PublisherConnectionState = { phase: 'asking-to-start', plan };
const presenting: PublisherConnectionState = { phase: 'presenting', ...show };
const away: PublisherConnectionState = { phase: 'away', ...show };
const askingToResume: PublisherConnectionState = { phase: 'asking-to-resume', ...show };
const takenOver: PublisherConnectionState = { phase: 'taken-over', ...show };
const ended: PublisherConnectionState = { phase: 'ended', broadcast };
const states = [idle, aboutToStart, askingToStart, presenting, away, askingToResume, takenOver, ended];

const asked: PublisherConnectionEvent = { type: 'asked' };
const accepted: PublisherConnectionEvent = { type: 'accepted', ticket: newTicket, broadcast: news };
const acceptedLate: PublisherConnectionEvent = { type: 'accepted-late' };
const detached: PublisherConnectionEvent = { type: 'detached' };
const told: PublisherConnectionEvent = { type: 'broadcast-changed', broadcast: news };
const lost: PublisherConnectionEvent = { type: 'taken-over' };
const end: PublisherConnectionEvent = { type: 'ended' };
const presentingAnew: PublisherConnectionState = { phase: 'presenting', ticket: newTicket, broadcast: news };

const arrows: [string, PublisherConnectionState, PublisherConnectionEvent, PublisherConnectionState][] = [
  ['about-to-start → asking-to-start', aboutToStart, asked, askingToStart],
  ['about-to-start → presenting', aboutToStart, accepted, presentingAnew],
  ['about-to-start → idle when it ends, because there was no broadcast', aboutToStart, end, idle],
  ['asking-to-start → presenting, with the first ticket', askingToStart, accepted, presentingAnew],
  ['asking-to-start → about-to-start when refused, or on a new socket', askingToStart, detached, aboutToStart],
  ['asking-to-start → idle when it ends before the answer', askingToStart, end, idle],
  ['presenting → asking-to-resume for another link on the same socket', presenting, asked, askingToResume],
  ['presenting → presenting, with a newer ticket', presenting, accepted, presentingAnew],
  ['presenting stays when an earlier request is accepted late', presenting, acceptedLate, presenting],
  ['presenting → away when the server closed the link, or does not know the socket', presenting, detached, away],
  ['presenting → taken-over', presenting, lost, takenOver],
  ['away → asking-to-resume', away, asked, askingToResume],
  ['away → presenting', away, accepted, presentingAnew],
  ['away → presenting when the previous request is accepted late', away, acceptedLate, presenting],
  ['away stays on another new socket', away, detached, away],
  ['away → taken-over when a check finds another presenter', away, lost, takenOver],
  ['asking-to-resume stays when it asks again', askingToResume, asked, askingToResume],
  ['asking-to-resume → presenting', askingToResume, accepted, presentingAnew],
  [
    'asking-to-resume → presenting when accepted late, with the previous ticket',
    askingToResume,
    acceptedLate,
    presenting,
  ],
  ['asking-to-resume → away when refused, or on a new socket', askingToResume, detached, away],
  ['asking-to-resume → taken-over', askingToResume, lost, takenOver],
  ...states.flatMap((state): typeof arrows => {
    if (!('broadcast' in state)) return [];
    const ending: (typeof arrows)[number] = [`${state.phase} → ended`, state, end, ended];
    return [
      [`${state.phase} stays after an update of its broadcast`, state, told, { ...state, broadcast: news }],
      ending,
    ];
  }),
];

describe('nextConnectionState', () => {
  it.each(arrows)('%s', (_, from, event, to) => {
    expect(nextConnectionState(from, event)).toEqual(to);
  });

  it.each(states)('$phase → about-to-start, away or idle whenever the owner wants it', (from) => {
    expect(nextConnectionState(from, { type: 'started', plan })).toEqual(aboutToStart);
    expect(nextConnectionState(from, { type: 'resumed', ticket, broadcast })).toEqual(away);
    expect(nextConnectionState(from, { type: 'closed' })).toEqual(idle);
  });

  it.each(states)('$phase is the same object after an update of another broadcast', (from) => {
    const others = broadcastView({ broadcastId: 'second' });
    expect(nextConnectionState(from, { type: 'broadcast-changed', broadcast: others })).toBe(from);
  });

  it.each(states)('$phase is the same object after every event that leads nowhere from it', (from) => {
    const here = arrows.filter(([, state]) => state === from).map(([, , event]) => event);
    for (const event of [asked, accepted, acceptedLate, detached, told, lost, end]) {
      // An idle connection that ends stays idle, whether or not in a new object.
      if (here.includes(event) || (from === idle && event === end)) continue;
      expect(nextConnectionState(from, event)).toBe(from);
    }
  });
});
