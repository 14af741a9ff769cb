import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { inspectMedia } from '../recordings/media-file.ts';
import { ConditionWaiter } from './testing/condition-waiter.ts';
import type { ContractRig } from './testing/contract-rig.ts';

/** The part of the contract about recordings; `rig` returns the rig of the current test. */
export function describeRecording(rig: () => ContractRig): void {
  describe('recording', () => {
    let folder: string;

    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), 'recording-'));
      // An external media server may run as another user.
      await chmod(folder, 0o777);
    });
    afterEach(() => rm(folder, { recursive: true, force: true }));

    it.each([
      ['sound and picture', ['audio', 'video'] as const, 'VP8', 'video/webm'],
      ['sound', ['audio'] as const, 'VP8', 'audio/webm'],
      ['a picture', ['video'] as const, 'VP8', 'video/webm'],
      ['sound and a picture in H.264', ['audio', 'video'] as const, 'H264', 'video/x-matroska'],
      ['a picture in H.264', ['video'] as const, 'H264', 'video/x-matroska'],
    ] as const)('a show with %s becomes a file of its kind', async (_, kinds, videoCodec, contentType) => {
      const pipeline = await rig().openPipeline();
      const { peer, link } = await rig().presents(pipeline, { kinds, videoCodec });
      expect(link.codecs.video).toBe(kinds.some((kind) => kind === 'video') ? videoCodec : undefined);
      const file = join(folder, 'show with spaces.webm');
      const conditions = new ConditionWaiter();
      const told: string[] = [];
      const recorder = await pipeline.startRecording({
        uri: pathToFileURL(file).href,
        codecs: link.codecs,
        kinds,
        listener: {
          recording: () => {
            told.push('recording');
            conditions.changed();
          },
          outdated: () => told.push('outdated'),
          failed: ({ code }) => told.push(code),
        },
      });
      await conditions.until('recording', () => told.length > 0);
      const viewer = await rig().watches(pipeline, { videoCodec });
      await viewer.peer.receives(kinds[0], 50);
      await Promise.all([recorder.stop(), recorder.stop()]);
      const content = await readFile(file);
      expect(content.subarray(0, 4).toString('hex')).toBe('1a45dfa3');
      expect(content.length).toBeGreaterThan(500);
      const info = await inspectMedia(file);
      expect(info).toMatchObject({ contentType });
      expect(info?.codecs).toHaveLength(kinds.length);
      expect(info?.codecs.includes('avc')).toBe(videoCodec === 'H264');
      await recorder.close();
      expect(told).toEqual(['recording']);
      peer.mute();
    });

    it('a presenter’s link counts what it receives of each kind, and a recording of one kind needs no other', async () => {
      const pipeline = await rig().openPipeline();
      const { peer, link, flows } = await rig().presents(pipeline);
      await Promise.all([flows('audio', true), flows('video', true)]);
      const counted = await vi.waitFor(async () => {
        const { audio = 0, video = 0 } = await link.received();
        expect(audio).toBeGreaterThan(0);
        expect(video).toBeGreaterThan(0);
        return { audio, video };
      }, 10_000);
      peer.withhold('video');
      await flows('video', false);
      const still = (await link.received()).video ?? 0;
      expect(still).toBeGreaterThanOrEqual(counted.video);
      await vi.waitFor(async () => expect((await link.received()).audio).toBeGreaterThan(counted.audio), 5_000);
      expect((await link.received()).video).toBe(still);
      const file = join(folder, 'sound of a show.webm');
      const conditions = new ConditionWaiter();
      let began = false;
      const recorder = await pipeline.startRecording({
        uri: pathToFileURL(file).href,
        codecs: link.codecs,
        kinds: ['audio'],
        listener: {
          recording: () => {
            began = true;
            conditions.changed();
          },
          outdated: () => {},
          failed: () => {},
        },
      });
      await conditions.until('recording', () => began);
      await vi.waitFor(async () => expect((await stat(file)).size).toBeGreaterThan(1_000), 5_000);
      await recorder.stop();
      expect((await inspectMedia(file))?.codecs).toEqual(['opus']);
    });

    it('a recording goes on through a change of presenters and ends with the pipeline', async () => {
      const pipeline = await rig().openPipeline();
      const first = await rig().presents(pipeline);
      const viewer = await rig().watches(pipeline);
      const file = join(folder, 'show.webm');
      const failures: unknown[] = [];
      await pipeline.startRecording({
        uri: pathToFileURL(file).href,
        codecs: { audio: 'opus', video: 'VP8' },
        kinds: ['audio', 'video'],
        listener: { recording() {}, outdated() {}, failed: (error) => failures.push(error) },
      });
      await viewer.peer.receives('video', 25);
      const { size: sizeBefore } = await stat(file);
      await rig().presents(pipeline);
      await first.leave();
      await viewer.peer.receives('video', 50);
      await pipeline.close();
      expect((await stat(file)).size).toBeGreaterThan(sizeBefore);
      expect(failures).toEqual([]);
    });

    it('a path that cannot be written to makes the recording fail and does not affect the show', async () => {
      const pipeline = await rig().openPipeline();
      await rig().presents(pipeline);
      const viewer = await rig().watches(pipeline);
      await viewer.peer.receives('video', 5);
      // There can be no folder below a file, whichever user the media server runs as.
      const obstacle = join(folder, 'obstacle');
      await writeFile(obstacle, '');
      const conditions = new ConditionWaiter();
      const codes: string[] = [];
      const fail = ({ code }: { code?: string }) => {
        codes.push(code ?? 'none');
        conditions.changed();
      };
      pipeline
        .startRecording({
          uri: pathToFileURL(join(obstacle, 'show.webm')).href,
          codecs: { audio: 'opus', video: 'VP8' },
          kinds: ['audio', 'video'],
          listener: { recording() {}, outdated() {}, failed: fail },
        })
        .catch(fail);
      await conditions.until('a failure', () => codes.length > 0);
      expect(codes).toEqual(['recording-failed']);
      await viewer.peer.receives('video', 10);
    });
  });
}
