import { expect, it } from 'vitest';
import { parseEmbedCommand, readEmbedOrigins, writeEmbedOrigins } from './embed-api.ts';

it('understands every command', () => {
  for (const command of ['play', 'pause', 'mute', 'unmute', 'request-state']) {
    expect(parseEmbedCommand({ target: 'rostrum', command })).toEqual({ target: 'rostrum', command });
  }
  const half = { target: 'rostrum', command: 'set-volume', volume: 0.5 };
  expect(parseEmbedCommand({ ...half, more: 1 })).toEqual(half);
});

it('ignores messages that are not ours, or incomplete', () => {
  const others: unknown[] = [
    null,
    undefined,
    'mute',
    7,
    [],
    { target: 'rostrum' },
    { target: 'other', command: 'mute' },
  ];
  const wrong = [
    { command: 'mute' },
    { target: 'rostrum', command: 'seek' },
    { target: 'rostrum', command: 'set-volume' },
  ];
  for (const message of [...others, ...wrong]) expect(parseEmbedCommand(message)).toBeNull();
  for (const volume of [-0.1, 1.1, Number.NaN, Number.POSITIVE_INFINITY, '0.5', null]) {
    expect(parseEmbedCommand({ target: 'rostrum', command: 'set-volume', volume })).toBeNull();
  }
});

it('passes the allowed origins to the page unchanged', () => {
  for (const origins of ['*', [], ['https://a.example', 'http://b.example:8080']] as const) {
    expect(readEmbedOrigins(writeEmbedOrigins(origins))).toEqual(origins);
  }
  expect(readEmbedOrigins(null)).toEqual([]);
});
