import { errorReply, isJsonObject, type JsonObject, readRequest, successReply } from './json-rpc.ts';
import { KurentoError, RpcError, rpcCodes } from './rpc-error.ts';
import type { Method, MethodCall } from './rpc-methods.ts';

const reference = /^newref:(\d+)$/;

/**
 * Carries out several requests in one, in their order, until the first that fails. A later request may name the
 * result of an earlier one as `newref:N`. Nothing is undone.
 * @throws RpcError -32000 without operations, KurentoError 40008 when they are not numbered from 0
 */
export async function runTransaction(call: MethodCall, methods: ReadonlyMap<string, Method>): Promise<JsonObject> {
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
  const index = typeof value === 'string' ? reference.exec(value)?.[1] : undefined;
  if (index === undefined) return value;
  const result = values[Number(index)];
  if (result === undefined) throw new KurentoError(40008, `Result not found on request ${index}`);
  return result;
}
