/**
 * The names that belong to Kurento's error codes.
 * @see https://doc-kurento.readthedocs.io/en/latest/features/kurento_protocol.html
 */
const errorNames: Readonly<Record<number, string>> = {
  40001: 'MARSHALL_ERROR',
  40003: 'UNEXPECTED_ERROR',
  40004: 'CONNECT_ERROR',
  40005: 'UNSUPPORTED_MEDIA_TYPE',
  40006: 'NOT_IMPLEMENTED',
  40007: 'INVALID_SESSION',
  40008: 'MALFORMED_TRANSACTION',
  40009: 'NOT_ENOUGH_RESOURCES',
  40101: 'MEDIA_OBJECT_NOT_FOUND',
  40106: 'MEDIA_OBJECT_EVENT_NOT_SUPPORTED',
  40107: 'MEDIA_OBJECT_ILLEGAL_PARAM_ERROR',
  40108: 'MEDIA_OBJECT_NOT_AVAILABLE',
  40109: 'MEDIA_OBJECT_NOT_FOUND_TRANSACTION_NO_COMMIT',
  40110: 'MEDIA_OBJECT_TAG_KEY_NOT_FOUND',
  40111: 'MEDIA_OBJECT_OPERATION_NOT_SUPPORTED',
  40200: 'SDP_CREATE_ERROR',
  40201: 'SDP_PARSE_ERROR',
  40202: 'SDP_END_POINT_NO_LOCAL_SDP_ERROR',
  40203: 'SDP_END_POINT_NO_REMOTE_SDP_ERROR',
  40204: 'SDP_END_POINT_GENERATE_OFFER_ERROR',
  40205: 'SDP_END_POINT_PROCESS_OFFER_ERROR',
  40206: 'SDP_END_POINT_PROCESS_ANSWER_ERROR',
  40207: 'SDP_CONFIGURATION_ERROR',
  40208: 'SDP_END_POINT_ALREADY_NEGOTIATED',
  40209: 'SDP_END_POINT_NOT_OFFER_GENERATED',
  40400: 'ICE_GATHER_CANDIDATES_ERROR',
  40401: 'ICE_ADD_CANDIDATE_ERROR',
  40700: 'PLAYER_SEEK_FAIL',
  // The original has no name for this one code.
  40500: 'UNDEFINED',
};

/** A failed request, as it is reported to the client. */
export class RpcError extends Error {
  readonly code: number;
  /** The `data` member of the error; absent when undefined. */
  readonly data: unknown;

  constructor(code: number, message: string, data?: unknown) {
    super(message);
    this.name = 'RpcError';
    this.code = code;
    this.data = data;
  }
}

/** An error from Kurento's own range (40000 and above); its name is sent in `data.type`. */
export class KurentoError extends RpcError {
  constructor(code: number, message: string) {
    super(code, message, { type: errorNames[code] ?? 'UNDEFINED' });
    this.name = 'KurentoError';
  }
}

/** The codes of JSON-RPC itself (JSON-RPC 2.0 §5.1), and the one that Kurento uses for missing members. */
export const rpcCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  internalError: -32603,
  serverError: -32000,
} as const;

/** The error for an object that does not exist, or no longer does. */
export function objectNotFound(id: string): KurentoError {
  return new KurentoError(40101, `Object '${id}' not found`);
}
