import { describe, expect, it } from 'vitest';
import { type AccessPolicy, type Action, anyone, may, type Principal } from './access-rules.ts';

const people = {
  owner: { role: 'owner' },
  presenter: { role: 'presenter', name: 'Anna', channels: ['math'], keyId: 'a' },
  'presenter of all': { role: 'presenter', name: 'Ben', channels: 'all', keyId: 'b' },
  'presenter elsewhere': { role: 'presenter', name: 'Carl', channels: ['art'], keyId: 'c' },
  viewer: { role: 'viewer', channels: ['math'] },
  'viewer elsewhere': { role: 'viewer', channels: ['art'] },
  anyone,
} satisfies Record<string, Principal>;

const open: AccessPolicy = { watch: 'public', recordings: 'public' };
const watch: Action = { to: 'watch', channel: 'math', isLocked: false };
const recording: Action = { to: 'watch-recording', channel: 'math', wasLocked: false };
const all = Object.keys(people);
const presenters = ['owner', 'presenter', 'presenter of all'];
const invited = [...presenters, 'viewer'];
const anyPresenter = [...presenters, 'presenter elsewhere'];

const cases: [string, Action, Partial<AccessPolicy>, string[]][] = [
  ['present', { to: 'present', channel: 'math' }, {}, presenters],
  ['delete a recording', { to: 'delete-recording', channel: 'math' }, {}, presenters],
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
  ['watch a recording for presenters', recording, { recordings: 'presenters' }, presenters],
  ['watch a locked recording', { ...recording, wasLocked: true }, {}, invited],
  ['watch a locked recording by link', { ...recording, wasLocked: true }, { recordings: 'link' }, invited],
  ['watch a recording of an invitation', recording, { watch: 'invited' }, invited],
  ['watch a locked one for presenters', { ...recording, wasLocked: true }, { recordings: 'presenters' }, presenters],
];

describe('who may', () => {
  it.each(cases)('%s', (_name, action, policy, expected) => {
    const allowed = Object.entries(people).filter(([, who]) => may(who, action, { ...open, ...policy }));
    expect(allowed.map(([name]) => name).sort()).toEqual([...expected].sort());
  });
});
