import { describe, expect, it } from 'vitest';
import { serverRig } from '../testing/server-rig.ts';
import type { TestPeer } from '../testing/test-peer.ts';

describe('hubs', () => {
  const rig = serverRig();
  const make = (type: string) => rig.make(type);
  const makePort = (hub: string) => rig.client.create('HubPort', { hub });

  async function join(role: 'presenter' | 'viewer'): Promise<{ endpoint: string; peer: TestPeer }> {
    const peer = await rig.join({ role });
    return { endpoint: peer.endpoint, peer };
  }

  /** A presenter whose media goes into its own port. */
  async function presentAt(hub: string): Promise<{ port: string; endpoint: string; peer: TestPeer }> {
    const [port, presenter] = [await makePort(hub), await join('presenter')];
    await rig.client.invoke(presenter.endpoint, 'connect', { sink: port });
    return { ...presenter, port };
  }

  /** A viewer that is fed by its own port. */
  async function watchAt(hub: string): Promise<{ port: string; endpoint: string; peer: TestPeer }> {
    const [port, viewer] = [await makePort(hub), await join('viewer')];
    await rig.client.invoke(port, 'connect', { sink: viewer.endpoint });
    return { ...viewer, port };
  }

  it('R44: a DispatcherOneToMany sends one port’s media to all, and another’s when the source is changed', async () => {
    const hub = await make('DispatcherOneToMany');
    const [first, second] = [await presentAt(hub), await presentAt(hub)];
    const viewers = [await watchAt(hub), await watchAt(hub), await watchAt(hub)];
    await rig.client.invoke(hub, 'setSource', { source: first.port });
    for (const { peer } of viewers) await Promise.all([peer.receives('video', 5), peer.receives('audio', 5)]);
    first.peer.mute();
    await rig.client.invoke(hub, 'setSource', { source: second.port });
    for (const { peer } of viewers) await Promise.all([peer.receives('video', 5), peer.receives('audio', 5)]);
    await rig.client.invoke(hub, 'removeSource');
    const [viewer] = viewers;
    await rig.client.subscribe(viewer?.endpoint ?? '', 'MediaFlowInStateChanged');
    await rig.client.event('MediaFlowInStateChanged', ({ data }) => data.state === 'NOT_FLOWING');
  });

  it('R45: a Dispatcher routes port by port', async () => {
    const hub = await make('Dispatcher');
    const [one, two] = [await presentAt(hub), await presentAt(hub)];
    const [left, right] = [await watchAt(hub), await watchAt(hub)];
    await rig.client.invoke(hub, 'connect', { source: one.port, sink: left.port });
    await rig.client.invoke(hub, 'connect', { source: two.port, sink: right.port });
    await Promise.all([left.peer.receives('video', 5), right.peer.receives('video', 5)]);
    one.peer.mute();
    await rig.client.invoke(hub, 'connect', { source: two.port, sink: left.port });
    await left.peer.receives('video', 5);
  });

  it('R44: a port that is released no longer sends anything, and others go on', async () => {
    const hub = await make('DispatcherOneToMany');
    const [first, second, viewer] = [await presentAt(hub), await presentAt(hub), await watchAt(hub)];
    await rig.client.invoke(hub, 'setSource', { source: first.port });
    await viewer.peer.receives('video', 5);
    await rig.client.result('release', { object: first.port });
    await rig.client.invoke(hub, 'setSource', { source: second.port });
    await viewer.peer.receives('video', 5);
  });

  it('R46: media flow into and out of ports is reported', async () => {
    const hub = await make('DispatcherOneToMany');
    const [presenter, viewer] = [await presentAt(hub), await watchAt(hub)];
    await rig.client.subscribe(presenter.port, 'MediaFlowInStateChanged');
    await rig.client.subscribe(viewer.port, 'MediaFlowOutStateChanged');
    await rig.client.invoke(hub, 'setSource', { source: presenter.port });
    await rig.client.event('MediaFlowInStateChanged', ({ object }) => object === presenter.port);
    await rig.client.event('MediaFlowOutStateChanged', ({ object }) => object === viewer.port);
    expect(await rig.client.invoke(viewer.port, 'isMediaFlowingOut', { mediaType: 'VIDEO' })).toBe(true);
    expect(await rig.client.invoke(presenter.port, 'getSourceConnections', { mediaType: 'VIDEO' })).toMatchObject([
      { source: presenter.endpoint, sink: presenter.port },
    ]);
  });

  it('R46: ports are children of their hub and are released with it', async () => {
    const hub = await make('Dispatcher');
    const port = await makePort(hub);
    expect(port).toMatch(new RegExp(`^${hub}/[0-9a-f-]+_kurento\\.HubPort$`));
    expect(await rig.client.invoke(port, 'getParent')).toBe(hub);
    expect(await rig.client.invoke(port, 'getMediaPipeline')).toBe(rig.pipeline);
    expect(await rig.client.invoke(hub, 'getChildren')).toEqual([port]);
    await rig.client.result('release', { object: hub });
    expect(await rig.client.invokeFailure(port, 'getName')).toMatch(/^40101 /);
  });

  it('R45: refuses ports of other hubs and objects that are not ports', async () => {
    const [hub, other] = [await make('Dispatcher'), await make('Dispatcher')];
    const [own, foreign] = [await makePort(hub), await makePort(other)];
    expect(await rig.client.invokeFailure(hub, 'connect', { source: own, sink: foreign })).toMatch(
      /^40107 .* is not a port of/,
    );
    expect(await rig.client.invokeFailure(hub, 'connect', { source: own, sink: rig.pipeline })).toMatch(/^-32603 /);
    expect(await rig.client.invokeFailure(hub, 'connect', { source: own })).toBe(
      "40001 'sink' parameter should be a string",
    );
    expect(await rig.client.failure('create', { type: 'HubPort', constructorParams: { hub: rig.pipeline } })).toMatch(
      /^-32603 /,
    );
  });

  it('D15: pipelines, hubs and elements draw their connections', async () => {
    const hub = await make('Dispatcher');
    const [source, sink, alone] = [await make('WebRtcEndpoint'), await make('PassThrough'), await make('PassThrough')];
    const [into, out] = [await makePort(hub), await makePort(hub)];
    await rig.client.invoke(source, 'connect', { sink: into });
    await rig.client.invoke(out, 'connect', { sink, mediaType: 'VIDEO' });
    await rig.client.invoke(hub, 'connect', { source: into, sink: out });
    const name = (id: string) => `"${id.slice(id.lastIndexOf('/') + 1)}"`;
    const links = [
      `  ${name(source)} -> ${name(into)} [label="AUDIO VIDEO DATA", style=solid];`,
      `  ${name(out)} -> ${name(sink)} [label="VIDEO", style=solid];`,
      `  ${name(into)} -> ${name(out)} [label="hub", style=dashed];`,
    ];
    const linesOf = async (id: string) => String(await rig.client.invoke(id, 'getGstreamerDot')).split('\n');
    const whole = await linesOf(rig.pipeline);
    expect(whole[0]).toBe('digraph pipeline {');
    expect(whole.filter((line) => line.includes('->'))).toEqual(links);
    expect(whole).toContain(`  ${name(alone)} [label="PassThrough"];`);
    expect((await linesOf(hub)).filter((line) => line.includes('->'))).toEqual(links);
    expect((await linesOf(source)).filter((line) => line.includes('->'))).toEqual([links[0]]);
    expect(await linesOf(alone)).toEqual(['digraph pipeline {', `  ${name(alone)} [label="PassThrough"];`, '}', '']);
    expect(await rig.client.invoke(rig.pipeline, 'getGstreamerDot', { details: 'SHOW_ALL' })).toBe(whole.join('\n'));
  });
});
