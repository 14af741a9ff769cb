import { errorCodes } from '../../error-codes.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import { type Recording, recordingPaths } from '../../recording.ts';

/** The server's recordings, newest first. @throws AppError */
export async function fetchRecordings(signal?: AbortSignal): Promise<Recording[]> {
  const recordings = field(await ask(recordingPaths.list, { signal: signal ?? null }), 'recordings');
  if (!Array.isArray(recordings)) throw notOurs();
  // The server has validated its recordings itself. Here we only distinguish its answer from another's, such as that of
  // a hotel network's portal, so that no page has to load the validation library.
  return recordings as Recording[];
}

/** One recording. @throws AppError `recording-not-found` among others */
export async function fetchRecording(id: string, signal?: AbortSignal): Promise<Recording> {
  const recording = await ask(recordingPaths.one(id), { signal: signal ?? null });
  if (field(recording, 'id') !== id) throw notOurs();
  return recording as Recording;
}

/** Deletes a recording permanently. @throws AppError `wrong-key`, `recording-in-use` among others */
export async function deleteRecording(id: string, key: string): Promise<void> {
  await ask(recordingPaths.one(id), { method: 'DELETE', headers: { Authorization: `Bearer ${key}` } });
}

/**
 * Requests `path` and returns the JSON of the answer.
 * @throws AppError the server's own, or `connection-lost` when something else answered or nothing did
 */
export async function ask(path: string, init: RequestInit): Promise<unknown> {
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

/** The error when something other than the server answered: a captive portal that requires a login, for example. */
function notOurs(): AppError {
  return new AppError(
    'connection-lost',
    'Something else answered in place of the server. Check your network connection.',
  );
}

/**
 * The server's own error. A response without one is from a proxy, whose 401 or 403 says nothing about the presenter
 * key. The status counts only if the error code is too new for this page to know.
 */
function toError(status: number, body: unknown): AppError {
  const error = field(body, 'error') ?? body;
  const code = field(error, 'code');
  if (typeof code !== 'string') return notOurs();
  const message = field(error, 'message');
  const known = errorCodes.find((candidate) => candidate === code) ?? codesOfStatus[status] ?? 'internal';
  return new AppError(known, typeof message === 'string' ? message : 'The server could not do that.');
}

/** A field of a value that may be anything. */
export function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
