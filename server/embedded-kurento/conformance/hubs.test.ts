import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';
import { TestPeer } from '../testing/test-peer.ts';

describe('hubs', () => {
  let server: MediaServer;
  let client: RawClient;
  let pipeline: string;
  const peers: TestPeer[] = [];

  beforeEach(async () => {
    server = await openMediaServer({ log: silentLog, bindIp: '127.0.0.1' });
    client = await RawClient.connect(server.url);
    pipeline = await client.create('MediaPipeline');
  });
  afterEach(async () => {
    for (const peer of peers.splice(0)) peer.close();
    await server.close();
  });

  const make = (type: string) => client.create(type, { mediaPipeline: pipeline });
  const makePort = (hub: string) => client.create('HubPort', { hub });

  async function join(role: 'presenter' | 'viewer'): Promise<{ endpoint: string; peer: TestPeer }> {
    const endpoint = await make('WebRtcEndpoint');
    const peer = await TestPeer.join(client, endpoint, { role });
    peers.push(peer);
    return { endpoint, peer };
  }

  /** A presenter whose media goes into its own port. */
  async function presentAt(hub: string): Promise<{ port: string; endpoint: string; peer: TestPeer }> {
    const [port, presenter] = [await makePort(hub), await join('presenter')];
    await client.invoke(presenter.endpoint, 'connect', { sink: port });
    return { ...presenter, port };
  }

  /** A viewer that is fed by its own port. */
  async function watchAt(hub: string): Promise<{ port: string; endpoint: string; peer: TestPeer }> {
    const [port, viewer] = [await makePort(hub), await join('viewer')];
    await client.invoke(port, 'connect', { sink: viewer.endpoint });
    return { ...viewer, port };
  }

  it('R44: a DispatcherOneToMany sends one port’s media to all, and another’s when the source is changed', async () => {
    const hub = await make('DispatcherOneToMany');
    const [first, second] = [await presentAt(hub), await presentAt(hub)];
    const viewers = [await watchAt(hub), await watchAt(hub), await watchAt(hub)];
    await client.invoke(hub, 'setSource', { source: first.port });
    for (const { peer } of viewers) await Promise.all([peer.receives('video', 5), peer.receives('audio', 5)]);
    first.peer.mute();
    await client.invoke(hub, 'setSource', { source: second.port });
    for (const { peer } of viewers) await Promise.all([peer.receives('video', 5), peer.receives('audio', 5)]);
    await client.invoke(hub, 'removeSource');
    const [viewer] = viewers;
    await client.subscribe(viewer?.endpoint ?? '', 'MediaFlowInStateChanged');
    await client.event('MediaFlowInStateChanged', ({ data }) => data.state === 'NOT_FLOWING');
  });

  it('R45: a Dispatcher routes port by port', async () => {
    const hub = await make('Dispatcher');
    const [one, two] = [await presentAt(hub), await presentAt(hub)];
    const [left, right] = [await watchAt(hub), await watchAt(hub)];
    await client.invoke(hub, 'connect', { source: one.port, sink: left.port });
    await client.invoke(hub, 'connect', { source: two.port, sink: right.port });
    await Promise.all([left.peer.receives('video', 5), right.peer.receives('video', 5)]);
    one.peer.mute();
    await client.invoke(hub, 'connect', { source: two.port, sink: left.port });
    await left.peer.receives('video', 5);
  });

  it('R44: a port that is released no longer sends anything, and others go on', async () => {
    const hub = await make('DispatcherOneToMany');
    const [first, second, viewer] = [await presentAt(hub), await presentAt(hub), await watchAt(hub)];
    await client.invoke(hub, 'setSource', { source: first.port });
    await viewer.peer.receives('video', 5);
    await client.result('release', { object: first.port });
    await client.invoke(hub, 'setSource', { source: second.port });
    await viewer.peer.receives('video', 5);
  });

  it('R46: media flow into and out of ports is reported', async () => {
    const hub = await make('DispatcherOneToMany');
    const [presenter, viewer] = [await presentAt(hub), await watchAt(hub)];
    await client.subscribe(presenter.port, 'MediaFlowInStateChanged');
    await client.subscribe(viewer.port, 'MediaFlowOutStateChanged');
    await client.invoke(hub, 'setSource', { source: presenter.port });
    await client.event('MediaFlowInStateChanged', ({ object }) => object === presenter.port);
    await client.event('MediaFlowOutStateChanged', ({ object }) => object === viewer.port);
    expect(await client.invoke(viewer.port, 'isMediaFlowingOut', { mediaType: 'VIDEO' })).toBe(true);
    expect(await client.invoke(presenter.port, 'getSourceConnections', { mediaType: 'VIDEO' })).toMatchObject([
      { source: presenter.endpoint, sink: presenter.port },
    ]);
  });

  it('R46: ports are children of their hub and are released with it', async () => {
    const hub = await make('Dispatcher');
    const port = await makePort(hub);
    expect(port).toMatch(new RegExp(`^${hub}/[0-9a-f-]+_kurento\\.HubPort$`));
    expect(await client.invoke(port, 'getParent')).toBe(hub);
    expect(await client.invoke(port, 'getMediaPipeline')).toBe(pipeline);
    expect(await client.invoke(hub, 'getChildren')).toEqual([port]);
    await client.result('release', { object: hub });
    expect(await client.invokeFailure(port, 'getName')).toMatch(/^40101 /);
  });

  it('R45: refuses ports of other hubs and objects that are not ports', async () => {
    const [hub, other] = [await make('Dispatcher'), await make('Dispatcher')];
    const [own, foreign] = [await makePort(hub), await makePort(other)];
    expect(await client.invokeFailure(hub, 'connect', { source: own, sink: foreign })).toMatch(
      /^40107 .* is not a port of/,
    );
    expect(await client.invokeFailure(hub, 'connect', { source: own, sink: pipeline })).toMatch(/^-32603 /);
    expect(await client.invokeFailure(hub, 'connect', { source: own })).toBe(
      "40001 'sink' parameter should be a string",
    );
    expect(await client.failure('create', { type: 'HubPort', constructorParams: { hub: pipeline } })).toMatch(
      /^-32603 /,
    );
  });

  it('D15: pipelines, hubs and elements draw their connections', async () => {
    const hub = await make('Dispatcher');
    const [source, sink, alone] = [await make('WebRtcEndpoint'), await make('PassThrough'), await make('PassThrough')];
    const [into, out] = [await makePort(hub), await makePort(hub)];
    await client.invoke(source, 'connect', { sink: into });
    await client.invoke(out, 'connect', { sink, mediaType: 'VIDEO' });
    await client.invoke(hub, 'connect', { source: into, sink: out });
    const name = (id: string) => `"${id.slice(id.lastIndexOf('/') + 1)}"`;
    const links = [
      `  ${name(source)} -> ${name(into)} [label="AUDIO VIDEO DATA", style=solid];`,
      `  ${name(out)} -> ${name(sink)} [label="VIDEO", style=solid];`,
      `  ${name(into)} -> ${name(out)} [label="hub", style=dashed];`,
    ];
    const linesOf = async (id: string) => String(await client.invoke(id, 'getGstreamerDot')).split('\n');
    const whole = await linesOf(pipeline);
    expect(whole[0]).toBe('digraph pipeline {');
    expect(whole.filter((line) => line.includes('->'))).toEqual(links);
    expect(whole).toContain(`  ${name(alone)} [label="PassThrough"];`);
    expect((await linesOf(hub)).filter((line) => line.includes('->'))).toEqual(links);
    expect((await linesOf(source)).filter((line) => line.includes('->'))).toEqual([links[0]]);
    expect(await linesOf(alone)).toEqual(['digraph pipeline {', `  ${name(alone)} [label="PassThrough"];`, '}', '']);
    expect(await client.invoke(pipeline, 'getGstreamerDot', { details: 'SHOW_ALL' })).toBe(whole.join('\n'));
  });
});
