import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, test } from 'vitest';
import type { RecordingLibrary } from './recording-library.ts';
import { readManifest } from './recording-manifest.ts';
import { age, libraryRig, recordShow } from './testing/recording-rig.ts';

const show = {
  channel: 'math',
  title: '',
  startedAt: Date.UTC(2026, 10, 22),
  codecs: { audio: 'opus', video: 'VP8' },
} as const;

const rig = libraryRig();

/** Records one second at the URI that the library prepared. */
async function record(uri: string): Promise<void> {
  await recordShow(fileURLToPath(uri), 1_000);
  await age(fileURLToPath(uri));
}

describe('a finished recording that is resumed', () => {
  const outcomes = (work: Promise<unknown>[]) =>
    Promise.allSettled(work).then((settled) =>
      settled.map((one) => (one.status === 'fulfilled' ? 'done' : (one.reason as { code?: string }).code)),
    );
  let library: RecordingLibrary;
  let id: string;
  beforeEach(async () => {
    library = await rig.open();
    const made = await library.create(show);
    id = made.id;
    await record(made.uri);
    await library.finish(id);
  });

  test('is not deleted while its next part is being prepared', async () => {
    const adding = library.addPart(id);
    expect(await outcomes([adding, library.remove(id)])).toEqual(['done', 'recording-in-use']);
    expect(await library.get(id)).toMatchObject({ state: 'recording' });
    expect(await readdir(join(rig.folder, id))).toContain('media.webm');
    await record((await adding).uri);
    const { durationMs } = await library.finish(id);
    expect(durationMs).toBeGreaterThan(1_900);
  });

  test('is not recreated by a part or a title that is added while it is deleted', async () => {
    const work = [library.remove(id), library.addPart(id), library.retitle(id, 'Too late')];
    expect(await outcomes(work)).toEqual(['done', 'recording-not-found', 'recording-not-found']);
    expect(await readdir(rig.folder)).toEqual([]);
  });

  test('does not return to the list when it gets a title while it is deleted', async () => {
    await outcomes([library.retitle(id, 'In time'), library.remove(id)]);
    expect(await library.list()).toEqual([]);
    expect(await readdir(rig.folder)).toEqual([]);
  });

  test('has the last of the titles that it gets at the same time, on disk too', async () => {
    const titles = Array.from({ length: 10 }, (_, number) => `Title ${number}`);
    const all = [library.addPart(id), ...titles.map((title) => library.retitle(id, title)), library.addPart(id)];
    expect(new Set(await outcomes(all))).toEqual(new Set(['done']));
    const manifest = await readManifest(join(rig.folder, id), id);
    expect(manifest).toMatchObject({ title: 'Title 9', parts: ['media.webm', 'media-1.webm', 'media-2.webm'] });
    expect(await library.get(id)).toMatchObject({ title: 'Title 9', state: 'recording' });
  });
});
