import { errorCodes } from '../../error-codes.ts';
import { AppError, type ErrorBody, type ErrorCode } from '../../errors.ts';
import { type Recording, type RecordingListPage, recordingPaths } from '../../recording.ts';
import { type RecordingQuery, writeQuery } from './recording-query.ts';

/** A page of the server's recordings, after the one that ended with `after`. @throws AppError */
export async function fetchRecordingPage(
  query: RecordingQuery,
  { after, limit }: { after: string | null; limit: number },
  signal: AbortSignal,
): Promise<RecordingListPage> {
  const parts = new URLSearchParams(writeQuery(query));
  parts.set('limit', String(limit));
  if (after !== null) parts.set('after', after);
  const page = await ask(`${recordingPaths.list}?${parts}`, { signal });
  if (!Array.isArray(field(page, 'recordings'))) throw notOurs();
  // The server has validated its recordings itself. Here we only distinguish its answer from another's, such as that of
  // a hotel network's portal, so that no page has to load the validation library.
  return page as RecordingListPage;
}

/** One recording. @throws AppError `recording-not-found` among others */
export async function fetchRecording(id: string, signal?: AbortSignal): Promise<Recording> {
  const recording = await ask(recordingPaths.one(id), { signal: signal ?? null });
  if (field(recording, 'id') !== id) throw notOurs();
  return recording as Recording;
}

/** What can be done with many recordings at once. */
export type BulkChange = 'trash' | 'restore' | 'purge';

/** What a change of many recordings has done, and the first reason why some are left. */
export type BulkOutcome = { done: string[]; failed: ErrorBody | null };

/**
 * Moves recordings to the trash, takes them out, or deletes them for good.
 * @throws AppError `wrong-key` among others, when nothing could be done
 */
export async function changeRecordings(change: BulkChange, ids: readonly string[], key: string): Promise<BulkOutcome> {
  const outcome = await send('POST', recordingPaths[change], key, { ids });
  const failed = field(outcome, 'failed');
  if (!Array.isArray(failed)) throw notOurs();
  const first = failed.length === 0 ? null : toError(0, field(failed[0], 'error')).toBody();
  return { done: (field(outcome, 'done') ?? []) as string[], failed: first };
}

/** Changes what is given of a recording. @throws AppError `wrong-key`, `bad-request` among others */
export async function editRecording(
  id: string,
  edit: Partial<Pick<Recording, 'title' | 'visibility' | 'isKept'>>,
  key: string,
): Promise<void> {
  await send('PATCH', recordingPaths.one(id), key, edit);
}

/** Begins to convert a recording to MP4. @throws AppError `wrong-key`, `too-many-requests` among others */
export async function startConversion(id: string, key: string): Promise<void> {
  await send('POST', recordingPaths.conversion(id), key);
}

/** Ends the conversion of a recording. @throws AppError `wrong-key` among others */
export async function cancelConversion(id: string, key: string): Promise<void> {
  await send('DELETE', recordingPaths.conversion(id), key);
}

/** Makes a share link: its address, and when it expires. @throws AppError `wrong-key` among others */
export async function shareRecording(id: string, hours: number, key: string): Promise<{ url: string; until: number }> {
  const made = await send('POST', recordingPaths.share(id), key, { hours });
  const url = `${location.origin}/recordings/${encodeURIComponent(id)}#share=${field(made, 'token')}`;
  return { url, until: Number(field(made, 'expiresAt')) };
}

/** Ends all share links of a recording. @throws AppError `wrong-key` among others */
export async function endShares(id: string, key: string): Promise<void> {
  await send('DELETE', recordingPaths.share(id), key);
}

/** Checks that a ZIP of recordings can be downloaded, and tells its size in bytes. @throws AppError */
export async function checkZip(ids: readonly string[]): Promise<number> {
  const body = new URLSearchParams(ids.map((id) => ['id', id]));
  return Number(field(await ask(`${recordingPaths.zip}?check`, { method: 'POST', body }), 'sizeBytes'));
}

/** Has the browser download a ZIP of recordings. It saves the answer to a form while that arrives, however large. */
export function downloadZip(ids: readonly string[], page: Document = document): void {
  const form = page.createElement('form');
  Object.assign(form, { method: 'post', action: recordingPaths.zip, hidden: true });
  for (const id of ids) form.append(Object.assign(page.createElement('input'), { name: 'id', value: id }));
  page.body.append(form);
  form.submit();
  form.remove();
}

/** Sends what changes something, which needs a key. */
function send(method: string, path: string, key: string, body?: object): Promise<unknown> {
  const headers = { Authorization: `Bearer ${key}`, ...(body && { 'Content-Type': 'application/json' }) };
  return ask(path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
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
