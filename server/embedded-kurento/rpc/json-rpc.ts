import { RpcError, rpcCodes } from './rpc-error.ts';

/** A JSON object whose members have not been checked yet. */
export type JsonObject = Record<string, unknown>;

/** The id that a client may give to a request. */
export type RequestId = string | number;

/** One request as it was received; `id` is null when the client sent none. */
export type RpcRequest = { id: RequestId | null; method: string; params: JsonObject };

/** A frame that is not a request; `id` is the one to answer with. */
export class UnreadableRequest extends Error {
  readonly id: RequestId | null;
  readonly error: RpcError;

  constructor(id: RequestId | null, error: RpcError) {
    super(error.message);
    this.name = 'UnreadableRequest';
    this.id = id;
    this.error = error;
  }
}

/** True for a JSON object; false for null and arrays. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads one frame (JSON-RPC 2.0 §4).
 * @throws UnreadableRequest with the error to send back
 */
export function parseRequest(frame: string): RpcRequest {
  return readRequest(parseJson(frame));
}

function parseJson(frame: string): unknown {
  try {
    return JSON.parse(frame);
  } catch {
    throw new UnreadableRequest(null, new RpcError(rpcCodes.parseError, 'Parse error.'));
  }
}

/**
 * Reads a request that is already parsed, such as an operation of a transaction.
 * @throws UnreadableRequest with the error to send back
 */
export function readRequest(message: unknown): RpcRequest {
  if (!isJsonObject(message) || message.jsonrpc !== '2.0' || typeof message.method !== 'string') throw invalid();
  const id = message.id ?? null;
  if (id !== null && typeof id !== 'string' && typeof id !== 'number') throw invalid();
  const params = message.params ?? {};
  if (!isJsonObject(params)) {
    const text = 'Unexpected error while processing method: params should be an object';
    throw new UnreadableRequest(id, new RpcError(rpcCodes.internalError, text));
  }
  return { id, method: message.method, params };
}

function invalid(): UnreadableRequest {
  return new UnreadableRequest(null, new RpcError(rpcCodes.invalidRequest, 'Invalid JSON-RPC request.'));
}

/** The reply to a request that succeeded, before it is put into a frame. */
export function successReply(id: RequestId | null, result: unknown): JsonObject {
  if (id !== null) return { id, jsonrpc: '2.0', result };
  // A request without an id is carried out and still answered with this error, as the original does.
  const text = 'Ignoring response because of a notification request';
  return errorReply(null, new RpcError(rpcCodes.serverError, text, result));
}

/** The reply to a request that failed, before it is put into a frame. */
export function errorReply(id: RequestId | null, error: RpcError): JsonObject {
  const { code, message, data } = error;
  return { error: data === undefined ? { code, message } : { code, data, message }, id, jsonrpc: '2.0' };
}

/** The frame of an event; it has no id and is never answered. */
export function eventFrame(object: string, type: string, data: JsonObject): string {
  return JSON.stringify({ jsonrpc: '2.0', method: 'onEvent', params: { value: { data, object, type } } });
}
