import { errorCodes } from '../../error-codes.ts';
import { AppError, type ErrorCode } from '../../errors.ts';
import { type Recording, recordingPaths } from '../../recording.ts';

/** The recordings that the server has, newest first. @throws AppError */
export async function fetchRecordings(signal?: AbortSignal): Promise<Recording[]> {
  const recordings = field(await ask(recordingPaths.list, { signal: signal ?? null }), 'recordings');
  if (!Array.isArray(recordings)) throw notOurs();
  // What the server says of its recordings it has checked itself; here it is only told from another's answer, such as
  // that of a hotel's network, so that no page has to load what checks schemas.
  return recordings as Recording[];
}

/** One recording. @throws AppError `recording-not-found` among others */
export async function fetchRecording(id: string, signal?: AbortSignal): Promise<Recording> {
  const recording = await ask(recordingPaths.one(id), { signal: signal ?? null });
  if (field(recording, 'id') !== id) throw notOurs();
  return recording as Recording;
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

/** Somebody answered, but not the server: a portal that wants a password first, for example. */
function notOurs(): AppError {
  return new AppError(
    'connection-lost',
    'Something else answered in place of the server. Check your network connection.',
  );
}

/**
 * The server's own words. An answer without them is a proxy's: its 401 or 403 says nothing of the presenter key. The
 * status counts only where the code is one that this page is too old to know.
 */
function toError(status: number, body: unknown): AppError {
  const error = field(body, 'error') ?? body;
  const code = field(error, 'code');
  if (typeof code !== 'string') return notOurs();
  const message = field(error, 'message');
  const known = errorCodes.find((candidate) => candidate === code) ?? codesOfStatus[status] ?? 'internal';
  return new AppError(known, typeof message === 'string' ? message : 'The server could not do that.');
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)).get(name) : undefined;
}
