import { z } from 'zod';
import { AppError } from '../../../lib/errors.ts';
import { maxSearchLength, pageLength, recordingSorts } from '../../../lib/recording-library.ts';
import type { ListQuery } from './recording-index.ts';

const querySchema = z.object({
  q: z.string().max(maxSearchLength, `a search has at most ${maxSearchLength} characters`).default(''),
  channel: z.string().max(100).optional(),
  sort: z.enum(recordingSorts, `it is one of ${recordingSorts.join(', ')}`).default('newest'),
  after: z.string().max(2_000).optional(),
  limit: z.coerce
    .number('it is a number')
    .int('it is a whole number')
    .min(1, 'it is at least 1')
    .max(pageLength.max, `it is at most ${pageLength.max}`)
    .default(pageLength.usual),
  view: z.enum(['present', 'deleted'], 'it is present or deleted').default('present'),
});

/**
 * Reads what a request for the list asks for; see `recordingPaths.list`. Parts that it does not know are ignored.
 * @throws AppError `bad-request`
 */
export function readListQuery(search: string): ListQuery {
  const given = [...new URLSearchParams(search)].filter(([, value]) => value !== '');
  const parsed = querySchema.safeParse(Object.fromEntries(given));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError('bad-request', `“${issue?.path.join('.')}” is wrong: ${issue?.message}.`);
  }
  const { q, channel = null, sort, after = null, limit, view } = parsed.data;
  return { search: q, channel, sort, after, limit, isTrash: view === 'deleted' };
}
