import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BufferSource, Input, WEBM } from 'mediabunny';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serverRig } from '../testing/server-rig.ts';
import type { TestPeer } from '../testing/test-peer.ts';
import { type AvLibrary, isAvInstalled, loadAv } from '../transcoding/process/av-library.ts';
import { RtpReceiver } from '../transcoding/testing/rtp-receiver.ts';
import { colors, decodePictures, decodeSound, looksLike, toneStrength } from '../transcoding/testing/test-media.ts';
import { makeScene, type Scene, showSize, TestShow } from '../transcoding/testing/test-show.ts';

/** Media between peers without a common codec, where the server can transcode. */
describe.skipIf(!isAvInstalled())('transcoding', { tags: ['long'] }, () => {
  const rig = serverRig(() => ({ maxTranscodes: 2 }));
  const receivers: RtpReceiver[] = [];
  let library: AvLibrary;
  let red: Scene;

  beforeAll(async () => {
    library = await loadAv();
    red = makeScene(library, 'VP8', colors.red, 440);
  });
  afterEach(() => {
    for (const receiver of receivers.splice(0)) receiver.close();
  });

  async function present(show = new TestShow(red), video: 'VP8' | 'H264' | 'VP8 or H264' = 'VP8'): Promise<TestPeer> {
    return await rig.join({ role: 'presenter', video, picture: show.picture, sound: show.sound });
  }

  /** A receiver behind an RtpEndpoint of its own, which `source` feeds. */
  async function receive(source: string, codecs: Parameters<typeof RtpReceiver.join>[2]) {
    const endpoint = await rig.make('RtpEndpoint');
    const receiver = await RtpReceiver.join(rig.client, endpoint, codecs);
    receivers.push(receiver);
    await rig.client.invoke(source, 'connect', { sink: endpoint });
    return { receiver, endpoint };
  }

  const isRed = (picture: { colorAt(x: number, y: number): readonly [number, number, number] } | undefined) =>
    picture !== undefined && looksLike(picture.colorAt(showSize.width / 2, showSize.height / 2), colors.red);
  const newPictures = (receiver: RtpReceiver, count: number) =>
    expect.poll(() => receiver.frames('video').length, { timeout: 15_000 }).toBeGreaterThanOrEqual(count);

  it('R183, R191: a viewer gets the picture and the sound in its own codecs, while others get them as they are', async () => {
    const presenter = await present();
    await rig.client.subscribe(presenter.endpoint, 'MediaTranscodingStateChanged');
    const relay = await rig.make('PassThrough');
    await rig.client.invoke(presenter.endpoint, 'connect', { sink: relay });
    const viewer = await rig.join({ role: 'viewer' });
    await rig.client.invoke(relay, 'connect', { sink: viewer.endpoint });
    await viewer.receives('video', 10);
    const { receiver, endpoint } = await receive(relay, { audio: 'PCMU', video: 'H264' });
    await newPictures(receiver, 60);
    const pictures = decodePictures(library, 'H264', receiver.frames('video'));
    expect(pictures.length).toBeGreaterThanOrEqual(60);
    expect(pictures.every(isRed)).toBe(true);
    expect(toneStrength(decodeSound(library, 'PCMU', receiver.frames('audio')).slice(9_600), 440)).toBeGreaterThan(
      4_000,
    );
    for (const mediaType of ['AUDIO', 'VIDEO']) {
      const event = await rig.client.event('MediaTranscodingStateChanged', ({ data }) => {
        return data.mediaType === mediaType && data.state === 'TRANSCODING';
      });
      expect(event.data).toMatchObject({ source: presenter.endpoint, binName: 'default' });
      expect(await rig.client.invoke(presenter.endpoint, 'isMediaTranscoding', { mediaType })).toBe(true);
    }
    await viewer.receives('video', 10);
    await rig.client.result('release', { object: endpoint });
    await rig.client.event('MediaTranscodingStateChanged', ({ data }) => data.state === 'NOT_TRANSCODING');
    await expect
      .poll(() => rig.client.invoke(presenter.endpoint, 'isMediaTranscoding', { mediaType: 'VIDEO' }))
      .toBe(false);
    await viewer.receives('video', 10);
  });

  it('R184: many viewers share one encoder, whose next picture is a keyframe when one of them asks', async () => {
    const presenter = await present();
    const codecs = { audio: 'opus', video: 'H264' } as const;
    const viewers = [
      await receive(presenter.endpoint, codecs),
      await receive(presenter.endpoint, codecs),
      await receive(presenter.endpoint, codecs),
    ].map(({ receiver }) => receiver);
    for (const receiver of viewers) await newPictures(receiver, 50);
    const [first, second, third] = viewers.map((receiver) =>
      receiver.frames('video').map(({ data }) => data.toString('base64')),
    );
    const last = third?.at(10);
    expect(first).toContain(last);
    expect(second).toContain(last);
    const receiver = viewers[1];
    receiver?.clear();
    receiver?.requestKeyframe();
    await expect
      .poll(() => receiver?.frames('video').some(({ isKeyframe }) => isKeyframe), { timeout: 5_000 })
      .toBe(true);
  });

  it('R183: a presenter that agreed on several codecs is transcoded from the one that it sends', async () => {
    const presenter = await present(new TestShow(red), 'VP8 or H264');
    const { receiver } = await receive(presenter.endpoint, { audio: 'opus', video: 'H264' });
    await newPictures(receiver, 20);
    expect(decodePictures(library, 'H264', receiver.frames('video')).every(isRed)).toBe(true);
  });

  it('R182: viewers get a keyframe, and the picture goes on, when the process dies', async () => {
    const presenter = await present();
    const { receiver } = await receive(presenter.endpoint, { audio: 'PCMU', video: 'H264' });
    await newPictures(receiver, 30);
    const [pid] = rig.server.transcoderPids();
    process.kill(pid ?? 0, 'SIGKILL');
    await expect.poll(() => rig.server.transcoderPids()[0] ?? pid).not.toBe(pid);
    receiver.clear();
    await newPictures(receiver, 30);
    const frames = receiver.frames('video');
    expect(
      decodePictures(library, 'H264', frames.slice(frames.findIndex(({ isKeyframe }) => isKeyframe))).every(isRed),
    ).toBe(true);
  });

  it('R189: refuses what exceeds the budget in words, and makes up for it when there is room', async () => {
    const presenters = [await present(), await present(), await present()];
    const codecs = { audio: 'opus', video: 'H264' } as const;
    const [first] = [
      await receive(presenters[0]?.endpoint ?? '', codecs),
      await receive(presenters[1]?.endpoint ?? '', codecs),
    ];
    const endpoint = await rig.make('RtpEndpoint');
    await rig.client.subscribe(endpoint, 'Error');
    const source = presenters[2]?.endpoint ?? '';
    await rig.client.invoke(source, 'connect', { sink: endpoint });
    const receiver = await RtpReceiver.join(rig.client, endpoint, codecs);
    receivers.push(receiver);
    const { data } = await rig.client.event('Error', ({ object }) => object === endpoint);
    expect(data).toMatchObject({ errorCode: 40005 });
    expect(data.description).toMatch(
      /takes H264\. This server transcodes 2 at a time, .* MAX_TRANSCODES may be raised$/,
    );
    const other = await rig.make('RtpEndpoint');
    const refused = await RtpReceiver.join(rig.client, other, codecs);
    receivers.push(refused);
    expect(await rig.client.invokeFailure(source, 'connect', { sink: other })).toMatch(/^40005 .*MAX_TRANSCODES/);
    await rig.client.result('release', { object: first.endpoint });
    await newPictures(receiver, 20);
  });

  it('R190: a recorder gets what its profile holds', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'transcoding-'));
    try {
      const presenter = await present(new TestShow(makeScene(library, 'H264', colors.red, 440)), 'H264');
      const path = join(folder, 'show.webm');
      const recorder = await rig.make('RecorderEndpoint', { uri: `file://${path}`, mediaProfile: 'WEBM' });
      await rig.client.subscribe(recorder, 'Recording', 'Error');
      await rig.client.invoke(presenter.endpoint, 'connect', { sink: recorder });
      await rig.client.invoke(recorder, 'record');
      await rig.client.event('Recording');
      await presenter.sends('video', 100);
      await rig.client.invoke(recorder, 'stopAndWait');
      const input = new Input({ formats: [WEBM], source: new BufferSource(await readFile(path)) });
      expect(await (await input.getPrimaryVideoTrack())?.getCodec()).toBe('vp8');
      expect(await (await input.getPrimaryAudioTrack())?.getCodec()).toBe('opus');
      expect(await input.computeDuration()).toBeGreaterThan(1);
      expect(rig.client.events.filter(({ type }) => type === 'Error')).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
