import { expect, test } from 'vitest';
import { readBenchOptions } from './bench-options.ts';

test('without words, four rows of twenty seconds are measured', () => {
  expect(readBenchOptions([])).toMatchObject({ viewers: [1, 50, 100, 150], seconds: 20, servers: ['rostrum'] });
});

test('numbers are bounded and must be numbers', () => {
  for (const words of [
    ['--viewers', '0'],
    ['--viewers', '1,x'],
    ['--viewers', '501'],
    ['--seconds', '1'],
  ]) {
    expect(() => readBenchOptions(words)).toThrow(`${words[0]}:`);
  }
  expect(() => readBenchOptions(['--nonsense'])).toThrow();
});

test('idle viewers and joins are numbers of people, and not asked for without a word', () => {
  expect(readBenchOptions(['--idle', '100', '--joins', '30'])).toMatchObject({ idle: 100, joins: 30 });
  expect(readBenchOptions([])).not.toHaveProperty('idle');
  expect(() => readBenchOptions(['--joins', '0'])).toThrow('--joins:');
});

test('a server that is running is named by all of address, key and process', () => {
  expect(() => readBenchOptions(['--url', 'http://127.0.0.1:3000'])).toThrow('--media-pid');
  const words = ['--url', 'http://127.0.0.1:3000', '--key', 'secret', '--media-pid', '17'];
  expect(readBenchOptions(words)).toMatchObject({ key: 'secret', 'media-pid': 17 });
});

test('one server is measured, or several are compared', () => {
  const serversOf = (...words: string[]) => readBenchOptions(words).servers;
  expect(serversOf('--bare')).toEqual(['bare']);
  expect(serversOf('--janus')).toEqual(['janus']);
  expect(serversOf('--compare')).toEqual(['rostrum', 'bare', 'janus', 'janus-loops']);
  expect(serversOf('--servers', 'janus,rostrum,janus')).toEqual(['janus', 'rostrum']);
});

test('servers have known names, are asked for in one way, and are compared under load only', () => {
  expect(() => readBenchOptions(['--servers', 'rostrum,nginx'])).toThrow('--servers: Please name some of rostrum');
  expect(() => readBenchOptions(['--servers', ''])).toThrow('--servers:');
  expect(() => readBenchOptions(['--bare', '--janus'])).toThrow('only one of');
  expect(() => readBenchOptions(['--compare', '--joins', '5'])).toThrow('one server at a time');
});
