import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from './media-server.ts';
import { silentLog } from './testing/silent-log.ts';
import { readTranscript } from './testing/transcript.ts';
import { type PlayerHooks, TranscriptPlayer } from './testing/transcript-player.ts';

/** Where this server differs on purpose: by transcript and line, the rule of SPEC.md that says so. */
const deviations: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'sessions-and-envelopes': {
    24: 'D3: a session made by connect is known',
    27: 'D3: a session made by connect is known',
    33: 'D3: a socket that has connected has a session',
    110: 'D16: a socket whose session another one uses too still speaks for it',
    131: 'D6: the list of sessions has no blanks',
    134: 'D4: closeSession answers with an object',
  },
  'malformed-envelopes': {
    4: 'D1: what is no JSON is answered',
    9: 'D1: what is no JSON is answered',
    78: 'D18: the message says what is wrong',
    86: 'D18: the message says what is wrong',
    118: 'D1: no comments in JSON',
    142: 'D1: an empty frame is answered',
  },
  'connect-and-disconnect': {
    100: 'D17: disconnecting what is not connected leaves other connections alone',
    290: 'D4: closeSession answers with an object',
  },
  'objects-and-errors': {
    57: 'D18: the message says what is wrong',
    151: 'R47: what needs decoding cannot be made',
    155: 'D6: the list of sessions has no blanks',
    194: 'D6: getMinVideoRecvBandwidth gives its own value',
    204: 'R33: no interface is preferred until one is set; that server was configured so',
    238: 'R27: AV1 is answered, too',
    250: 'R27: AV1 is answered, too',
    259: 'R27: AV1 is answered, too',
    301: 'D11: no component 2',
    ...Object.fromEntries(Array.from({ length: 10 }, (_, step) => [304 + step, 'D11: no TCP and no component 2'])),
    323: 'D11: no component 2',
    330: 'R61: AV1 is offered, too',
  },
  'recorder-and-player': {
    62: 'D8: a recorder that was stopped says so as soon as its file is complete',
    70: 'D8: a recorder that was stopped says so',
    146: 'D18: the message says what is wrong',
    147: 'D18: the message says what is wrong',
    174: 'D8: no uploads, which is an Error',
    176: 'D8: no uploads, which is an Error',
    178: 'D8: no uploads, which is an Error',
  },
};

let server: MediaServer;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'transcript-'));
  server = await openMediaServer({ log: silentLog, recordingsRoot: folder });
});
afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function play(name: string, lines = readTranscript(name), hooks: PlayerHooks = {}): Promise<void> {
  const expected = deviations[name] ?? {};
  const player = new TranscriptPlayer(server.url, { ...hooks, deviates: (line) => expected[line] !== undefined });
  await player.play(lines);
  expect(player.differences.filter(({ line }) => expected[line] === undefined)).toEqual([]);
  // A line that does not differ any more has no business in the table, unless it may come in time.
  const seen = new Set(player.differences.map(({ line }) => line));
  const missing = Object.keys(expected)
    .map(Number)
    .filter((line) => !seen.has(line));
  expect(missing.filter((line) => !expected[line]?.includes('as soon as'))).toEqual([]);
}

describe('what a real Kurento said', () => {
  // What becomes of sessions without a socket takes a minute there; sessions.test.ts shows it with a short period.
  it.each(['sessions-and-envelopes', 'malformed-envelopes', 'connect-and-disconnect', 'objects-and-errors'])(
    '%s: this server says the same, but for what SPEC.md names',
    { timeout: 60_000 },
    (name) => play(name),
  );

  it('recorder-and-player: this server says the same of recorders, but for what SPEC.md names', {
    timeout: 60_000,
  }, async () => {
    const lines = readTranscript('recorder-and-player');
    const end = lines.findIndex((line) => 'note' in line && line.note.startsWith('===== PlayerEndpoint'));
    await play('recorder-and-player', lines.slice(0, end), {
      places: [['/recordings/', `${folder}/`]],
    });
    // The rest needs the file that was played there; what players do is shown by player-endpoint.test.ts.
  });
});
