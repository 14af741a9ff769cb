import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BufferSource, Input, WEBM } from 'mediabunny';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serverRig } from '../testing/server-rig.ts';
import { type AvLibrary, isAvInstalled, loadAv } from '../transcoding/process/av-library.ts';
import { RtpReceiver } from '../transcoding/testing/rtp-receiver.ts';
import {
  colors,
  decodePictures,
  decodeSound,
  looksLike,
  type SeenPicture,
  toneStrength,
  type Yuv,
} from '../transcoding/testing/test-media.ts';
import { makeNoise, makeScene, type Scene, TestShow } from '../transcoding/testing/test-show.ts';

describe('Composite without transcoding', () => {
  const rig = serverRig();

  it('R47: is a class that does not exist', async () => {
    const parameters = { type: 'Composite', constructorParams: { mediaPipeline: rig.pipeline } };
    expect(await rig.client.failure('create', parameters)).toBe("40108 Factory 'Composite' not found");
  });
});

describe.skipIf(!isAvInstalled())('Composite', { tags: ['long'] }, () => {
  const rig = serverRig(() => ({ maxTranscodes: 4 }));
  const receivers: RtpReceiver[] = [];
  /** Those of the receivers, in the same order. */
  const endpoints: string[] = [];
  const black: Yuv = [16, 128, 128];
  const tones = [300, 500, 700, 900] as const;
  let library: AvLibrary;
  let scenes: Scene[];

  beforeAll(async () => {
    library = await loadAv();
    const palette = [colors.red, colors.green, colors.blue, colors.grey];
    scenes = palette.map((color, index) => makeScene(library, 'VP8', color, tones[index] ?? 0));
  });
  afterEach(() => {
    for (const receiver of receivers.splice(0)) receiver.close();
    endpoints.splice(0);
  });

  const makePort = (hub: string) => rig.client.create('HubPort', { hub });

  /** A presenter whose media goes into a port of its own. */
  async function presentAt(hub: string, index: number): Promise<{ port: string; endpoint: string }> {
    const show = new TestShow(scenes[index] ?? { pictures: [], tone: [] });
    const port = await makePort(hub);
    const peer = await rig.join({ role: 'presenter', picture: show.picture, sound: show.sound });
    await rig.client.invoke(peer.endpoint, 'connect', { sink: port });
    return { port, endpoint: peer.endpoint };
  }

  async function receiveFrom(port: string, codecs: Parameters<typeof RtpReceiver.join>[2]): Promise<RtpReceiver> {
    const endpoint = await rig.make('RtpEndpoint');
    endpoints.push(endpoint);
    const receiver = await RtpReceiver.join(rig.client, endpoint, codecs);
    receivers.push(receiver);
    await rig.client.invoke(port, 'connect', { sink: endpoint });
    return receiver;
  }

  const heard = (receiver: RtpReceiver) => {
    const sound = decodeSound(library, 'opus', receiver.frames('audio')).slice(-24_000);
    return tones.filter((hertz) => toneStrength(sound, hertz) > 1_500);
  };
  const seen = (receiver: RtpReceiver) => decodePictures(library, 'VP8', receiver.frames('video')).at(-1);
  const shows = (picture: SeenPicture | undefined, places: readonly (readonly [number, number, Yuv])[]) =>
    picture !== undefined && places.every(([x, y, color]) => looksLike(picture.colorAt(x, y), color));

  it('R186, R187: shows four pictures in a grid, and each port hears all others', async () => {
    const hub = await rig.make('Composite', { width: 640, height: 360, framerate: 20 });
    const presenters = [];
    for (const index of tones.keys()) presenters.push(await presentAt(hub, index));
    const listener = await receiveFrom(await makePort(hub), { audio: 'opus', video: 'VP8' });
    const second = await receiveFrom(presenters[1]?.port ?? '', { audio: 'opus', video: 'VP8' });
    const grid = [
      [160, 90, colors.red],
      [480, 90, colors.green],
      [160, 270, colors.blue],
      [480, 270, colors.grey],
    ] as const;
    await expect.poll(() => shows(seen(listener), grid), { timeout: 15_000, interval: 500 }).toBe(true);
    expect(seen(listener)).toMatchObject({ width: 640, height: 360 });
    await expect.poll(() => heard(listener), { timeout: 15_000, interval: 500 }).toEqual([300, 500, 700, 900]);
    await expect.poll(() => heard(second), { timeout: 15_000, interval: 500 }).toEqual([300, 700, 900]);
    expect(shows(seen(second), grid)).toBe(true);

    await rig.client.result('release', { object: presenters[3]?.port ?? '' });
    await rig.client.result('release', { object: presenters[2]?.port ?? '' });
    const two = [
      [160, 180, colors.red],
      [480, 180, colors.green],
      [160, 20, black],
    ] as const;
    await expect.poll(() => shows(seen(listener), two), { timeout: 15_000, interval: 500 }).toBe(true);
    await expect.poll(() => heard(listener), { timeout: 15_000, interval: 500 }).toEqual([300, 500]);
  });

  it('R182: a composite goes on when its process dies', async () => {
    const hub = await rig.make('Composite', { width: 320, height: 180, framerate: 15 });
    const { port } = await presentAt(hub, 0);
    await presentAt(hub, 1);
    const receiver = await receiveFrom(await makePort(hub), { audio: 'opus', video: 'VP8' });
    const grid = [
      [80, 90, colors.red],
      [240, 90, colors.green],
    ] as const;
    await expect.poll(() => shows(seen(receiver), grid), { timeout: 15_000, interval: 500 }).toBe(true);
    const [pid] = rig.server.transcoderPids();
    process.kill(pid ?? 0, 'SIGKILL');
    await expect.poll(() => rig.server.transcoderPids()[0] ?? pid).not.toBe(pid);
    receiver.clear();
    const afterwards = () => {
      const frames = receiver.frames('video');
      return decodePictures(library, 'VP8', frames.slice(frames.findIndex(({ isKeyframe }) => isKeyframe))).at(-1);
    };
    await expect.poll(() => shows(afterwards(), grid), { timeout: 15_000, interval: 500 }).toBe(true);
    await expect.poll(() => heard(receiver), { timeout: 15_000, interval: 500 }).toEqual([300, 500]);
    expect(await rig.client.invoke(port, 'isMediaFlowingIn', { mediaType: 'VIDEO' })).toBe(true);
  });

  it('R186: has Kurento’s defaults, is black without any picture, and refuses sizes that cannot be', async () => {
    const hub = await rig.make('Composite');
    const receiver = await receiveFrom(await makePort(hub), { audio: 'opus', video: 'VP8' });
    await expect.poll(() => receiver.frames('video').length, { timeout: 15_000 }).toBeGreaterThan(30);
    const pictures = decodePictures(library, 'VP8', receiver.frames('video'));
    expect(pictures.at(-1)).toMatchObject({ width: 800, height: 600 });
    expect(shows(pictures.at(-1), [[400, 300, black]])).toBe(true);
    const [first, last] = [pictures[0]?.atMs ?? 0, pictures.at(-1)?.atMs ?? 0];
    expect((last - first) / (pictures.length - 1)).toBeGreaterThan(60);
    const { version, modules } = (await rig.client.invoke('manager_ServerManager', 'getInfo')) as {
      version: string;
      modules: { name: string; factories: string[] }[];
    };
    expect(version).not.toBe('');
    expect(modules.find(({ name }) => name === 'elements')?.factories).toContain('Composite');
    const parameters = { mediaPipeline: rig.pipeline, width: 4 };
    expect(await rig.client.failure('create', { type: 'Composite', constructorParams: parameters })).toBe(
      "40107 'width' is 4: give a number from 16 to 3840",
    );
  });

  it('R193: is refused in words when there is no room for it, and has its room while nobody watches', async () => {
    const hubs = [];
    for (let count = 0; count < 3; count += 1) hubs.push(await rig.make('Composite', { width: 320, height: 180 }));
    const refused = () =>
      rig.client.failure('create', { type: 'Composite', constructorParams: { mediaPipeline: rig.pipeline } });
    expect(await refused()).toMatch(/^40009 This server transcodes 4 at a time, .* MAX_TRANSCODES may be raised$/);
    // What is left of the budget is less than a picture, so viewers of a mix have what its composite keeps for them.
    const receiver = await receiveFrom(await makePort(hubs[2] ?? ''), { audio: 'opus', video: 'VP8' });
    await expect.poll(() => receiver.frames('video').length, { timeout: 15_000 }).toBeGreaterThan(5);
    expect(await refused()).toMatch(/^40009/);
    await rig.client.result('release', { object: hubs[0] ?? '' });
    await rig.make('Composite', { width: 320, height: 180 });
  });

  it('R192: shows and plays its ports again to the next one who watches after a while without anybody', async () => {
    const hub = await rig.make('Composite', { width: 320, height: 180, framerate: 15 });
    await presentAt(hub, 0);
    await presentAt(hub, 1);
    const port = await makePort(hub);
    const grid = [
      [80, 90, colors.red],
      [240, 90, colors.green],
    ] as const;
    for (let round = 0; round < 2; round += 1) {
      const receiver = await receiveFrom(port, { audio: 'opus', video: 'VP8' });
      await expect.poll(() => shows(seen(receiver), grid), { timeout: 15_000, interval: 500 }).toBe(true);
      await expect.poll(() => heard(receiver), { timeout: 15_000, interval: 500 }).toEqual([300, 500]);
      await rig.client.result('release', { object: endpoints.pop() ?? '' });
    }
  });

  it('R194: a port limits the bitrate of the picture', { timeout: 60_000 }, async () => {
    const hub = await rig.make('Composite', { width: 320, height: 180, framerate: 25 });
    const show = new TestShow(makeNoise(library));
    const peer = await rig.join({ role: 'presenter', picture: show.picture, sound: show.sound });
    await rig.client.invoke(peer.endpoint, 'connect', { sink: await makePort(hub) });
    const port = await makePort(hub);
    const receiver = await receiveFrom(port, { audio: 'opus', video: 'VP8' });
    await expect.poll(() => receiver.frames('video').length, { timeout: 15_000 }).toBeGreaterThan(10);
    /** What a picture takes, in bytes: the median, since keyframes are larger. */
    const bytesOfAPicture = async () => {
      receiver.clear();
      await expect.poll(() => receiver.frames('video').length, { timeout: 20_000 }).toBeGreaterThan(25);
      const sizes = receiver.frames('video').map(({ data }) => data.length);
      return sizes.toSorted((one, other) => one - other)[Math.floor(sizes.length / 2)] ?? 0;
    };
    const before = await bytesOfAPicture();
    await rig.client.invoke(port, 'setMaxEncoderBitrate', { maxEncoderBitrate: 30_000 });
    await bytesOfAPicture();
    expect(await bytesOfAPicture()).toBeLessThan(before / 2);
    await rig.client.invoke(port, 'setMaxEncoderBitrate', { maxEncoderBitrate: 0 });
    await bytesOfAPicture();
    expect(await bytesOfAPicture()).toBeGreaterThan(before / 2);
  });

  it('R190, R186: a recorder at a port writes the whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'composite-'));
    try {
      const hub = await rig.make('Composite', { width: 320, height: 180, framerate: 15 });
      await presentAt(hub, 0);
      const path = join(folder, 'all.webm');
      const recorder = await rig.make('RecorderEndpoint', { uri: `file://${path}`, mediaProfile: 'WEBM' });
      await rig.client.subscribe(recorder, 'Recording', 'Error');
      const port = await makePort(hub);
      await rig.client.invoke(port, 'connect', { sink: recorder });
      await rig.client.invoke(recorder, 'record');
      await rig.client.event('Recording');
      expect(await rig.client.invoke(port, 'isMediaTranscoding', { mediaType: 'VIDEO' })).toBe(true);
      const receiver = await receiveFrom(port, { audio: 'opus', video: 'VP8' });
      await expect.poll(() => receiver.frames('video').length, { timeout: 15_000 }).toBeGreaterThan(30);
      await rig.client.invoke(recorder, 'stopAndWait');
      const input = new Input({ formats: [WEBM], source: new BufferSource(await readFile(path)) });
      const video = await input.getPrimaryVideoTrack();
      expect(await video?.getCodec()).toBe('vp8');
      expect([await video?.getCodedWidth(), await video?.getCodedHeight()]).toEqual([320, 180]);
      expect(await (await input.getPrimaryAudioTrack())?.getCodec()).toBe('opus');
      expect(await input.computeDuration()).toBeGreaterThan(1);
      expect(rig.client.events.filter(({ type }) => type === 'Error')).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
