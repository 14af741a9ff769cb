import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recordingPaths } from '../../../lib/recording.ts';
import type { RecordingDetails } from '../../../lib/recording-details.ts';
import { DerivedRig, rigKey } from './testing/derived-rig.ts';

let rig: DerivedRig;
let id: string;
beforeEach(async () => {
  rig = await DerivedRig.open();
  id = await rig.recordDecodable();
});
afterEach(() => rig.close());

/** Bytes between the markers of a JPEG. */
const jpeg = (content: string) =>
  Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from(content), Buffer.from([0xff, 0xd9])]);

const send = (query: string, parts: readonly Buffer[], key = rigKey) =>
  rig.ask(`${recordingPaths.pictures(id)}?${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}` },
    body: new Uint8Array(Buffer.concat(parts)),
  });

async function details(): Promise<RecordingDetails> {
  return (await (await rig.ask(recordingPaths.details(id))).json()) as RecordingDetails;
}

test('pictures of a browser arrive in portions, and are served in the order of their times', async () => {
  const [poster, first, second, third] = [jpeg('the poster'), jpeg('at the start'), jpeg('5'), jpeg('ten')];
  expect((await send(`poster=${poster.length}&at=5000:${second.length}`, [poster, second])).status).toBe(204);
  // The second one is sent twice.
  const rest = `at=10000:${third.length},0:${first.length},5000:${second.length}`;
  expect((await send(rest, [third, first, second])).status).toBe(204);
  const { hasPoster, thumbnails } = await details();
  expect(hasPoster).toBe(true);
  expect(thumbnails?.pictures.map(({ atMs }) => atMs)).toEqual([0, 5_000, 10_000]);
  const all = Buffer.from(await (await rig.ask(recordingPaths.thumbnails(id))).arrayBuffer());
  const read = thumbnails?.pictures.map(({ offset, length }) => all.subarray(offset, offset + length)) ?? [];
  expect(read).toEqual([first, second, third]);
  expect(Buffer.from(await (await rig.ask(recordingPaths.poster(id))).arrayBuffer())).toEqual(poster);
});

test('the first poster stays, and pictures beyond the limits are left out', async () => {
  const poster = jpeg('first');
  await send(`poster=${poster.length}`, [poster]);
  const other = jpeg('other');
  await send(`poster=${other.length}`, [other]);
  expect(Buffer.from(await (await rig.ask(recordingPaths.poster(id))).arrayBuffer())).toEqual(poster);
  const large = jpeg('x'.repeat(19_000));
  for (let portion = 0; portion < 12; portion += 1) {
    const places = [0, 1, 2].map((index) => `${portion * 30_000 + index * 10_000}:${large.length}`);
    expect((await send(`at=${places.join(',')}`, [large, large, large])).status).toBe(204);
  }
  const file = await readFile(join(rig.folder, id, 'thumbnails.jpgs'));
  expect(file.length).toBeLessThanOrEqual(600_000);
  expect((await details()).thumbnails?.pictures).toHaveLength(Math.floor(600_000 / large.length));
});

test('what viewers saw during the show is the poster until there is a better one', async () => {
  const served = async () => Buffer.from(await (await rig.ask(recordingPaths.poster(id))).arrayBuffer());
  for (const text of ['early', 'later']) await rig.library.keepPreview(id, jpeg(text));
  expect(await served()).toEqual(jpeg('later'));
  expect(await details()).toMatchObject({ hasPoster: true, thumbnails: null });
  const poster = jpeg('better');
  await send(`poster=${poster.length}`, [poster]);
  expect(await served()).toEqual(poster);
  await expect(rig.library.keepPreview('2026-01-01-none-23456789', poster)).rejects.toMatchObject({
    code: 'recording-not-found',
  });
});

test('only who holds a key may send pictures', async () => {
  const poster = jpeg('poster');
  expect((await send(`poster=${poster.length}`, [poster], 'wrong')).status).toBe(401);
  expect((await rig.ask(recordingPaths.pictures(id), { method: 'POST' })).status).toBe(401);
  expect((await rig.ask(recordingPaths.pictures(id))).status).toBe(405);
  expect((await details()).hasPoster).toBe(false);
});

const text = Buffer.from('<script>alert(1)</script>');
test.each([
  ['what is no JPEG', `poster=${text.length}`, [text]],
  ['a wrong length', 'poster=5', [jpeg('longer')]],
  ['nothing', '', []],
  ['a time that is none', `at=soon:${jpeg('a').length}`, [jpeg('a')]],
  ['a poster that is too large', 'poster=50000', [jpeg('x'.repeat(49_995))]],
  ['a picture that is too large', 'at=0:30000', [jpeg('x'.repeat(29_995))]],
  ['too much at once', 'at=0:70000', [jpeg('x'.repeat(69_995))]],
  ['too many', `at=${Array.from({ length: 101 }, (_, index) => `${index}:6`).join(',')}`, Array(101).fill(jpeg('a'))],
])('%s is refused', async (_, query, parts) => {
  const answer = await send(query, parts);
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({ error: { code: 'bad-request', message: expect.stringMatching(/\.$/) } });
  expect(await details()).toMatchObject({ hasPoster: false, thumbnails: null });
});
