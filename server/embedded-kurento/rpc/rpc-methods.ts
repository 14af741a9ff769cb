import type { MediaObject } from '../objects/media-object.ts';
import { makerOf } from '../objects/object-factory.ts';
import type { ServerContext } from '../objects/server-context.ts';
import { replyTimeoutMs, settlesWithin } from '../objects/timeout.ts';
import { type Arguments, checkArguments } from '../types/arguments.ts';
import { findClass, type Parameter } from '../types/class-table.ts';
import { errorReply, isJsonObject, type JsonObject, readRequest, successReply } from './json-rpc.ts';
import { KurentoError, RpcError, rpcCodes } from './rpc-error.ts';
import type { ClientConnection, SessionRegistry } from './session-registry.ts';

/** The state that all methods work on. */
export type MethodScope = {
  readonly context: ServerContext;
  readonly sessions: SessionRegistry;
  /** Identifies this run of the server. */
  readonly serverId: string;
};

/** One request, as passed to a method. */
type MethodCall = MethodScope & {
  readonly connection: ClientConnection;
  readonly params: JsonObject;
  /** Null only for `ping`, `connect` and `keepAlive`. */
  readonly sessionId: string | null;
};

/** Carries out a request; the result goes into the reply. */
type Method = (call: MethodCall) => unknown;

/**
 * The methods of the Kurento Protocol.
 * @see https://doc-kurento.readthedocs.io/en/latest/features/kurento_protocol.html
 */
export const methods: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['ping', ({ sessionId }) => (sessionId === null ? { value: 'pong' } : { value: 'pong', sessionId })],
  ['connect', connect],
  ['create', create],
  ['invoke', invoke],
  ['subscribe', subscribe],
  ['unsubscribe', unsubscribe],
  ['release', release],
  ['describe', describe],
  ['keepAlive', keepAlive],
  ['ref', reference],
  ['unref', unreference],
  ['closeSession', closeSession],
  ['transaction', (call) => runTransaction(call, methods)],
]);

function connect(call: MethodCall): JsonObject {
  const { sessions, serverId, connection } = call;
  if (call.sessionId === null) {
    const sessionId = sessions.open(connection);
    sessions.markConnected(sessionId);
    return { serverId, sessionId };
  }
  requireKnownSession(call, call.sessionId);
  sessions.bind(call.sessionId, connection);
  return { serverId, sessionId: call.sessionId };
}

function create(call: MethodCall): JsonObject {
  const sessionId = requireSession(call);
  const name = required(call.params, 'type');
  const type = findClass(name);
  const make = makerOf(type?.name ?? '', call.context);
  if (type?.constructorParams == null || make === undefined) {
    throw new KurentoError(40108, `Factory '${name}' not found`);
  }
  const given = call.params.constructorParams ?? undefined;
  const object = make(call.context, readArguments(call, type.constructorParams, given, 'constructorParams'));
  call.context.registry.add(object);
  hold(call, object);
  return { value: object.id, sessionId };
}

async function invoke(call: MethodCall): Promise<JsonObject> {
  const sessionId = requireSession(call);
  const name = required(call.params, 'operation');
  const object = adopt(call, required(call.params, 'object'));
  const given = call.params.operationParams;
  const operation = object.type.operations.get(name);
  if (operation === undefined) {
    const count = isJsonObject(given) ? Object.keys(given).length : 0;
    throw new KurentoError(40008, `Method '${name}' with ${count} parameters not found`);
  }
  const args = readArguments(call, operation.parameters, given, 'operationParams');
  const value = await object.perform(operation, args);
  return { value: value ?? null, sessionId };
}

function subscribe(call: MethodCall): JsonObject {
  const sessionId = requireSession(call);
  const type = required(call.params, 'type');
  const object = adopt(call, required(call.params, 'object'));
  return { value: call.context.events.subscribe(sessionId, object, type), sessionId };
}

function unsubscribe(call: MethodCall): JsonObject {
  const sessionId = requireSession(call);
  const subscription = required(call.params, 'subscription');
  const object = call.context.registry.find(required(call.params, 'object'));
  if (object !== undefined) call.context.events.unsubscribe(sessionId, object, subscription);
  return { sessionId };
}

async function release(call: MethodCall): Promise<JsonObject> {
  const sessionId = requireSession(call);
  const object = call.context.registry.find(required(call.params, 'object'));
  if (object !== undefined) await settlesWithin(replyTimeoutMs, call.context.registry.release(object));
  return { sessionId };
}

