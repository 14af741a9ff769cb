import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Recording, recordingPaths } from '../../../lib/recording.ts';
import { h264 } from '../../embedded-kurento/recording/testing/recording-rig.ts';
import { recordShow, writeWebm } from '../testing/recording-rig.ts';
import { DerivedRig, packetsIn, rigKey } from './testing/derived-rig.ts';

let rig: DerivedRig;
beforeEach(async () => {
  rig = await DerivedRig.open();
});
afterEach(() => rig.close());

const vp8 = { audio: 'opus', video: 'VP8' };

async function bytesOf(path: string): Promise<Uint8Array> {
  return new Uint8Array(await (await rig.ask(path)).arrayBuffer());
}

function trim(id: string, body: unknown, key = rigKey): Promise<Response> {
  return rig.ask(recordingPaths.trim(id), {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: JSON.stringify(body),
  });
}

/** Expects a piece to hold exactly the packets of the original from `fromMs` on, with sound and picture aligned. */
async function expectSamePackets(originalId: string, pieceId: string, fromMs: number, toMs: number) {
  const original = await packetsIn(await bytesOf(recordingPaths.media(originalId)));
  const piece = await packetsIn(await bytesOf(recordingPaths.media(pieceId)));
  for (const kind of ['video', 'audio'] as const) {
    const within = original[kind].filter(({ atMs }) => atMs >= fromMs - 0.5 && atMs < toMs - 0.5);
    expect(piece[kind].map(({ hash }) => hash)).toEqual(within.map(({ hash }) => hash));
    for (const [index, { atMs }] of piece[kind].entries()) {
      expect(Math.abs(atMs - ((within[index]?.atMs ?? 0) - fromMs))).toBeLessThan(40);
    }
  }
  expect(piece.video[0]?.isKey ?? true).toBe(true);
}

test('a piece is a new recording with exactly the packets of the range, from the next keyframe on', async () => {
  const id = await rig.record(vp8, (path) => writeWebm(path, 8, 'whole'));
  const planned = await (await rig.ask(`${recordingPaths.trim(id)}?from=2300&to=6000`)).json();
  expect(planned).toEqual({ fromMs: 3_000, toMs: 6_000 });
  const answer = await trim(id, { fromMs: 2_300, toMs: 6_000, title: 'Fractions (trimmed)' });
  expect(answer.status).toBe(201);
  const piece = (await answer.json()) as Recording;
  expect(piece).toMatchObject({ state: 'ready', title: 'Fractions (trimmed)', channel: 'math-101' });
  expect(Math.abs((piece.durationMs ?? 0) - 3_000)).toBeLessThan(40);
  expect(piece.startedAt).toBe((await rig.library.get(id)).startedAt);
  await expectSamePackets(id, piece.id, 3_000, 6_000);
  expect(Math.abs(((await rig.library.get(id)).durationMs ?? 0) - 8_000)).toBeLessThan(40);
});

test('a piece of a recording in H264 is MP4, with the same packets', async () => {
  const id = await rig.record({ audio: 'opus', video: 'H264' }, (path) => recordShow(path, 6_000, { codec: h264 }));
  const { durationMs } = await rig.library.get(id);
  const { fromMs } = (await (await rig.ask(`${recordingPaths.trim(id)}?from=500&to=5000`)).json()) as {
    fromMs: number;
  };
  const piece = (await (await trim(id, { fromMs: 500, toMs: 5_000, title: 'Half' })).json()) as Recording;
  expect(piece).toMatchObject({ state: 'ready', contentType: 'video/mp4' });
  await expectSamePackets(id, piece.id, fromMs, Math.min(5_000, durationMs ?? 0));
});

test('a recording of sound alone can be cut anywhere', async () => {
  const sends = { video: false, audio: true };
  const id = await rig.record({ audio: 'opus' }, (path) => recordShow(path, 5_000, { sends }));
  const piece = (await (await trim(id, { fromMs: 1_010, toMs: 3_000, title: 'Sound' })).json()) as Recording;
  expect(piece.contentType).toBe('audio/webm');
  expect(Math.abs((piece.durationMs ?? 0) - 1_990)).toBeLessThan(40);
});

