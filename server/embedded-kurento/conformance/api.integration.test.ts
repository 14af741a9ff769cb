import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MediaServer, openMediaServer } from '../media-server.ts';
import { isJsonObject, type JsonObject } from '../rpc/json-rpc.ts';
import { RawClient } from '../testing/raw-client.ts';
import { silentLog } from '../testing/silent-log.ts';
import { knownClass } from '../types/class-table.ts';
import { type DefinedClass, type DefinedValue, moduleNames, readDefinition } from '../types/module-definitions.ts';
import { initialValues } from '../types/observed-behavior.ts';

const definitions = moduleNames.map(readDefinition);
const classes = new Map(definitions.flatMap((module) => module.remoteClasses).map((type) => [type.name, type]));
const types = new Map(definitions.flatMap((module) => module.complexTypes).map((type) => [type.name, type]));

/** The classes that `create` can make, and their parameters. Endpoints for files get one that is never opened. */
const makers: Readonly<Record<string, (ids: { pipeline: string; hub: string }) => JsonObject>> = {
  MediaPipeline: () => ({}),
  PassThrough: ({ pipeline }) => ({ mediaPipeline: pipeline }),
  WebRtcEndpoint: ({ pipeline }) => ({ mediaPipeline: pipeline }),
  RecorderEndpoint: ({ pipeline }) => ({ mediaPipeline: pipeline, uri: 'file:///nowhere/api-test.webm' }),
  PlayerEndpoint: ({ pipeline }) => ({ mediaPipeline: pipeline, uri: 'file:///nowhere/api-test.webm' }),
  RtpEndpoint: ({ pipeline }) => ({ mediaPipeline: pipeline }),
  Dispatcher: ({ pipeline }) => ({ mediaPipeline: pipeline }),
  DispatcherOneToMany: ({ pipeline }) => ({ mediaPipeline: pipeline }),
  HubPort: ({ hub }) => ({ hub }),
};

/** Every class that can be created, and the manager, with all ancestors. */
const living = [...Object.keys(makers), 'ServerManager'];

function lineage(name: string): DefinedClass[] {
  const type = classes.get(name);
  if (type === undefined) throw new Error(`There is no class ${name}`);
  return [type, ...(type.extends === undefined ? [] : lineage(type.extends))];
}

const propertiesOf = (name: string) =>
  lineage(name).flatMap((type) => (type.properties ?? []).map((property) => ({ ...property, of: type.name })));
const methodsOf = (name: string) => lineage(name).flatMap((type) => type.methods ?? []);
const eventsOf = (name: string) => lineage(name).flatMap((type) => type.events ?? []);
const accessor = (verb: 'get' | 'set', name: string) => `${verb}${name.charAt(0).toUpperCase()}${name.slice(1)}`;

/** Whether a received value is of a type, as written in the definitions. */
function fits(value: unknown, type: string): boolean {
  if (type.endsWith('[]')) return Array.isArray(value) && value.every((item) => fits(item, type.slice(0, -2)));
  const defined = types.get(type);
  if (defined?.typeFormat === 'ENUM') return (defined.values ?? []).includes(String(value));
  if (defined !== undefined) return isJsonObject(value) && value.__type__ === type;
  if (type === 'String') return typeof value === 'string';
  if (type === 'boolean') return typeof value === 'boolean';
  if (['int', 'int64', 'float', 'double'].includes(type)) return typeof value === 'number';
  // Objects are sent as their ids; null means that there is no parent.
  return classes.has(type) && (value === null || typeof value === 'string');
}

/** A value of this type that is not the default. */
function sample({ name, type }: DefinedValue): unknown {
  const defined = types.get(type);
  if (defined?.typeFormat === 'ENUM') return defined.values?.at(-1);
  if (defined !== undefined) {
    const members = (defined.properties ?? []).filter((member) => member.type !== 'String<>');
    return Object.fromEntries(members.map((member) => [member.name, sample(member)]));
  }
  if (type === 'boolean') return name !== 'iceTcp';
  if (type === 'String') return name === 'externalIPv4' ? '203.0.113.1' : 'sample';
  return 1234;
}

