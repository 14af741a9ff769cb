import { expect, test } from 'vitest';
import { zipNames } from './zip-names.ts';

const named = (...titles: string[]) =>
  zipNames(titles.map((title) => ({ title, channel: 'club', contentType: 'video/webm' })));

test('names in a ZIP are the titles as people wrote them', () => {
  const titles = ['수학 1강', 'שיעור ראשון', '🎉 Party 👩‍👧', 'Ünïcode – „½“', "It's 100% (new) & improved", 'a.b'];
  expect(named(...titles)).toEqual(titles.map((title) => `${title}.webm`));
});

test.each([
  ['../../etc/passwd', 'etc passwd.webm'],
  ['C:\\Windows\\x', 'C Windows x.webm'],
  ['a<b>c:"d|e?f*g', 'a b c d e f g.webm'],
  ['line\nbreak\ttab\u0000nul\u007f', 'line break tab nul.webm'],
  ['safe\u202Egnp.exe', 'safe gnp.exe.webm'],
  [' . dots and spaces . ', 'dots and spaces.webm'],
  ['///', 'club.webm'],
  ['\ud800 half', 'half.webm'],
  ['CON', 'CON_.webm'],
  ['con.backup', 'con.backup_.webm'],
  ['Com1', 'Com1_.webm'],
  ['console', 'console.webm'],
])('“%s” becomes a name that every file system accepts: %s', (title, name) => {
  expect(named(title)).toEqual([name]);
});

test('equal names are numbered, also those that only some file systems tell apart', () => {
  expect(named('Day', 'day', 'DAY', 'Day (2)', 'Cafe\u0301', 'Caf\u00e9')).toEqual([
    'Day.webm',
    'day (2).webm',
    'DAY (3).webm',
    'Day (2) (2).webm',
    'Cafe\u0301.webm',
    'Caf\u00e9 (2).webm',
  ]);
});

test('long names are cut between characters, and keep number and extension', () => {
  const [first = '', second = ''] = named('👩‍👩‍👧'.repeat(40), '👩‍👩‍👧'.repeat(40));
  expect(Buffer.byteLength(first)).toBeLessThanOrEqual(255);
  expect(Buffer.byteLength(second)).toBeLessThanOrEqual(255);
  expect(first).toMatch(/^(?:👩‍👩‍👧)+\.webm$/u);
  expect(second).toMatch(/^(?:👩‍👩‍👧)+ \(2\)\.webm$/u);
});
