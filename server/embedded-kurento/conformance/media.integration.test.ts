import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { serverRig } from '../testing/server-rig.ts';
import type { TestPeerOptions } from '../testing/test-peer.ts';

/** Real peers, real packets: the events that clients get while media flows. */
describe('media', () => {
  const rig = serverRig();
  const joinPeer = (endpoint: string, options: TestPeerOptions) => rig.join(options, endpoint);
  const endpoint = () => rig.make('WebRtcEndpoint');
  const passThrough = () => rig.make('PassThrough');

  it('R27: reports that the session started before it answers the offer', async () => {
    const presenter = await endpoint();
    await rig.client.subscribe(presenter, 'MediaSessionStarted');
    await joinPeer(presenter, { role: 'presenter' });
    expect(rig.client.events[0]?.type).toBe('MediaSessionStarted');
    expect(await rig.client.invokeFailure(presenter, 'processOffer', { offer: 'v=0' })).toBe(
      '40208 Endpoint already negotiated',
    );
    expect(await rig.client.invoke(presenter, 'getLocalSessionDescriptor')).toContain('m=audio');
    expect(await rig.client.invoke(presenter, 'getRemoteSessionDescriptor')).toContain('m=audio');
  });

  it('R29: reports the steps to a connection in order', async () => {
    const presenter = await endpoint();
    const states = ['IceComponentStateChanged', 'DtlsConnectionStateChange', 'ConnectionStateChanged'];
    await rig.client.subscribe(
      presenter,
      ...states,
      'NewCandidatePairSelected',
      'IceGatheringDone',
      'MediaStateChanged',
    );
    await joinPeer(presenter, { role: 'presenter' });
    await rig.client.event('MediaStateChanged', ({ data }) => data.newState === 'CONNECTED');
    const dtls = rig.client.events.filter(({ type }) => type === 'DtlsConnectionStateChange').at(-1)?.data;
    expect(dtls).toMatchObject({ streamId: '1', componentId: '[bundle/dtlssrtpenc]', state: 'CONNECTED' });
    const connected = rig.client.events.findIndex(({ type }) => type === 'ConnectionStateChanged');
    const iceConnected = rig.client.events.findIndex(({ data }) => data.state === 'CONNECTED');
    expect(rig.client.events[connected]?.data).toMatchObject({ oldState: 'DISCONNECTED', newState: 'CONNECTED' });
    expect(iceConnected).toBeLessThan(connected);
    expect(rig.client.events[iceConnected]?.data).toMatchObject({
      type: 'IceComponentStateChanged',
      streamId: 1,
      componentId: 1,
    });
    const pair = await rig.client.event('NewCandidatePairSelected');
    expect(pair.data.candidatePair).toMatchObject({ __type__: 'IceCandidatePair', streamId: '1', componentId: 1 });
    expect(await rig.client.invoke(presenter, 'getConnectionState')).toBe('CONNECTED');
    expect(await rig.client.invoke(presenter, 'getMediaState')).toBe('CONNECTED');
    const ice = await rig.client.invoke(presenter, 'getIceConnectionState');
    expect(ice).toMatchObject([{ __type__: 'IceConnection', streamId: '1', componentId: 1 }]);
  });

  it('R26, R30: media flows from a presenter through a PassThrough to a viewer, and a newcomer replaces the presenter', async () => {
    const [presenter, relay, viewer] = [await endpoint(), await passThrough(), await endpoint()];
    await rig.client.subscribe(presenter, 'MediaFlowOutStateChanged', 'MediaTranscodingStateChanged');
    await rig.client.subscribe(viewer, 'MediaFlowInStateChanged');
    await rig.client.invoke(presenter, 'connect', { sink: relay });
    await rig.client.invoke(relay, 'connect', { sink: viewer });
    const first = await joinPeer(presenter, { role: 'presenter' });
    const watching = await joinPeer(viewer, { role: 'viewer' });
    await watching.receives('video', 20);
    await watching.receives('audio', 20);
    for (const mediaType of ['AUDIO', 'VIDEO']) {
      const of = (object: string) => (event: { object: string; data: Record<string, unknown> }) =>
        event.object === object && event.data.mediaType === mediaType;
      const flow = { state: 'FLOWING', padName: 'default', mediaType };
      expect((await rig.client.event('MediaFlowOutStateChanged', of(presenter))).data).toMatchObject(flow);
      expect((await rig.client.event('MediaFlowInStateChanged', of(viewer))).data).toMatchObject(flow);
      const transcoding = await rig.client.event('MediaTranscodingStateChanged', of(presenter));
      expect(transcoding.data).toMatchObject({ state: 'NOT_TRANSCODING', mediaType });
    }
    expect(await rig.client.invoke(presenter, 'isMediaFlowingOut', { mediaType: 'VIDEO' })).toBe(true);
    expect(await rig.client.invoke(viewer, 'isMediaFlowingIn', { mediaType: 'AUDIO' })).toBe(true);
    expect(await rig.client.invoke(relay, 'isMediaFlowingOut', { mediaType: 'VIDEO' })).toBe(true);

    first.close();
    await rig.client.event('MediaFlowOutStateChanged', ({ data }) => data.state === 'NOT_FLOWING');
    const second = await endpoint();
    await joinPeer(second, { role: 'presenter' });
    await rig.client.invoke(second, 'connect', { sink: relay });
    await watching.receives('video', 20);
  });

  it('D9, D10: a viewer stays CONNECTED while its source pauses, and does not slow that source', async () => {
    const [presenter, viewer] = [await endpoint(), await endpoint()];
    await rig.client.subscribe(viewer, 'MediaFlowInStateChanged');
    for (const [setter, kbps] of [
      ['setMaxVideoSendBandwidth', 120],
      ['setMinVideoSendBandwidth', 110],
    ] as const) {
      const name = setter.replace('set', '');
      const parameter = `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
      await rig.client.invoke(viewer, setter, { [parameter]: kbps });
      expect(await rig.client.invoke(viewer, `get${name}`)).toBe(kbps);
    }
    await rig.client.invoke(presenter, 'connect', { sink: viewer });
    const presenting = await joinPeer(presenter, { role: 'presenter' });
    const watching = await joinPeer(viewer, { role: 'viewer' });
    await watching.receives('video', 20);
    // The presenter is asked (REMB) for more than this viewer is said to take.
    await presenting.until('a bitrate is asked for', () => presenting.rtcp.some(isRemb));
    const bitrates = presenting.rtcp.filter(isRemb).map(rembOf);
    expect(Math.min(...bitrates)).toBeGreaterThan(120_000);
    await watching.until('its media is connected', async () => {
      return (await rig.client.invoke(viewer, 'getMediaState')) === 'CONNECTED';
    });
    presenting.mute();
    await rig.client.event('MediaFlowInStateChanged', ({ data }) => data.state === 'NOT_FLOWING');
    expect(await rig.client.invoke(viewer, 'getMediaState')).toBe('CONNECTED');
  });

  it('D34: the tag of a bandwidth probe reads 0 once the padding has ended', async () => {
    const [presenter, viewer] = [await endpoint(), await endpoint()];
    await rig.client.invoke(presenter, 'connect', { sink: viewer });
    await joinPeer(presenter, { role: 'presenter' });
    const watching = await joinPeer(viewer, { role: 'viewer' });
    await watching.receives('video', 20);
    const tag = () => rig.client.invoke(viewer, 'getTag', { key: 'bandwidthProbe' });
    await rig.client.invoke(viewer, 'addTag', { key: 'bandwidthProbe', value: '3000' });
    expect(await tag()).toBe('3000');
    await watching.receives('video', 20);
    await watching.until('the padding has ended', async () => (await tag()) === '0');
  });

  it('R32: counts packets in Kurento’s records', async () => {
    const [presenter, viewer] = [await endpoint(), await endpoint()];
    expect(await rig.client.invoke(presenter, 'getStats')).toBe(null);
    await rig.client.invoke(presenter, 'connect', { sink: viewer });
    await joinPeer(presenter, { role: 'presenter' });
    const watching = await joinPeer(viewer, { role: 'viewer' });
    // A kind has no statistics before its first packet.
    await Promise.all([watching.receives('audio', 1), watching.receives('video', 10)]);
    const inbound = Object.values(Object(await rig.client.invoke(presenter, 'getStats', { mediaType: 'VIDEO' })));
    expect(inbound).toHaveLength(1);
    expect(inbound[0]).toMatchObject({ __type__: 'RTCInboundRTPStreamStats', type: 'inboundrtp', ssrc: '2222' });
    const outbound = Object.values(Object(await rig.client.invoke(viewer, 'getStats')));
    expect(outbound).toHaveLength(2);
    expect(outbound[0]).toMatchObject({ __type__: 'RTCOutboundRTPStreamStats', type: 'outboundrtp', isRemote: false });
  });

  it('R25: reports that codecs do not match, at connect and when it turns out later', async () => {
    const [presenter, early, late] = [await endpoint(), await endpoint(), await endpoint()];
    await rig.client.subscribe(early, 'Error');
    await rig.client.subscribe(late, 'Error', 'ElementConnected');
    await rig.client.invoke(presenter, 'connect', { sink: early });
    await joinPeer(presenter, { role: 'presenter', video: 'H264' });
    await joinPeer(early, { role: 'viewer', video: 'VP8' });
    const told = await rig.client.event('Error', ({ object }) => object === early);
    expect(told.data).toMatchObject({ errorCode: 40005, type: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(told.data.description).toMatch(/video codec.*H264.*VP8/);
    await joinPeer(late, { role: 'viewer', video: 'VP8' });
    expect(await rig.client.invokeFailure(presenter, 'connect', { sink: late })).toMatch(
      /^40005 No common video codec/,
    );
    await rig.client.event('Error', ({ object }) => object === late);
    expect(await rig.client.invoke(late, 'getSourceConnections')).toEqual([]);
  });

  it('R31: reports that nothing gets through when a peer sends a codec that the other did not negotiate', async () => {
    const [presenter, viewer] = [await endpoint(), await endpoint()];
    await rig.client.subscribe(viewer, 'Error');
    await rig.client.invoke(presenter, 'connect', { sink: viewer });
    await joinPeer(presenter, { role: 'presenter', video: 'VP8 or H264' });
    const watching = await joinPeer(viewer, { role: 'viewer', video: 'H264' });
    await watching.receives('audio', 20);
    const { data } = await rig.client.event('Error');
    expect(data).toMatchObject({ errorCode: 40005, type: 'UNSUPPORTED_MEDIA_TYPE' });
    expect(data.description).toMatch(/^No video gets through: .* sends VP8, H264, .* takes H264/);
    expect(rig.client.events.filter(({ type }) => type === 'Error')).toHaveLength(1);
  });

  it('R36, R38: records while media flows, and finishes the file when the pipeline is released', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recorder-'));
    try {
      const [presenter, uris] = [await endpoint(), ['stopped.webm', 'sub/folder/released.webm']];
      const paths = uris.map((name) => join(folder, name));
      const recorders: string[] = [];
      for (const path of paths) {
        const recorder = await rig.client.create('RecorderEndpoint', {
          mediaPipeline: rig.pipeline,
          uri: `file://${path}`,
        });
        await rig.client.subscribe(recorder, 'Recording', 'Stopped', 'UriEndpointStateChanged');
        await rig.client.invoke(presenter, 'connect', { sink: recorder });
        await rig.client.invoke(recorder, 'record');
        expect(await rig.client.invoke(recorder, 'getState')).toBe('STOP');
        recorders.push(recorder);
      }
      const peer = await joinPeer(presenter, { role: 'presenter' });
      for (const recorder of recorders) await rig.client.event('Recording', ({ object }) => object === recorder);
      expect(await rig.client.invoke(recorders[0] ?? '', 'getState')).toBe('START');
      await peer.sends('audio', 75);
      await rig.client.invoke(recorders[0] ?? '', 'stopAndWait');
      await rig.client.event('Stopped');
      await rig.client.result('release', { object: rig.pipeline });
      for (const path of paths) expect((await stat(path)).size).toBeGreaterThan(5_000);
      expect(rig.server.counts().objects).toBe(0);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

/** Receiver estimated maximum bitrate: payload-specific feedback of format 15 that begins with its name. */
function isRemb(packet: Buffer): boolean {
  return packet[1] === 206 && ((packet[0] ?? 0) & 0x1f) === 15 && packet.subarray(12, 16).toString() === 'REMB';
}

/** In bits per second: https://datatracker.ietf.org/doc/html/draft-alvestrand-rmcat-remb-03#section-2.2 */
function rembOf(packet: Buffer): number {
  const word = packet.readUIntBE(17, 3);
  return (word & 0x3ffff) * 2 ** (word >> 18);
}