describe('the API', () => {
  let server: MediaServer;
  let client: RawClient;
  const objects = new Map<string, string>([['ServerManager', 'manager_ServerManager']]);

  beforeAll(async () => {
    server = await openMediaServer({ log: silentLog });
    client = await RawClient.connect(server.url);
    const pipeline = await client.create('MediaPipeline');
    const hub = await client.create('Dispatcher', { mediaPipeline: pipeline });
    for (const [type, parameters] of Object.entries(makers)) {
      objects.set(type, await client.create(type, parameters({ pipeline, hub })));
    }
  });
  afterAll(() => server.close());

  const idOf = (type: string) => objects.get(type) ?? '';

  it('R47: the manager lists exactly the classes that can be created', async () => {
    const info = Object(await client.invoke('manager_ServerManager', 'getInfo'));
    const factories = info.modules.flatMap((module: { factories: string[] }) => module.factories);
    expect(new Set(factories)).toEqual(new Set(Object.keys(makers)));
    const others = [...classes.values()].filter((type) => type.abstract !== true && makers[type.name] === undefined);
    expect(others.length).toBeGreaterThan(5);
    for (const { name } of others) {
      expect(await client.failure('create', { type: name })).toBe(`40108 Factory '${name}' not found`);
    }
  });

  it.each(moduleNames)('R47: the manager returns the definition of %s as its package has it', async (moduleName) => {
    const text = String(await client.invoke('manager_ServerManager', 'getKmd', { moduleName }));
    expect(JSON.parse(text)).toEqual(definitions.find(({ name }) => name === moduleName));
  });

  describe.each(living)('%s', (type) => {
    it('R48: has every property with its type and its default', async () => {
      for (const { name, type: valueType, of } of propertiesOf(type)) {
        // A name that is not set is the id; other properties without a default have their own tests.
        const value = await client.invoke(idOf(type), accessor('get', name));
        expect([name, value, fits(value, valueType)]).toEqual([name, value, true]);
        const initial = initialValues[`${of}.${name}`];
        if (initial !== undefined && !isJsonObject(initial)) expect([name, value]).toEqual([name, initial]);
      }
    });

    it('R48: keeps what is set, and has no setters for read-only properties', async () => {
      for (const property of propertiesOf(type)) {
        const set = accessor('set', property.name);
        if (property.readOnly === true || property.final === true) {
          const told = await client.invokeFailure(idOf(type), set, { [property.name]: sample(property) as never });
          expect(told).toBe(`40008 Method '${set}' with 1 parameters not found`);
          continue;
        }
        // The position of a player depends on its file; player-endpoint.test.ts covers it.
        if (property.name === 'position') continue;
        const value = sample(property);
        expect(await client.invoke(idOf(type), set, { [property.name]: value as never })).toBe(null);
        const kept = await client.invoke(idOf(type), accessor('get', property.name));
        if (isJsonObject(value)) expect(kept).toMatchObject(value);
        else expect([property.name, kept]).toEqual([property.name, value]);
      }
    });

    it('R48: knows every method, and checks its arguments', async () => {
      for (const { name, params } of methodsOf(type)) {
        expect(knownClass(type).operations.has(name)).toBe(true);
        const [required] = params.filter((parameter) => parameter.optional !== true);
        if (required === undefined) continue;
        const told = await client.invokeFailure(idOf(type), name, { [required.name]: [[]] as never });
        expect([name, told]).toEqual([name, expect.stringMatching(/^40001 /)]);
      }
    });

    it('R48: has every event and no other', async () => {
      const all = new Set(definitions.flatMap((module) => module.events.map(({ name }) => name)));
      const own = new Set(eventsOf(type));
      for (const event of all) {
        const { error } = await client.request('subscribe', { object: idOf(type), type: event });
        expect([event, error?.code]).toEqual([event, own.has(event) ? undefined : 40106]);
      }
    });
  });
});
