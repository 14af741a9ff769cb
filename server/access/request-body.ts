import type { IncomingMessage } from 'node:http';
import type { z } from 'zod';
import { AppError } from '../../lib/errors.ts';
import { parseJson } from '../parse-json.ts';

/** The largest body that is read, in bytes; `request-gate.ts` refuses longer ones before. */
const maxBodyBytes = 64 * 1024;

/** The text of a request's body. @throws AppError `bad-request` when it is too large or breaks off */
export async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  try {
    for await (const part of request) {
      // A request without an encoding gives buffers.
      parts.push(part as Buffer);
      size += (part as Buffer).length;
      if (size > maxBodyBytes) break;
    }
  } catch (cause) {
    throw new AppError('bad-request', 'The request broke off. Please send it again.', { cause });
  }
  if (size > maxBodyBytes) throw new AppError('bad-request', 'The body of this request is too large.');
  return Buffer.concat(parts).toString('utf8');
}

/** The JSON in a request's body. @throws AppError `bad-request`, with the names of what is wrong */
export async function readJson<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(parseJson(await readBody(request)));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue === undefined || issue.path.length === 0 ? 'The body' : `“${issue.path.join('.')}”`;
  throw new AppError('bad-request', `${where} is wrong: ${issue?.message ?? 'it is no JSON'}. Please correct it.`);
}
