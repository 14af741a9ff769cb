import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { isJsonObject, type JsonObject } from '../rpc/json-rpc.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';
import { TestPeer } from '../testing/test-peer.ts';

describe('players', () => {
  let server: MediaServer;
  let client: RawClient;
  let folder: string;
  let pipeline: string;
  /** A file of about two seconds with sound and picture. */
  let file: string;
  let http: Server;
  const peers: TestPeer[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'player-'));
    server = await openMediaServer({ log: silentLog, recordingsRoot: folder, bindIp: '127.0.0.1' });
    client = await RawClient.connect(server.url);
    pipeline = await client.create('MediaPipeline');
    file = join(folder, 'show.webm');
    await recordShow();
    const bytes = await readFile(file);
    http = createServer((request, response) => {
      if (request.url !== '/show.webm') {
        response.writeHead(404).end();
        return;
      }
      const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
      const [start, end] = [Number(range?.[1] ?? 0), Number(range?.[2] || bytes.length - 1)];
      const headers = {
        'Content-Length': String(end - start + 1),
        'Content-Range': `bytes ${start}-${end}/${bytes.length}`,
      };
      response.writeHead(range === null ? 200 : 206, headers).end(bytes.subarray(start, end + 1));
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  }, 30_000);
  beforeEach(async () => {
    pipeline = await client.create('MediaPipeline');
    client.events.length = 0;
  });
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.close();
    await client.result('release', { object: pipeline });
  });
  afterAll(async () => {
    http.close();
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });

  const make = (type: string, params: JsonObject = {}) => client.create(type, { mediaPipeline: pipeline, ...params });

  async function recordShow(): Promise<void> {
    const [presenter, recorder] = [
      await make('WebRtcEndpoint'),
      await make('RecorderEndpoint', { uri: pathToFileURL(file).href }),
    ];
    const peer = await TestPeer.join(client, presenter, { role: 'presenter' });
    await client.subscribe(recorder, 'Recording');
    await client.invoke(presenter, 'connect', { sink: recorder });
    await client.invoke(recorder, 'record');
    await client.event('Recording');
    await peer.sends('audio', 100);
    await client.invoke(recorder, 'stopAndWait');
    peer.close();
    await client.result('release', { object: pipeline });
  }

  async function makePlayer(uri = pathToFileURL(file).href): Promise<string> {
    const player = await make('PlayerEndpoint', { uri });
    await client.subscribe(player, 'EndOfStream', 'UriEndpointStateChanged', 'Error');
    return player;
  }

  async function watch(player: string): Promise<TestPeer> {
    const endpoint = await make('WebRtcEndpoint');
    await client.invoke(player, 'connect', { sink: endpoint });
    const peer = await TestPeer.join(client, endpoint, { role: 'viewer' });
    peers.push(peer);
    return peer;
  }

  const heard = (player: string, type: string) => client.event(type, ({ object }) => object === player);

  it('R76: a file is played to its end, with sound and picture, and can be played again', async () => {
    const player = await makePlayer();
    const viewer = await watch(player);
    await client.invoke(player, 'play');
    expect(await client.invoke(player, 'getState')).toBe('START');
    await Promise.all([viewer.receives('video', 20), viewer.receives('audio', 20)]);
    await heard(player, 'EndOfStream');
    client.events.length = 0;
    await client.invoke(player, 'play');
    await viewer.receives('video', 20);
    await heard(player, 'EndOfStream');
  });

  it('R77: a played file can be recorded again, with the same duration', { tags: ['long'] }, async () => {
    const player = await makePlayer();
    const copy = join(folder, 'copy.webm');
    const recorder = await make('RecorderEndpoint', { uri: pathToFileURL(copy).href, stopOnEndOfStream: true });
    await client.subscribe(recorder, 'Stopped');
    await client.invoke(player, 'connect', { sink: recorder });
    await client.invoke(recorder, 'record');
    await client.invoke(player, 'play');
    await heard(recorder, 'Stopped');
    await client.invoke(recorder, 'stopAndWait');
    const again = await makePlayer(pathToFileURL(copy).href);
    await watch(again);
    await client.invoke(again, 'play');
    await heard(again, 'EndOfStream');
    const info = Object(await client.invoke(again, 'getVideoInfo'));
    const original = Object(await client.invoke(player, 'getVideoInfo'));
    expect(original).toMatchObject({ __type__: 'VideoInfo', isSeekable: true, seekableInit: 0 });
    expect(Math.abs(Number(info.duration) - Number(original.duration))).toBeLessThan(600);
  });

  it('R78: pausing holds the position, playing goes on from there, and stopping goes back to the start', {
    tags: ['long'],
  }, async () => {
    const player = await makePlayer();
    const viewer = await watch(player);
    await client.invoke(player, 'play');
    await viewer.receives('video', 10);
    await client.invoke(player, 'pause');
    const position = Number(await client.invoke(player, 'getPosition'));
    expect(position).toBeGreaterThan(0);
    expect(await client.invoke(player, 'getState')).toBe('PAUSE');
    expect(await client.invoke(player, 'getPosition')).toBe(position);
    await client.invoke(player, 'play');
    await viewer.receives('video', 5);
    expect(Number(await client.invoke(player, 'getPosition'))).toBeGreaterThan(position);
    await client.invoke(player, 'stop');
    expect(await client.invoke(player, 'getPosition')).toBe(0);
  });

  it('R79: the position can be set while the player plays or pauses', async () => {
    const player = await makePlayer();
    const viewer = await watch(player);
    await client.invoke(player, 'play');
    await viewer.receives('video', 5);
    await client.invoke(player, 'setPosition', { position: 1_000 });
    await viewer.receives('video', 5);
    expect(Number(await client.invoke(player, 'getPosition'))).toBeGreaterThanOrEqual(900);
    expect(await client.invokeFailure(player, 'setPosition', { position: -1 })).toBe('40700 Seek fails');
    // A position beyond the end means the end.
    expect(await client.invoke(player, 'setPosition', { position: 99_999_999 })).toBe(null);
    await heard(player, 'EndOfStream');
    await client.invoke(player, 'stop');
    expect(await client.invokeFailure(player, 'setPosition', { position: 10 })).toBe('40700 Seek fails');
  });

  it('R80: a URL is played as a file is', { tags: ['long'] }, async () => {
    const { port } = http.address() as AddressInfo;
    const player = await makePlayer(`http://127.0.0.1:${port}/show.webm`);
    const viewer = await watch(player);
    await client.invoke(player, 'play');
    await Promise.all([viewer.receives('video', 20), viewer.receives('audio', 20)]);
    await heard(player, 'EndOfStream');
  });

  it('R81: a file that cannot be played is an Error, and crashes nothing', async () => {
    const { port } = http.address() as AddressInfo;
    const bytes = await readFile(file);
    const rubbish = join(folder, 'rubbish.webm');
    const cut = join(folder, 'cut.webm');
    await writeFile(rubbish, Buffer.alloc(5_000, 7));
    await writeFile(cut, bytes.subarray(0, 100));
    const wrong = [
      pathToFileURL(join(folder, 'missing.webm')).href,
      pathToFileURL(rubbish).href,
      pathToFileURL(cut).href,
    ];
    for (const uri of [
      ...wrong,
      `http://127.0.0.1:${port}/other.webm`,
      'http://127.0.0.1:9/x.webm',
      'rtsp://127.0.0.1/x',
    ]) {
      const player = await makePlayer(uri);
      expect(await client.invoke(player, 'play')).toBe(null);
      const { data } = await heard(player, 'Error');
      expect([uri, String(data.description).length > 10]).toEqual([uri, true]);
      expect(isJsonObject(data)).toBe(true);
    }
  });

  it('R82: a player that is released while it plays sends nothing more', async () => {
    const players = await Promise.all(Array.from({ length: 20 }, () => makePlayer()));
    const viewer = await watch(players[0] ?? '');
    await Promise.all(players.map((player) => client.invoke(player, 'play')));
    await viewer.receives('video', 5);
    await Promise.all(players.map((player) => client.result('release', { object: player })));
    client.events.length = 0;
    await client.request('ping');
    expect(client.events.filter(({ object }) => players.includes(object))).toEqual([]);
  });
});
