import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';

const manager = 'manager_ServerManager';

describe('objects', () => {
  let server: MediaServer;
  let client: RawClient;
  let pipeline: string;
  let endpoint: string;

  beforeAll(async () => {
    server = await openMediaServer({ log: silentLog });
    client = await RawClient.connect(server.url);
    pipeline = await client.create('MediaPipeline');
    endpoint = await client.create('WebRtcEndpoint', { mediaPipeline: pipeline });
  });
  afterAll(() => server.close());

  const createFailure = (type: unknown, constructorParams?: unknown) =>
    client.failure('create', constructorParams === undefined ? { type } : { type, constructorParams });

  it('R13: ids contain the class and the parent', () => {
    const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
    expect(pipeline).toMatch(new RegExp(`^${uuid}_kurento\\.MediaPipeline$`));
    expect(endpoint).toMatch(new RegExp(`^${pipeline}/${uuid}_kurento\\.WebRtcEndpoint$`));
  });

  it('R13: creates by bare and by qualified name, and without constructor parameters where none are needed', async () => {
    for (const params of [{ type: 'kurento.MediaPipeline' }, { type: 'MediaPipeline', constructorParams: null }]) {
      const { value } = await client.result('create', { ...params, properties: {} });
      await client.result('release', { object: value });
    }
  });

  it('R13: refuses classes that cannot be created', async () => {
    for (const type of ['NoSuchThing', 'MediaElement', 'ServerManager', 'Composite', 'toString']) {
      expect(await createFailure(type, {})).toBe(`40108 Factory '${type}' not found`);
    }
    expect(await createFailure(5, {})).toBe("40108 Factory '5' not found");
  });

  it('R13: checks constructor parameters', async () => {
    const make = (params: object) => createFailure('WebRtcEndpoint', { mediaPipeline: pipeline, ...params });
    expect(await createFailure('WebRtcEndpoint')).toBe("40001 'constructorParams' is required");
    expect(await createFailure('WebRtcEndpoint', {})).toBe("40001 'mediaPipeline' parameter should be a string");
    expect(await make({ mediaPipeline: 'nope' })).toBe("40101 Object 'nope' not found");
    expect(await make({ mediaPipeline: 7 })).toBe("40101 Object '7' not found");
    expect(await make({ mediaPipeline: endpoint })).toMatch(/^-32603 Unexpected error while processing method: /);
    expect(await make({ useDataChannels: 'yes' })).toBe("40001 'useDataChannels' parameter should be a boolean");
    expect(await make({ certificateKeyType: 'DSA' })).toBe("40001 Invalid value for 'CertificateKeyType'");
  });

  it('R14: describes classes with their ancestors, nearest first', async () => {
    const ancestors = ['BaseRtpEndpoint', 'SdpEndpoint', 'SessionEndpoint', 'Endpoint', 'MediaElement', 'MediaObject'];
    expect(await client.result('describe', { object: endpoint })).toEqual({
      type: 'WebRtcEndpoint',
      qualifiedType: 'kurento.WebRtcEndpoint',
      hierarchy: ancestors.map((name) => `kurento.${name}`),
      sessionId: expect.any(String),
    });
    const described = await client.result('describe', { object: manager });
    expect(described).toMatchObject({ type: 'ServerManager', hierarchy: ['kurento.MediaObject'] });
    expect(await client.failure('describe', { object: '' })).toBe("40101 Object '' not found");
  });

  it('R15: reports what is wrong with a call', async () => {
    expect(await client.invokeFailure(endpoint, 'noSuchOp')).toBe(
      "40008 Method 'noSuchOp' with 0 parameters not found",
    );
    expect(await client.invokeFailure(endpoint, 'fooBar', { x: 1 })).toBe(
      "40008 Method 'fooBar' with 1 parameters not found",
    );
    expect(await client.invokeFailure(endpoint, 'constructor')).toMatch(/^40008/);
    expect(await client.invokeFailure('nope', 'getName')).toBe("40101 Object 'nope' not found");
    expect(await client.invokeFailure(endpoint, 'setName')).toBe("40001 'name' parameter should be a string");
    expect(await client.invokeFailure(endpoint, 'setName', { name: {} })).toBe(
      "40001 'name' parameter should be a string",
    );
    expect(await client.invokeFailure(endpoint, 'connect')).toBe("40001 'operationParams' is required");
    expect(await client.invokeFailure(endpoint, 'connect', {})).toBe("40001 'sink' parameter should be a string");
    expect(await client.invokeFailure(endpoint, 'setMtu', { mtu: '9' })).toBe(
      "40001 'mtu' parameter should be a integer",
    );
  });

  it('R15: accepts values that can stand for others, and ignores unknown ones', async () => {
    expect(await client.invoke(endpoint, 'setName', { name: 5 })).toBe(null);
    expect(await client.invoke(endpoint, 'getName', {})).toBe('5');
    expect(await client.invoke(endpoint, 'setName', { name: 'n', extra: 1 })).toBe(null);
    expect(await client.invoke(endpoint, 'getName')).toBe('n');
  });

  it('R16: keeps the properties that all objects have', async () => {
    const object = await client.create('PassThrough', { mediaPipeline: pipeline });
    expect(await client.invoke(object, 'getId')).toBe(object);
    expect(await client.invoke(object, 'getName')).toBe(object);
    expect(await client.invoke(object, 'getParent')).toBe(pipeline);
    expect(await client.invoke(object, 'getMediaPipeline')).toBe(pipeline);
    expect(await client.invoke(pipeline, 'getMediaPipeline')).toBe(pipeline);
    expect(await client.invoke(pipeline, 'getParent')).toBe(null);
    expect(await client.invoke(pipeline, 'getChildren')).toContain(object);
    expect(await client.invoke(object, 'getCreationTime')).toBeGreaterThan(1_700_000_000);
    expect(await client.invoke(object, 'getTags')).toEqual([]);
    expect(await client.invoke(object, 'addTag', { key: 'room', value: 'r1' })).toBe(null);
    expect(await client.invoke(object, 'getTag', { key: 'room' })).toBe('r1');
    expect(await client.invokeFailure(object, 'getTag', { key: 'none' })).toBe('40110 Tag key not found');
    const tag = { __module__: 'kurento', __type__: 'Tag', key: 'room', value: 'r1' };
    expect(await client.invoke(object, 'getTags')).toEqual([tag]);
    await client.invoke(object, 'setSendTagsInEvents', { sendTagsInEvents: true });
    await client.subscribe(object, 'ElementConnected');
    await client.invoke(object, 'connect', { sink: object });
    expect((await client.event('ElementConnected')).data.tags).toEqual([tag]);
    await client.invoke(object, 'removeTag', { key: 'room' });
    expect(await client.invoke(object, 'getTags')).toEqual([]);
    await client.result('release', { object });
  });

  it('R17: one event for each session, however often it subscribed, until the last subscription ends', async () => {
    await client.subscribe(manager, 'ObjectCreated');
    const { value: second } = await client.result('subscribe', { object: manager, type: 'ObjectCreated' });
    const made = await client.create('PassThrough', { mediaPipeline: pipeline });
    const [event, ...more] = client.events.filter(({ data }) => data.object === made);
    expect(more).toEqual([]);
    expect(event).toEqual({
      object: manager,
      type: 'ObjectCreated',
      data: { object: made, source: manager, tags: [], timestampMillis: expect.stringMatching(/^\d{13}$/) },
    });
    await client.result('unsubscribe', { object: manager, subscription: second });
    await client.result('unsubscribe', { object: manager, subscription: 'nope' });
    await client.result('unsubscribe', { object: 'nope', subscription: 'nope' });
    const third = await client.create('PassThrough', { mediaPipeline: pipeline });
    await client.event('ObjectCreated', ({ data }) => data.object === third);
  });

  it('R17: refuses events that an object does not have', async () => {
    for (const type of ['NoSuchEvent', 'Recording', 'OnIceCandidate', 'DtlsConnectionStateChanged']) {
      expect(await client.failure('subscribe', { object: endpoint, type })).toBe(`40106 Event '${type}' not supported`);
    }
    await client.subscribe(endpoint, 'DtlsConnectionStateChange', 'Error');
  });

  it('R18: releases children before their parent, for all sessions, and ignores objects that are gone', async () => {
    await client.subscribe(manager, 'ObjectDestroyed');
    const parent = await client.create('MediaPipeline');
    const child = await client.create('WebRtcEndpoint', { mediaPipeline: parent });
    const other = await RawClient.connect(server.url);
    await other.result('describe', { object: child });
    await other.result('release', { object: parent });
    await client.event('ObjectDestroyed', ({ data }) => data.objectId === parent);
    expect(client.events.filter(({ type }) => type === 'ObjectDestroyed').map(({ data }) => data.objectId)).toEqual([
      child,
      parent,
    ]);
    expect(await client.invokeFailure(child, 'getName')).toBe(`40101 Object '${child}' not found`);
    expect(await createFailure('PassThrough', { mediaPipeline: parent })).toBe(`40101 Object '${parent}' not found`);
    for (const object of [parent, child, 'nope', manager]) await client.result('release', { object });
    await client.result('describe', { object: manager });
    other.drop();
  });

  it('R19: the manager knows the server', async () => {
    const info = await client.invoke(manager, 'getInfo');
    expect(info).toMatchObject({ __type__: 'ServerInfo', type: 'KMS', version: '7.2.0' });
    expect(info).toHaveProperty('modules[0].factories', ['HubPort', 'MediaPipeline', 'PassThrough']);
    const elements = [
      'Dispatcher',
      'DispatcherOneToMany',
      'PlayerEndpoint',
      'RecorderEndpoint',
      'RtpEndpoint',
      'WebRtcEndpoint',
    ];
    expect(info).toHaveProperty('modules[1].factories', elements);
    expect(info).toHaveProperty('modules[2].name', 'filters');
    expect(await client.invoke(manager, 'getPipelines')).toEqual([pipeline]);
    expect(await client.invoke(manager, 'getSessions')).toHaveLength(1);
    expect(await client.invoke(manager, 'getMetadata')).toBe('');
    expect(await client.invoke(manager, 'getName')).toBe(manager);
    expect(await client.invoke(manager, 'getParent')).toBe(null);
    expect(await client.invoke(manager, 'getChildren')).toEqual([]);
    expect(await client.invoke(manager, 'getCpuCount')).toBeGreaterThan(0);
    expect(await client.invoke(manager, 'getUsedMemory')).toBeGreaterThan(1_000);
    expect(await client.invoke(manager, 'getUsedCpu', { interval: 50 })).toBeGreaterThanOrEqual(0);
    expect(JSON.parse(String(await client.invoke(manager, 'getKmd', { moduleName: 'core' })))).toMatchObject({
      name: 'core',
    });
    const unknown = await client.request('invoke', {
      object: manager,
      operation: 'getKmd',
      operationParams: { moduleName: 'nope' },
    });
    expect(unknown.error).toEqual({
      code: 40500,
      data: { type: 'UNDEFINED' },
      message: "Requested kmd module doesn't exist",
    });
  });

  it('R20: runs transactions up to the first fault', async () => {
    const operation = (id: number, method: string, params: object) => ({ id, jsonrpc: '2.0', method, params });
    const whole = await client.result('transaction', {
      operations: [
        operation(0, 'create', { type: 'MediaPipeline' }),
        operation(1, 'create', { type: 'WebRtcEndpoint', constructorParams: { mediaPipeline: 'newref:0' } }),
        operation(2, 'invoke', { object: 'newref:1', operation: 'getName' }),
      ],
    });
    const replies = whole.value;
    expect(replies).toHaveLength(3);
    expect(replies).toHaveProperty('[2].result.value', expect.stringMatching(/WebRtcEndpoint$/));
    const broken = await client.result('transaction', {
      operations: [operation(0, 'create', { type: 'Nope' }), operation(1, 'create', { type: 'MediaPipeline' })],
    });
    expect(broken.value).toMatchObject([{ id: 0, error: { code: 40108 } }]);
    expect((await client.result('transaction', { operations: [] })).value).toEqual([]);
    const misnumbered = await client.failure('transaction', { operations: [operation(5, 'ping', {})] });
    expect(misnumbered).toBe("40008 Id of request '0' should be '0'");
    expect(await client.invokeFailure('newref:0', 'getName')).toMatch(/^40109 /);
  });
});
