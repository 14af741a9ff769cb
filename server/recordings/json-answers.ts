import type { ServerResponse } from 'node:http';
import type { ErrorBody } from '../../lib/errors.ts';

/** Answers with an error, or breaks off an answer that has begun. */
export function sendError(response: ServerResponse, status: number, error: ErrorBody): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of ['Content-Disposition', 'ETag', 'Last-Modified', 'Accept-Ranges']) response.removeHeader(name);
  sendJson(response, status, { error });
}

/** Answers a request for bytes that the file does not have (416), or on a condition that is not met (412). */
export function sendNoBytes(response: ServerResponse, status: 412 | 416): void {
  const message = status === 416 ? 'The file does not have this range.' : 'The file is not the one that you have.';
  sendError(response, status, { code: 'bad-request', message });
}

/** Answers with `body` as JSON, which is not to be cached. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
    'Cache-Control': 'no-store',
  });
  response.end(text);
}