test('a piece keeps the chapters that are in it', async () => {
  const id = await rig.record(vp8, (path) => writeWebm(path, 8, 'whole'));
  await rig.library.chapters.note(id, { atMs: 1_500, kind: 'pause', title: null });
  await rig.library.chapters.note(id, { atMs: 5_000, kind: 'title', title: 'Decimals' });
  const piece = (await (await trim(id, { fromMs: 3_000, toMs: 8_000, title: 'Second half' })).json()) as Recording;
  expect(await rig.library.chapters.of(piece.id)).toEqual([
    { atMs: 0, kind: 'title', title: 'Fractions' },
    { atMs: 2_000, kind: 'title', title: 'Decimals' },
  ]);
});

test('a piece has what was written in it, and nothing else of the conversation', async () => {
  const id = await rig.record(vp8, (path) => writeWebm(path, 8, 'whole'));
  const said = (ms: number) => ({ ms, at: 1, name: 'Ann', role: 'viewer', text: `said at ${ms}`, isPinned: false });
  const rest = { questions: [], polls: [], reactions: [{ ms: 5_500, counts: { '👏': 2 } }] };
  const whole = { version: 1, messages: [2_500, 3_200, 7_000].map(said), ...rest };
  await writeFile(join(rig.folder, id, 'conversation.json'), JSON.stringify(whole));
  const piece = (await (await trim(id, { fromMs: 2_300, toMs: 6_000, title: 'Part' })).json()) as Recording;
  expect(piece.state).toBe('ready');
  const kept = await rig.ask(recordingPaths.conversation(piece.id, 'json'));
  // It begins with the keyframe at three seconds.
  expect(await kept.json()).toEqual({
    ...{ version: 1, messages: [{ ...said(3_200), ms: 200 }], questions: [], polls: [] },
    reactions: [{ ms: 2_500, counts: { '👏': 2 } }],
  });
  const vtt = await (await rig.ask(recordingPaths.conversation(piece.id, 'vtt'))).text();
  expect(vtt).toContain('00:00:00.200 --> 00:00:05.200\n<v Ann>said at 3200');
  expect(vtt.match(/-->/g)).toHaveLength(1);
});

test('a conversation that cannot be read does not keep a piece from being made', async () => {
  const id = await rig.record(vp8, (path) => writeWebm(path, 4, 'whole'));
  await writeFile(join(rig.folder, id, 'conversation.json'), '{"version":1,"mess');
  const piece = (await (await trim(id, { fromMs: 0, toMs: 3_000, title: 'Part' })).json()) as Recording;
  expect(piece.state).toBe('ready');
  expect(rig.log.lines).toContainEqual(
    expect.objectContaining({ msg: 'A piece of a recording did not get its conversation', recordingId: piece.id }),
  );
});

test.each([
  [{ fromMs: 7_200, toMs: 8_000, title: 'x' }, /Nothing would be left/],
  [{ fromMs: 3_000, toMs: 3_100, title: 'x' }, /Nothing would be left/],
  [{ fromMs: 5_000, toMs: 2_000, title: 'x' }, /Nothing would be left/],
  [{ fromMs: -1, toMs: 2_000, title: 'x' }, /correct fromMs/],
  [{ fromMs: 'a', toMs: 2_000, title: 'x' }, /correct fromMs/],
  [{ fromMs: 0, toMs: 2_000, title: ' ' }, /correct title/],
  [null, /correct the request/],
])('%j is refused with what to do about it, and makes no recording', async (body, message) => {
  const id = await rig.record(vp8, (path) => writeWebm(path, 8, 'whole'));
  const answer = await trim(id, body);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: { code: 'bad-request', message: expect.stringMatching(message) },
  });
  expect(await rig.library.list()).toHaveLength(1);
});

test('nobody trims without the key', async () => {
  const id = await rig.record(vp8, (path) => writeWebm(path, 2, 'whole'));
  expect((await trim(id, { fromMs: 0, toMs: 1_000, title: 'x' }, 'wrong')).status).toBe(401);
  expect((await rig.ask(recordingPaths.trim(id), { method: 'POST' })).status).toBe(401);
  expect(await rig.library.list()).toHaveLength(1);
});
