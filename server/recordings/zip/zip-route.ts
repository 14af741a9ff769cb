import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { AppError } from '../../../lib/errors.ts';
import { maxRecordingsOfRequest } from '../../../lib/recording-library.ts';
import { sendJson } from '../../access/json-answers.ts';
import { readBody } from '../../access/request-body.ts';
import type { Logger } from '../../logger.ts';
import { attachment } from '../content-disposition.ts';
import type { RecordingAccess } from '../recording-access.ts';
import type { RecordingLibrary } from '../recording-library.ts';
import { isRecordingId } from '../recordings-folder.ts';
import { prepareZip } from './recording-zip.ts';

/**
 * Answers `POST /api/recordings/zip` with the recordings of a form in one ZIP, or, with `?check`, with its name and
 * size. It is a form because addresses are too short for many ids, and because browsers save the answer to one while it
 * arrives.
 */
export function zipHandler(library: RecordingLibrary, rules: RecordingAccess, logger: Logger) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const check = await rules.requireViewer(request);
    const ids = readIds(await readBody(request));
    for (const id of ids) check(await library.look(id));
    const zip = await prepareZip(library, ids);
    const name = `Rostrum ${new Date().toISOString().slice(0, 10)}.zip`;
    if (new URLSearchParams(request.url?.split('?')[1]).has('check')) {
      sendJson(response, 200, { name, sizeBytes: zip.sizeBytes, count: ids.length });
      return;
    }
    response.writeHead(200, {
      'Content-Type': 'application/zip',
      'Content-Length': zip.sizeBytes,
      'Content-Disposition': attachment(name),
      'Cache-Control': 'no-store',
    });
    // The size was announced, so what breaks off is known to be incomplete.
    await pipeline(zip.stream(), response).catch((error: unknown) => {
      if (error instanceof AppError) logger.warn({ err: error }, 'A ZIP of recordings broke off');
      response.destroy();
    });
  };
}

/** @throws AppError `bad-request` */
function readIds(form: string): string[] {
  const ids = [...new Set(new URLSearchParams(form).getAll('id'))];
  if (ids.length > 0 && ids.length <= maxRecordingsOfRequest && ids.every(isRecordingId)) return ids;
  throw new AppError('bad-request', `Please choose between 1 and ${maxRecordingsOfRequest} recordings.`);
}
