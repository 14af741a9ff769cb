import { errorCodes } from '../error-codes.ts';
import { AppError, type ErrorCode } from '../errors.ts';
import { type Recording, recordingListSchema, recordingPaths, recordingSchema } from '../recording.ts';

/** The recordings that the server has, newest first. @throws AppError */
export async function fetchRecordings(signal?: AbortSignal): Promise<Recording[]> {
  return recordingListSchema.parse(await ask(recordingPaths.list, { signal: signal ?? null })).recordings;
}

/** One recording. @throws AppError `recording-not-found` among others */
export async function fetchRecording(id: string, signal?: AbortSignal): Promise<Recording> {
  return recordingSchema.parse(await ask(recordingPaths.one(id), { signal: signal ?? null }));
}

/** Deletes a recording for good. @throws AppError `wrong-key`, `recording-in-use` among others */
export async function deleteRecording(id: string, key: string): Promise<void> {
  await ask(recordingPaths.one(id), { method: 'DELETE', headers: { Authorization: `Bearer ${key}` } });
}

async function ask(path: string, init: RequestInit): Promise<unknown> {
  let response: Response;
  try {
    response = await fetch(path, { cache: 'no-store', ...init });
  } catch (cause) {
    throw new AppError('connection-lost', 'The server did not answer. Check your network connection.', { cause });
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) throw toError(response.status, body);
  return body;
}

const codesOfStatus: Readonly<Record<number, ErrorCode>> = {
  400: 'bad-request',
  401: 'wrong-key',
  403: 'wrong-key',
  404: 'recording-not-found',
  409: 'recording-in-use',
};

/** The server's own words if it gave them, and otherwise what its status means. */
function toError(status: number, body: unknown): AppError {
  const error = field(body, 'error') ?? body;
  const code = field(error, 'code');
  const message = field(error, 'message');
  const known = errorCodes.find((candidate) => candidate === code) ?? codesOfStatus[status] ?? 'internal';
  return new AppError(known, typeof message === 'string' ? message : 'The server could not do that.');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