function describe(call: MethodCall): JsonObject {
  const sessionId = requireSession(call);
  const { type } = adopt(call, required(call.params, 'object'));
  return { type: type.name, qualifiedType: type.qualifiedName, hierarchy: type.hierarchy, sessionId };
}

function keepAlive(call: MethodCall): JsonObject {
  const { sessionId } = call;
  if (sessionId === null) throw invalidSession();
  requireKnownSession(call, sessionId);
  call.sessions.touch(sessionId);
  return { sessionId };
}

function reference(call: MethodCall): JsonObject {
  const sessionId = requireSession(call);
  adopt(call, required(call.params, 'object'));
  return { sessionId };
}

async function unreference(call: MethodCall): Promise<JsonObject> {
  const sessionId = requireSession(call);
  const object = call.context.registry.find(required(call.params, 'object'));
  if (object !== undefined) await settlesWithin(replyTimeoutMs, call.context.registry.letGo(sessionId, object));
  return { sessionId };
}

async function closeSession(call: MethodCall): Promise<JsonObject> {
  const sessionId = requireSession(call);
  const { registry } = call.context;
  const held = registry.heldBy(sessionId);
  call.sessions.end(sessionId);
  const forced = call.params.release === true ? held.map((object) => registry.release(object)) : [];
  await settlesWithin(replyTimeoutMs, Promise.all([...forced, registry.letGoAll(sessionId)]));
  return { sessionId };
}

function readArguments(
  { context }: MethodCall,
  parameters: readonly Parameter[],
  given: unknown,
  container: 'constructorParams' | 'operationParams',
): Arguments {
  const resolve = (id: string, className: string) => context.registry.getOfClass(id, className);
  return checkArguments(parameters, given, container, resolve);
}

/** Finds the object and makes the session hold it: a session keeps the objects alive that it uses. */
function adopt(call: MethodCall, id: string): MediaObject {
  const object = call.context.registry.get(id);
  hold(call, object);
  return object;
}

function hold(call: MethodCall, object: MediaObject): void {
  const sessionId = requireSession(call);
  call.context.registry.hold(sessionId, object);
  call.sessions.holds(sessionId);
}

function required(params: JsonObject, name: string): string {
  const value = params[name];
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new RpcError(rpcCodes.serverError, `'${name}' parameter is required`);
}

function requireSession(call: MethodCall): string {
  if (call.sessionId === null) throw new Error('This method needs a session');
  return call.sessionId;
}

function requireKnownSession(call: MethodCall, sessionId: string): void {
  if (call.sessions.isConnected(sessionId) || call.context.registry.holdsAny(sessionId)) return;
  throw invalidSession();
}

function invalidSession(): KurentoError {
  return new KurentoError(40007, 'Invalid session');
}

const resultReference = /^newref:(\d+)$/;

/**
 * Carries out several requests in order, until the first that fails. A later request may refer to the result of an
 * earlier one as `newref:N`. Nothing is rolled back.
 * @throws RpcError -32000 without operations, KurentoError 40008 when they are not numbered from 0
 */
async function runTransaction(call: MethodCall, methods: ReadonlyMap<string, Method>): Promise<JsonObject> {
  const { operations } = call.params;
  if (!Array.isArray(operations)) throw new RpcError(rpcCodes.serverError, "'operations' parameter is required");
  const requests = operations.map(readRequest);
  requests.forEach(({ id }, index) => {
    if (id !== index) throw new KurentoError(40008, `Id of request '${index}' should be '${index}'`);
  });
  const replies: JsonObject[] = [];
  const values: unknown[] = [];
  for (const { id, method: name, params } of requests) {
    try {
      const method = name === 'transaction' ? undefined : methods.get(name);
      if (method === undefined) throw new RpcError(rpcCodes.methodNotFound, 'Method not found.');
      const result = await method({ ...call, params: resolveParams(params, values) });
      values.push(isJsonObject(result) ? result.value : undefined);
      replies.push(successReply(id, result));
    } catch (error) {
      if (!(error instanceof RpcError)) throw error;
      replies.push(errorReply(id, error));
      break;
    }
  }
  return { value: replies, sessionId: call.sessionId };
}

function resolveParams(params: JsonObject, values: readonly unknown[]): JsonObject {
  return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, resolveValue(value, values)]));
}

function resolveValue(value: unknown, values: readonly unknown[]): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveValue(item, values));
  if (isJsonObject(value)) return resolveParams(value, values);
  const index = typeof value === 'string' ? resultReference.exec(value)?.[1] : undefined;
  if (index === undefined) return value;
  const result = values[Number(index)];
  if (result === undefined) throw new KurentoError(40008, `Result not found on request ${index}`);
  return result;
}
