import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import send from 'send';
import { AppError } from '../../lib/errors.ts';
import { sendNoBytes } from './s3/byte-range.ts';

/** Answers with a file on disk. @returns `false`, without having answered, when it is gone */
export async function sendFile(
  { folder, file }: { folder: string; file: string },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  request.headers.range = await satisfiableRange(request.headers.range, join(folder, file));
  return await new Promise((resolve, reject) => {
    const options = { root: folder, index: false, dotfiles: 'allow', cacheControl: false } as const;
    response.once('close', () => resolve(true));
    send(request, `/${file}`, options)
      .on('directory', () => reject(new AppError('recording-not-found', 'There is nothing at this address.')))
      .on('error', (error: { status?: number }) => {
        if (response.headersSent) response.destroy();
        else if (error.status === 416 || error.status === 412) sendNoBytes(response, error.status);
        else {
          for (const name of ['Content-Length', 'Content-Range']) response.removeHeader(name);
          resolve(false);
        }
      })
      .pipe(response);
  });
}

/**
 * RFC 9110 §14.1.2: the last N bytes of a file that has fewer are the whole file. `send` refuses such a range, so this
 * replaces it with an equivalent one.
 */
async function satisfiableRange(range: string | undefined, path: string): Promise<string | undefined> {
  if (range === undefined || !/^bytes=/i.test(range)) return range;
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  return range.replaceAll(/(?<=[=,]\s*)-(\d+)/g, (last, count: string) => (Number(count) > size ? `-${size}` : last));
}
