import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { mountSmallDisk, reasonAgainstMounting, unmountDisk } from '../../media-files/testing/small-disk.ts';
import { readRecording } from '../recording/testing/recording-rig.ts';
import type { RawEvent } from '../testing/raw-client.ts';
import { serverRig } from '../testing/server-rig.ts';
import type { TestPeer, TestPeerOptions } from '../testing/test-peer.ts';

const reason = reasonAgainstMounting();
const note = reason === null ? '' : ` (left out: ${reason})`;
const waitOptions = { timeout: 8000 };
const sweepMs = 200;

/** Recorders of real media, from the view of a protocol client. */
describe('recorders', () => {
  let folder: string;
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const rig = serverRig(async () => {
    folder = await mkdtemp(join(tmpdir(), 'recorders-'));
    return { recordingsRoot: folder, garbageCollectorPeriodMs: sweepMs };
  });
  let presenter: string;
  beforeEach(async () => {
    presenter = await rig.make('WebRtcEndpoint');
  });

  const present = (options: Omit<TestPeerOptions, 'role'> = {}, endpoint = presenter): Promise<TestPeer> =>
    rig.join({ role: 'presenter', ...options }, endpoint);

  async function makeRecorder(uri: string, params: { mediaProfile?: string } = {}): Promise<string> {
    const recorder = await rig.client.create('RecorderEndpoint', { mediaPipeline: rig.pipeline, uri, ...params });
    await rig.client.subscribe(recorder, 'UriEndpointStateChanged', 'Recording', 'Paused', 'Stopped', 'Error');
    return recorder;
  }

  /** A recorder behind `source` that has begun to record. */
  async function startRecorder(
    uri: string,
    params: { mediaProfile?: string } = {},
    source = presenter,
  ): Promise<string> {
    const recorder = await makeRecorder(uri, params);
    await rig.client.invoke(source, 'connect', { sink: recorder });
    await rig.client.invoke(recorder, 'record');
    await rig.client.event('Recording', from(recorder));
    return recorder;
  }

  const sizeOf = async (uri: string) => (await stat(join(folder, uri))).size;

  /** Waits until a file has grown by some of the show. */
  async function grows(uri: string): Promise<void> {
    const before = await sizeOf(uri);
    await vi.waitFor(async () => expect(await sizeOf(uri)).toBeGreaterThan(before + 10_000), waitOptions);
  }

  async function expectComplete(uri: string): Promise<void> {
    const file = await readRecording(join(folder, uri));
    expect(file.video.length).toBeGreaterThan(20);
    // The peer sends silence, the same that a recorder inserts.
    const sound = file.concealed;
    expect(sound.length).toBeGreaterThan(20);
    const lastMs = Math.max(file.video.at(-1)?.timeMs ?? 0, sound.at(-1)?.timeMs ?? 0);
    expect(Math.abs((file.headerDurationMs ?? 0) - lastMs)).toBeLessThan(150);
  }

  const from = (recorder: string) => (event: RawEvent) => event.object === recorder;
  const told = (recorder: string) =>
    rig.client.events
      .filter(from(recorder))
      .map(({ type, data }) => (type === 'UriEndpointStateChanged' ? data.state : type));

  it('R36, R37: pauses, continues in the same file without a gap, and records once', async () => {
    const peer = await present();
    const recorder = await startRecorder('paused.webm');
    await grows('paused.webm');
    await rig.client.invoke(recorder, 'pause');
    await rig.client.invoke(recorder, 'pause');
    expect(await rig.client.invoke(recorder, 'getState')).toBe('PAUSE');
    const [pausedAt, sentBefore] = [performance.now(), peer.sent.video.packets];
    await peer.until('a pause', () => peer.sent.video.packets > sentBefore + 100);
    expect(told(recorder)).toEqual(['START', 'Recording', 'PAUSE', 'Paused']);
    const pausedMs = performance.now() - pausedAt;
    await rig.client.invoke(recorder, 'record');
    await rig.client.until('a second Recording', () => told(recorder)[5]);
    await grows('paused.webm');
    await rig.client.invoke(recorder, 'stopAndWait');
    expect(told(recorder)).toEqual(['START', 'Recording', 'PAUSE', 'Paused', 'START', 'Recording', 'STOP', 'Stopped']);

    await expectComplete('paused.webm');
    const { video } = await readRecording(join(folder, 'paused.webm'));
    const steps = video.slice(1).map(({ timeMs }, i) => timeMs - (video[i]?.timeMs ?? 0));
    expect(Math.max(...steps)).toBeLessThan(pausedMs / 2);

    const size = await sizeOf('paused.webm');
    await rig.client.invoke(recorder, 'record');
    await rig.client.invoke(recorder, 'pause');
    expect(await rig.client.invoke(recorder, 'getState')).toBe('STOP');
    expect(await sizeOf('paused.webm')).toBe(size);
    expect(told(recorder)).toHaveLength(8);
  });

  it('R36: stop reports the end when the file is complete, and once', async () => {
    await present();
    const recorder = await startRecorder('stopped.webm');
    await grows('stopped.webm');
    await rig.client.invoke(recorder, 'stop');
    await rig.client.event('Stopped', from(recorder));
    await expectComplete('stopped.webm');
    await rig.client.invoke(recorder, 'stop');
    await rig.client.invoke(recorder, 'stopAndWait');
    expect(told(recorder)).toEqual(['START', 'Recording', 'STOP', 'Stopped']);
  });

  it('R38: releasing a recorder or its pipeline replies when the files are complete', async () => {
    await present();
    const recorder = await startRecorder('missing/folder/released.webm');
    await startRecorder('with-pipeline.mkv', { mediaProfile: 'MKV' });
    await grows('missing/folder/released.webm');
    await grows('with-pipeline.mkv');
    await rig.client.result('release', { object: recorder });
    await expectComplete('missing/folder/released.webm');
    await rig.client.result('release', { object: rig.pipeline });
    await expectComplete('with-pipeline.mkv');
  });

  it('R10, R38: the end of a session whose client is gone completes its files', async () => {
    await present();
    await startRecorder('orphaned.webm');
    await grows('orphaned.webm');
    rig.client.drop();
    await vi.waitFor(() => expect(rig.server.counts().objects).toBe(0), waitOptions);
    await vi.waitFor(() => expectComplete('orphaned.webm'), waitOptions);
  });

  it.each([
    ['MP4', 'show.mp4'],
    ['MKV', 'show.mkv'],
  ])('R69: a presenter who sends H264 is recorded as %s', async (mediaProfile, uri) => {
    await present({ video: 'H264' });
    const recorder = await startRecorder(uri, { mediaProfile });
    await grows(uri);
    await rig.client.invoke(recorder, 'stopAndWait');
    await expectComplete(uri);
    expect((await readRecording(join(folder, uri))).codecs).toEqual(['avc', 'opus']);
  });

  it('D23: begins with what flows when a kind of the profile was not connected', async () => {
    await present();
    const recorder = await makeRecorder('silent.webm');
    await rig.client.invoke(presenter, 'connect', { sink: recorder, mediaType: 'VIDEO' });
    await rig.client.invoke(recorder, 'record');
    await rig.client.event('Recording', from(recorder));
    await grows('silent.webm');
    await rig.client.invoke(recorder, 'stopAndWait');
    const file = await readRecording(join(folder, 'silent.webm'));
    expect(file.codecs).toEqual(['vp8']);
    expect(file.video.length).toBeGreaterThan(20);
  });

  it('R75: a codec that the profile cannot hold is reported immediately, and no recorder waits for it', async () => {
    const early = await makeRecorder('early.mp4', { mediaProfile: 'MP4' });
    await rig.client.invoke(presenter, 'connect', { sink: early });
    await rig.client.invoke(early, 'record');
    const late = await makeRecorder('late.mp4', { mediaProfile: 'MP4' });
    await rig.client.invoke(presenter, 'connect', { sink: late });
    await present();
    expect((await rig.client.event('Error', from(early))).data).toMatchObject({
      errorCode: 40005,
      type: 'UNSUPPORTED_MEDIA_TYPE',
      description: expect.stringMatching(/video codec.*VP8.*H264/),
    });
    await rig.client.event('Stopped', from(early));
    expect(told(early)).toEqual(['Error', 'STOP', 'Stopped']);

    await rig.client.invoke(late, 'record');
    await rig.client.event('Stopped', from(late));
    expect(told(late)).toEqual(['Error', 'Error', 'STOP', 'Stopped']);
    await expect(sizeOf('late.mp4')).rejects.toThrow('ENOENT');
  });

  it('R75: a source that does not fit does not disturb the recorder that rejects it', async () => {
    await present();
    const recorder = await startRecorder('undisturbed.webm');
    const other = await rig.client.create('WebRtcEndpoint', { mediaPipeline: rig.pipeline });
    await present({ video: 'H264' }, other);
    expect(await rig.client.invokeFailure(other, 'connect', { sink: recorder })).toMatch(
      /^40005 No common video codec/,
    );
    await grows('undisturbed.webm');
    expect(await rig.client.invoke(recorder, 'getState')).toBe('START');
    expect(told(recorder)).toEqual(['START', 'Recording', 'Error']);
  });

  it('R75: a source of another codec in the middle ends the file, which keeps what it has', async () => {
    const relay = await rig.client.create('PassThrough', { mediaPipeline: rig.pipeline });
    await present();
    await rig.client.invoke(presenter, 'connect', { sink: relay });
    const recorder = await startRecorder('changed.webm', {}, relay);
    await grows('changed.webm');
    const other = await rig.client.create('WebRtcEndpoint', { mediaPipeline: rig.pipeline });
    await present({ video: 'H264' }, other);
    await rig.client.invoke(other, 'connect', { sink: relay });
    await rig.client.event('Stopped', from(recorder));
    expect(told(recorder)).toEqual(['START', 'Recording', 'Error', 'STOP', 'Stopped']);
    await expectComplete('changed.webm');
  });

  it('R72: another presenter of the same codecs goes on in the same file', async () => {
    const relay = await rig.client.create('PassThrough', { mediaPipeline: rig.pipeline });
    const first = await present();
    await rig.client.invoke(presenter, 'connect', { sink: relay });
    const recorder = await startRecorder('two.webm', {}, relay);
    await grows('two.webm');
    first.close();
    const other = await rig.client.create('WebRtcEndpoint', { mediaPipeline: rig.pipeline });
    await rig.client.invoke(other, 'connect', { sink: relay });
    const frames = async () => (await readRecording(join(folder, 'two.webm'))).video.length;
    const before = await frames();
    await present({}, other);
    await expect.poll(frames, { timeout: 10_000 }).toBeGreaterThan(before + 20);
    await rig.client.invoke(recorder, 'stopAndWait');
    await expectComplete('two.webm');
    expect(told(recorder)).toEqual(['START', 'Recording', 'STOP', 'Stopped']);
  });

  it('R37: a path that cannot be written is reported, and ends the recorder', async () => {
    await writeFile(join(folder, 'taken'), '');
    await present();
    const recorder = await makeRecorder('taken/a.webm');
    await rig.client.invoke(presenter, 'connect', { sink: recorder });
    expect(await rig.client.invoke(recorder, 'record')).toBe(null);
    const { data } = await rig.client.event('Error', from(recorder));
    expect(data).toMatchObject({ errorCode: 6, type: 'RESOURCE_ERROR_OPEN' });
    await rig.client.event('Stopped', from(recorder));
    expect(told(recorder)).toEqual(['Error', 'STOP', 'Stopped']);
  });

  it.runIf(reason === null)(
    `R37: a disk that fills up is reported once, and the file keeps what it holds${note}`,
    async () => {
      mountSmallDisk(folder, '64k');
      try {
        await present();
        const recorder = await startRecorder('full.webm');
        const { data } = await rig.client.event('Error', from(recorder));
        expect(data).toMatchObject({ errorCode: 6, type: 'RESOURCE_ERROR_NO_SPACE_LEFT' });
        await rig.client.event('Stopped', from(recorder));
        expect(told(recorder)).toEqual(['START', 'Recording', 'Error', 'STOP', 'Stopped']);
        expect((await readRecording(join(folder, 'full.webm'))).video.length).toBeGreaterThan(20);
      } finally {
        unmountDisk(folder);
      }
    },
  );
});
