import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { writeTestFile } from '../playing/testing/test-files.ts';
import { silentLog } from '../testing/silent-log.ts';
import { readTranscript } from '../testing/transcript.ts';
import { type PlayerHooks, TranscriptPlayer } from '../testing/transcript-player.ts';

/** Where this server differs on purpose: by transcript and line, the rule of SPEC.md that states it. */
const deviations: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  'sessions-and-envelopes': {
    24: 'D3: a session opened by connect is known',
    27: 'D3: a session opened by connect is known',
    33: 'D3: a socket that has connected has a session',
    110: 'D16: a socket keeps its session although another socket uses it too',
    131: 'D6: the list of sessions has no blank entries',
    134: 'D4: closeSession answers with an object',
  },
  'malformed-envelopes': {
    4: 'D1: invalid JSON is answered',
    9: 'D1: invalid JSON is answered',
    78: 'D18: the message states what is wrong',
    86: 'D18: the message states what is wrong',
    118: 'D1: no comments in JSON',
    142: 'D1: an empty frame is answered',
  },
  'connect-and-disconnect': {
    100: 'D17: disconnecting what is not connected leaves other connections alone',
    290: 'D4: closeSession answers with an object',
  },
  'objects-and-errors': {
    57: 'D18: the message states what is wrong',
    151: 'R47: classes that need decoding cannot be created',
    155: 'D6: the list of sessions has no blank entries',
    194: 'D6: getMinVideoRecvBandwidth returns its own value',
    204: 'R33: no interface is preferred until one is set; the recorded server was configured with one',
    238: 'R27: AV1 is answered, too',
    250: 'R27: AV1 is answered, too',
    259: 'R27: AV1 is answered, too',
    301: 'D11: no component 2',
    ...lines(304, 313, 'D11: no TCP and no component 2'),
    323: 'D11: no component 2',
    330: 'R61: AV1 is offered, too',
  },
  'recorder-and-player': {
    62: 'D8: a recorder that was stopped reports it as soon as its file is complete',
    70: 'D8: a recorder that was stopped reports it',
    146: 'D18: the message states what is wrong',
    147: 'D18: the message states what is wrong',
    174: 'D8: no uploads, which is an Error',
    176: 'D8: no uploads, which is an Error',
    178: 'D8: no uploads, which is an Error',
    235: 'D27: nothing is decoded',
    236: 'D27: nothing is decoded',
    ...lines(273, 275, 'D28: a pause is not a fault'),
    289: 'R74: the recorder stopped with the file, which never ended there',
    ...lines(306, 307, 'D28: a seek is not a fault'),
    ...lines(376, 377, 'D28: each fault is reported once, in words'),
    ...lines(380, 381, 'D28: each fault is reported once, in words'),
    ...lines(404, 405, 'D28: each fault is reported once, in words'),
    ...lines(426, 427, 'D28: each fault is reported once, in words'),
  },
  'media-vp8-publish-watch-record': {
    77: 'R27: AV1 is answered, too',
    86: 'D11: no component 2',
    89: 'D11: no TCP',
    ...lines(91, 93, 'D11: no TCP'),
    ...lines(96, 101, 'D11: no TCP and no component 2'),
    120: 'R27: AV1 is answered, too',
    128: 'D11: no component 2',
    ...lines(132, 141, 'D11: no TCP and no component 2'),
    217: 'D7: nothing is transcoded',
    218: 'D7: nothing is transcoded',
    227: 'D24: no VP8 in MP4',
    228: 'D24: no VP8 in MP4',
    249: 'D11: no component 2',
    257: 'R27: AV1 is answered, too',
    263: 'D24: no VP8 in MP4',
    300: 'the peer in place of the browser mostly leaves without a DTLS close; reported as soon as one arrives',
    301: 'the peer in place of the browser mostly leaves without a DTLS close; reported as soon as one arrives',
  },
};

/** Every line of the range. */
function lines(first: number, last: number, rule: string): Record<number, string> {
  return Object.fromEntries(Array.from({ length: last - first + 1 }, (_, step) => [first + step, rule]));
}

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

async function play(name: string, hooks: PlayerHooks = {}): Promise<void> {
  const expected = deviations[name] ?? {};
  const player = new TranscriptPlayer(server.url, { ...hooks, deviates: (line) => expected[line] !== undefined });
  await player.play(readTranscript(name));
  expect(player.differences.filter(({ line }) => expected[line] === undefined)).toEqual([]);
  // A line that no longer differs does not belong in the table, unless its match depends on timing.
  const seen = new Set(player.differences.map(({ line }) => line));
  const missing = Object.keys(expected)
    .map(Number)
    .filter((line) => !seen.has(line));
  expect(missing.filter((line) => !expected[line]?.includes('as soon as'))).toEqual([]);
}

describe('what a real Kurento said', () => {
  // What becomes of sessions without a socket takes a minute there; sessions.integration.test.ts shows it with a short period.
  it.each(['sessions-and-envelopes', 'malformed-envelopes', 'connect-and-disconnect', 'objects-and-errors'])(
    '%s: this server does the same, except where SPEC.md deviates',
    { timeout: 60_000 },
    (name) => play(name),
  );

  it('recorder-and-player: this server says the same, but for what SPEC.md names', {
    tags: ['long'],
    timeout: 90_000,
  }, async () => {
    await writeTestFile(join(folder, '10-media-vp8.webm'), { durationMs: 2_500 });
    await writeTestFile(join(folder, '10-media-vp8.mp4'), { durationMs: 2_500, video: 'avc' });
    await play('recorder-and-player', { places: [['/recordings/', `${folder}/`]] });
  });

  it('media-vp8-publish-watch-record: this server does the same, except where SPEC.md deviates', {
    timeout: 90_000,
  }, async () => {
    await play('media-vp8-publish-watch-record', {
      withPeers: true,
      places: [['/recordings/', `${folder}/`]],
      noted(note, [presenter]) {
        if (note.startsWith('close presenter')) presenter?.close();
      },
    });
  });
});
