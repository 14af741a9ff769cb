import type { IncomingMessage, ServerResponse } from 'node:http';
import { AppError, type ErrorBody, toErrorBody } from '../../lib/errors.ts';
import type { Logger } from '../logger.ts';
import { statusOf } from './status-codes.ts';

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

/** Answers with an error, or breaks off an answer that has begun. */
export function sendError(response: ServerResponse, status: number, error: ErrorBody): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  for (const name of ['Content-Disposition', 'ETag', 'Last-Modified', 'Accept-Ranges']) response.removeHeader(name);
  sendJson(response, status, { error });
}

/** Answers a request whose method is not among those that are `allowed`, such as `GET, HEAD`. */
export function refuseMethod({ method = '' }: IncomingMessage, response: ServerResponse, allowed: string): void {
  response.setHeader('Allow', allowed);
  sendError(response, 405, { code: 'bad-request', message: `This address does not support ${method}.` });
}

/** Answers a request that failed with `error`. One that nobody expected is logged as `message`. */
export function answerFailure(response: ServerResponse, error: unknown, logger: Logger, message: string): void {
  if (!(error instanceof AppError)) logger.error({ err: error }, message);
  const body = toErrorBody(error);
  if (statusOf(body) === 401 && !response.headersSent) response.setHeader('WWW-Authenticate', 'Bearer');
  sendError(response, statusOf(body), body);
}
