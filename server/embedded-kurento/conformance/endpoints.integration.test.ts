import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { recordingPath } from '../objects/uri-endpoint.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';

describe('endpoints without media', () => {
  let server: MediaServer;
  let client: RawClient;
  let pipeline: string;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'endpoints-'));
    server = await openMediaServer({ log: silentLog, recordingsRoot: folder });
    client = await RawClient.connect(server.url);
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(async () => {
    pipeline = await client.create('MediaPipeline');
    client.events.length = 0;
  });

  const makeEndpoint = () => client.create('WebRtcEndpoint', { mediaPipeline: pipeline });
  const makeRecorder = (uri: string, params = {}) =>
    client.create('RecorderEndpoint', { mediaPipeline: pipeline, uri, ...params });

  it('R27: an endpoint without negotiation has no descriptions, states or statistics', async () => {
    const endpoint = await makeEndpoint();
    expect(await client.invokeFailure(endpoint, 'getLocalSessionDescriptor')).toBe('40202 No local SDP');
    expect(await client.invokeFailure(endpoint, 'getRemoteSessionDescriptor')).toBe('40203 No remote SDP');
    expect(await client.invokeFailure(endpoint, 'processAnswer', { answer: 'v=0' })).toMatch(
      /^40209 Offer not generated/,
    );
    expect(await client.invokeFailure(endpoint, 'createDataChannel')).toBe('40111 Data channels are not supported');
    for (const name of ['ICECandidatePairs', 'IceConnectionState', 'DtlsConnectionState', 'SinkConnections']) {
      expect(await client.invoke(endpoint, `get${name}`)).toEqual([]);
    }
    expect(await client.invoke(endpoint, 'getMediaState')).toBe('DISCONNECTED');
    expect(await client.invoke(endpoint, 'getConnectionState')).toBe('DISCONNECTED');
    expect(await client.invoke(endpoint, 'getStats')).toBe(null);
    expect(await client.invoke(endpoint, 'gatherCandidates')).toBe(null);
  });

  it('R27: offers that cannot be read leave the endpoint as it was', async () => {
    const endpoint = await makeEndpoint();
    const failure = (params: object) => client.invokeFailure(endpoint, 'processOffer', { ...params });
    expect(await failure({ offer: 'hello' })).toBe('40201 Invalid SDP');
    expect(await failure({ offer: '' })).toBe('40201 Empty offer not valid');
    expect(await failure({})).toBe("40001 'offer' parameter should be a string");
    expect(await failure({ offer: 5 })).toBe('40201 Invalid SDP');
    expect(await client.invokeFailure(endpoint, 'getLocalSessionDescriptor')).toBe('40202 No local SDP');
  });

  it('R27: a peer without ICE is answered, and rejected', async () => {
    const endpoint = await makeEndpoint();
    const lines = ['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 192.0.2.1', 't=0 0'];
    lines.push('m=video 52126 RTP/AVP 99', 'a=rtpmap:99 H264/90000', 'a=recvonly', 'b=AS:384', '');
    const offer = lines.join('\r\n');
    const answer = String(await client.invoke(endpoint, 'processOffer', { offer }));
    expect(answer.match(/^m=.*$/gm)).toEqual(['m=video 0 RTP/AVP 99']);
    expect(await client.invoke(endpoint, 'getLocalSessionDescriptor')).toBe(answer);
    expect(await client.invokeFailure(endpoint, 'processOffer', { offer })).toBe('40208 Endpoint already negotiated');
    await client.invoke(endpoint, 'connect', { sink: endpoint });
    expect(await client.invoke(endpoint, 'gatherCandidates')).toBe(null);
    expect(await client.invoke(endpoint, 'getConnectionState')).toBe('DISCONNECTED');
    const secure = offer.replace('RTP/AVP', 'UDP/TLS/RTP/SAVPF');
    const other = await makeEndpoint();
    expect(await client.invokeFailure(other, 'processOffer', { offer: secure })).toMatch(/^40206 .*no usable ICE/);
  });

  it('R28: checks the shape of a candidate, and takes any text in it before the negotiation', async () => {
    const endpoint = await makeEndpoint();
    const failure = (candidate: unknown) => client.invokeFailure(endpoint, 'addIceCandidate', { candidate });
    expect(await failure('candidate:1')).toBe("40001 'candidate' parameter should be a object");
    expect(await failure({ candidate: 'x', sdpMLineIndex: 0 })).toBe("40001 'sdpMid' property should be a string");
    expect(await failure({ candidate: 'x', sdpMid: '0' })).toBe("40001 'sdpMLineIndex' property should be a integer");
    expect(await failure({ __type__: 'Tag', candidate: 'x' })).toMatch(/^40003 /);
    for (const candidate of [
      { candidate: '', sdpMid: null, sdpMLineIndex: null },
      {
        __module__: 'kurento',
        __type__: 'IceCandidate',
        candidate: 'rubbish',
        sdpMid: 'zzz',
        sdpMLineIndex: 9,
        extra: 1,
      },
    ]) {
      expect(await client.invoke(endpoint, 'addIceCandidate', { candidate })).toBe(null);
    }
  });

  it('R33: properties have the defaults of Kurento and keep their values', async () => {
    const endpoint = await makeEndpoint();
    const defaults = {
      MaxVideoRecvBandwidth: 0,
      MinVideoRecvBandwidth: 0,
      MaxAudioRecvBandwidth: 0,
      MinVideoSendBandwidth: 100,
      MaxVideoSendBandwidth: 500,
      StunServerAddress: '',
      StunServerPort: 3478,
      TurnUrl: '',
      ExternalIPv4: '',
      Mtu: 1200,
      EncoderBitrate: 300_000,
      RembParams: { __module__: 'kurento', __type__: 'RembParams' },
    };
    for (const [name, value] of Object.entries(defaults))
      expect(await client.invoke(endpoint, `get${name}`)).toEqual(value);
    await client.invoke(endpoint, 'setMaxVideoRecvBandwidth', { maxVideoRecvBandwidth: 600 });
    expect(await client.invoke(endpoint, 'getMaxVideoRecvBandwidth')).toBe(600);
    await client.invoke(endpoint, 'setRembParams', { rembParams: { rembOnConnect: 1_000 } });
    expect(await client.invoke(endpoint, 'getRembParams')).toMatchObject({
      __type__: 'RembParams',
      rembOnConnect: 1_000,
    });
    const caps = { codec: 'VP8', framerate: { numerator: 30, denominator: 1 } };
    expect(await client.invoke(endpoint, 'setVideoFormat', { caps })).toBe(null);
    expect(await client.invokeFailure(endpoint, 'setVideoFormat', { caps: { ...caps, codec: 'X' } })).toMatch(/^40001/);
  });

  it('R34: a recorder needs an address and a profile that can be written', async () => {
    const failure = (constructorParams: object) =>
      client.failure('create', {
        type: 'RecorderEndpoint',
        constructorParams: { mediaPipeline: pipeline, ...constructorParams },
      });
    expect(await failure({})).toBe("40001 'uri' parameter should be a string");
    expect(await failure({ uri: 'x.webm', mediaProfile: 'AVI' })).toBe(
      "40001 Invalid value for 'MediaProfileSpecType'",
    );
    expect(await failure({ uri: 'x.flv', mediaProfile: 'FLV' })).toMatch(
      /^40107 Media profile 'FLV' is not supported here; use one of WEBM/,
    );
    const recorder = await makeRecorder('x.webm');
    expect(await client.invoke(recorder, 'getUri')).toBe('x.webm');
    expect(await client.invoke(recorder, 'getState')).toBe('STOP');
  });

  it('R35: finds the file', () => {
    expect(recordingPath('file:///var/a%20b.webm', folder)).toBe('/var/a b.webm');
    expect(recordingPath('sub/a.webm', folder)).toBe(join(folder, 'sub/a.webm'));
    expect(recordingPath('/sub/a.webm', folder)).toBe(join(folder, 'sub/a.webm'));
    for (const uri of ['', 'http://127.0.0.1/a', '../a.webm', 'file://host/a.webm', '.']) {
      expect(() => recordingPath(uri, folder)).toThrow();
    }
  });

  it('R36: a recorder that was never asked to record stops without an event', async () => {
    const recorder = await makeRecorder('never.webm');
    await client.subscribe(recorder, 'UriEndpointStateChanged', 'Stopped');
    await client.invoke(recorder, 'stop');
    await client.invoke(recorder, 'stopAndWait');
    expect(client.events).toEqual([]);
  });

  it('R36, R37, D8: a recorder without media waits in STOP, and reports its end', async () => {
    const recorder = await makeRecorder('deep/er/unconnected.webm');
    await client.subscribe(recorder, 'UriEndpointStateChanged', 'Recording', 'Paused', 'Stopped');
    await client.invoke(recorder, 'record');
    expect(await client.invoke(recorder, 'getState')).toBe('STOP');
    await client.invoke(recorder, 'pause');
    await client.invoke(recorder, 'pause');
    expect(client.events.map(({ type, data }) => data.state ?? type)).toEqual(['PAUSE', 'Paused']);
    await client.invoke(recorder, 'stopAndWait');
    expect(client.events.map(({ type, data }) => data.state ?? type)).toEqual(['PAUSE', 'Paused', 'STOP', 'Stopped']);
    await client.invoke(recorder, 'record');
    expect(await client.invoke(recorder, 'getState')).toBe('STOP');
    expect((await stat(join(folder, 'deep/er/unconnected.webm'))).isFile()).toBe(true);
  });

  it.each(['taken/a.webm', 'http://127.0.0.1:9/a.webm', ''])(
    'R37: an address that cannot be written, %j, is reported as an event',
    async (uri) => {
      // There is a file where the first address needs a folder.
      await writeFile(join(folder, 'taken'), '');
      const recorder = await makeRecorder(uri);
      await client.subscribe(recorder, 'Error');
      expect(await client.invoke(recorder, 'record')).toBe(null);
      const { data } = await client.event('Error');
      expect(data).toMatchObject({ errorCode: 6, type: 'RESOURCE_ERROR_OPEN', source: recorder });
      await client.result('release', { object: recorder });
    },
  );
});
