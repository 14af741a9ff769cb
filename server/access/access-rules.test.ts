import { describe, expect, it } from 'vitest';
import { type AccessPolicy, type Action, anyone, may, type Principal } from './access-rules.ts';

const people = {
  owner: { role: 'owner' },
  presenter: { role: 'presenter', name: 'Anna', channels: ['math'], keyId: 'a' },
  'presenter of all': { role: 'presenter', name: 'Ben', channels: 'all', keyId: 'b' },
  'presenter elsewhere': { role: 'presenter', name: 'Carl', channels: ['art'], keyId: 'c' },
  viewer: { role: 'viewer', channels: ['math'] },
  'viewer elsewhere': { role: 'viewer', channels: ['art'] },
  guest: { role: 'guest', recordingId: 'sums', version: 2 },
  'guest elsewhere': { role: 'guest', recordingId: 'lines', version: 2 },
  'guest whose link was ended': { role: 'guest', recordingId: 'sums', version: 1 },
  anyone,
} satisfies Record<string, Principal>;

const open: AccessPolicy = { watch: 'public', recordings: 'public' };
const watch: Action = { to: 'watch', channel: 'math', isLocked: false };
const recording: Action = {
  ...{ to: 'watch-recording', channel: 'math', wasLocked: false },
  ...{ id: 'sums', isPrivate: false, shareVersion: 2 },
};
const all = Object.keys(people);
const presenters = ['owner', 'presenter', 'presenter of all'];
const invited = [...presenters, 'viewer'];
const anyPresenter = [...presenters, 'presenter elsewhere'];

const cases: [string, Action, Partial<AccessPolicy>, string[]][] = [
  ['present', { to: 'present', channel: 'math' }, {}, presenters],
  ['manage a recording', { to: 'manage-recording', channel: 'math' }, {}, presenters],
  ['manage keys', { to: 'manage-keys' }, {}, ['owner']],
  ['read the health details', { to: 'read-health' }, {}, ['owner']],
  ['see the pool', { to: 'read-pool' }, {}, ['owner']],
  ['watch an open channel', watch, {}, all],
  ['watch a locked channel', { ...watch, isLocked: true }, {}, invited],
  ['watch by invitation', watch, { watch: 'invited' }, invited],
  ['watch a locked channel by invitation', { ...watch, isLocked: true }, { watch: 'invited' }, invited],
  ['list public recordings', { to: 'list-recordings' }, {}, all],
  ['list recordings by link', { to: 'list-recordings' }, { recordings: 'link' }, anyPresenter],
  ['list recordings for presenters', { to: 'list-recordings' }, { recordings: 'presenters' }, anyPresenter],
  ['watch a public recording', recording, {}, all],
  ['watch a recording by link', recording, { recordings: 'link' }, all],
  ['watch a recording for presenters', recording, { recordings: 'presenters' }, [...presenters, 'guest']],
  ['watch a private recording', { ...recording, isPrivate: true }, {}, [...presenters, 'guest']],
  ['watch a locked recording', { ...recording, wasLocked: true }, {}, [...invited, 'guest']],
  [
    'watch a locked recording by link',
    { ...recording, wasLocked: true },
    { recordings: 'link' },
    [...invited, 'guest'],
  ],
  ['watch a recording of an invitation', recording, { watch: 'invited' }, [...invited, 'guest']],
  [
    'watch a locked one for presenters',
    { ...recording, wasLocked: true },
    { recordings: 'presenters' },
    [...presenters, 'guest'],
  ],
];

describe('who may', () => {
  it.each(cases)('%s', (_name, action, policy, expected) => {
    const allowed = Object.entries(people).filter(([, who]) => may(who, action, { ...open, ...policy }));
    expect(allowed.map(([name]) => name).sort()).toEqual([...expected].sort());
  });
});
