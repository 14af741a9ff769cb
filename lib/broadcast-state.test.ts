import { describe, expect, it } from 'vitest';
import { type BroadcastEvent, type BroadcastState, nextState } from './broadcast-state.ts';

const starting: BroadcastState = { phase: 'starting' };
const live: BroadcastState = { phase: 'live', since: 10 };
const interrupted: BroadcastState = { phase: 'interrupted', since: 10, until: 120, by: 'presenter' };
const ended: BroadcastState = { phase: 'ended', reason: 'stopped', began: 10, at: 50 };
const arrived: BroadcastEvent = { type: 'media-arrived', at: 30 };
const lost: BroadcastEvent = { type: 'interrupted', by: 'presenter', at: 30, graceMs: 90 };
const serverLost: BroadcastEvent = { type: 'interrupted', by: 'media-server', at: 40, graceMs: 90 };
const lostForGood: BroadcastEvent = { type: 'interrupted', by: 'presenter', at: 30, graceMs: 0 };
const end: BroadcastEvent = { type: 'end', reason: 'presenter-gone', at: 60 };
const endedNow: BroadcastState = { phase: 'ended', reason: 'presenter-gone', began: 10, at: 60 };

describe('nextState', () => {
  it.each<[string, BroadcastState, BroadcastEvent, BroadcastState | null]>([
    ['starting → live when media arrives', starting, arrived, { phase: 'live', since: 30 }],
    ['starting is not interrupted when the presenter is lost', starting, lost, null],
    ['starting → ended, and was never live', starting, end, { ...endedNow, began: null }],
    ['live ignores more media', live, arrived, null],
    ['live → interrupted when there is a grace period', live, lost, interrupted],
    [
      'interrupted stays interrupted when the media server fails too, with the grace period for that',
      interrupted,
      serverLost,
      { phase: 'interrupted', since: 10, until: 130, by: 'media-server' },
    ],
    ['live is not interrupted without a grace period', live, lostForGood, null],
    ['live → ended', live, end, endedNow],
    ['interrupted → live, with the same start time', interrupted, arrived, { phase: 'live', since: 10 }],
    ['interrupted is not interrupted again', interrupted, lost, null],
    [
      'interrupted gets a shorter grace period when its presenter, who was silent, leaves',
      interrupted,
      { ...lost, graceMs: 20 },
      { ...interrupted, until: 50 },
    ],
    ['interrupted → ended', interrupted, end, endedNow],
    ['ended stays ended', ended, end, null],
    ['ended ignores media', ended, arrived, null],
    ['ended ignores a lost presenter', ended, lost, null],
  ])('%s', (_, from, event, to) => {
    expect(nextState(from, event)).toEqual(to);
  });
});
