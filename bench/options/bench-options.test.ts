import { expect, test } from 'vitest';
import { readBenchOptions } from './bench-options.ts';
import { readBrowsersOptions } from './browsers-options.ts';

test('without options, four rows of twenty seconds are measured', () => {
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

test('idle viewers and joins are numbers of people, and are measured only on request', () => {
  expect(readBenchOptions(['--idle', '100', '--joins', '30'])).toMatchObject({ idle: 100, joins: 30 });
  expect(readBenchOptions([])).not.toHaveProperty('idle');
  expect(() => readBenchOptions(['--joins', '0'])).toThrow('--joins:');
});

test('a running server is named by all of address, key and process', () => {
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

test('servers have known names, are requested in one way, and are compared under load only', () => {
  expect(() => readBenchOptions(['--servers', 'rostrum,nginx'])).toThrow('--servers: Please name some of rostrum');
  expect(() => readBenchOptions(['--servers', ''])).toThrow('--servers:');
  expect(() => readBenchOptions(['--bare', '--janus'])).toThrow('only one of');
  expect(() => readBenchOptions(['--compare', '--joins', '5'])).toThrow('one server at a time');
});

test('where a Kurento is named, it is compared with the embedded media server, and both in browsers', () => {
  const compared = { servers: ['rostrum', 'kurento'], viewers: [1, 20, 60], clicks: 30 };
  expect(readBenchOptions([], true)).toMatchObject(compared);
  expect(readBenchOptions(['--clicks', '0', '--viewers', '5'], true)).toMatchObject({ clicks: 0, viewers: [5] });
  expect(readBenchOptions(['--idle', '10'], true)).toMatchObject({ servers: ['kurento'], clicks: 0 });
  expect(readBenchOptions(['--bare'], true)).toMatchObject({
    servers: ['bare'],
    viewers: [1, 50, 100, 150],
    clicks: 0,
  });
  expect(readBenchOptions(['--compare'], true).servers).toContain('kurento');
  const running = ['--url', 'http://127.0.0.1:3000', '--key', 'secret', '--media-pid', '17'];
  expect(readBenchOptions(running, true)).toMatchObject({ servers: ['rostrum'], clicks: 0 });
});

test('a Kurento is requested only where one is named, and clicks only where it is compared', () => {
  expect(() => readBenchOptions(['--servers', 'rostrum,kurento'])).toThrow('KURENTO_COMMAND or KURENTO_URL');
  expect(readBenchOptions(['--servers', 'kurento'], true).servers).toEqual(['kurento']);
  expect(() => readBenchOptions(['--media-pid', '17'])).toThrow('--url, or with a Kurento');
  expect(readBenchOptions(['--media-pid', '17'], true)).toMatchObject({ 'media-pid': 17 });
  expect(() => readBenchOptions(['--clicks', '3'])).toThrow('bench:browsers');
  expect(() => readBenchOptions(['--clicks', '3', '--janus'], true)).toThrow('bench:browsers');
});

test('browsers watch with fifty load viewers, or, where a Kurento is named, with three numbers of them on both', () => {
  expect(readBrowsersOptions([], false)).toMatchObject({ servers: ['rostrum'], viewers: [50], clicks: 30 });
  expect(readBrowsersOptions([], true)).toMatchObject({ servers: ['rostrum', 'kurento'], viewers: [1, 20, 60] });
  expect(readBrowsersOptions(['--servers', 'kurento', '--viewers', '0,5'], true)).toMatchObject({
    servers: ['kurento'],
    viewers: [0, 5],
  });
  expect(() => readBrowsersOptions(['--servers', 'kurento'], false)).toThrow('KURENTO_COMMAND or KURENTO_URL');
  expect(() => readBrowsersOptions(['--servers', 'janus'], true)).toThrow('--servers: Please name some of rostrum,');
  expect(() => readBrowsersOptions(['--viewers', '101'], true)).toThrow('--viewers:');
});

test('a pool is measured for each number of media servers, with many viewers unless it is said how many', () => {
  expect(readBenchOptions(['--media-servers', '1,2,4'])).toMatchObject({
    'media-servers': [1, 2, 4],
    viewers: [400],
    shows: 1,
    servers: ['rostrum'],
  });
  expect(readBenchOptions(['--media-servers', '3', '--viewers', '9', '--shows', '5'])).toMatchObject({
    viewers: [9],
    shows: 5,
  });
  expect(readBenchOptions(['--media-servers', '2'], true)).toMatchObject({ servers: ['rostrum'], clicks: 0 });
  expect(readBenchOptions([])).not.toHaveProperty('media-servers');
});

test('a pool is measured on its own, and several shows only with one', () => {
  const pool = ['--media-servers', '2'];
  for (const words of [['--bare'], ['--servers', 'rostrum'], ['--joins', '5'], ['--idle', '5'], ['--narrow', '3']]) {
    expect(() => readBenchOptions([...pool, ...words])).toThrow('A pool is measured on its own');
  }
  expect(() => readBenchOptions(['--media-servers', '0'])).toThrow('--media-servers:');
  expect(() => readBenchOptions(['--media-servers', '17'])).toThrow('--media-servers:');
  expect(() => readBenchOptions(['--shows', '2'])).toThrow('--shows goes with --media-servers');
  expect(() => readBenchOptions([...pool, '--clicks', '3'], true)).toThrow('--clicks');
});
