import type { ErrorBody, ErrorCode } from '../../lib/errors.ts';

/** 401 where another credential may help, 403 where the person is known and may not (RFC 9110 §15.5.2, §15.5.4). */
const statuses: Partial<Record<ErrorCode, number>> = {
  'bad-request': 400,
  'wrong-key': 401,
  'link-expired': 401,
  'wrong-link': 401,
  'passcode-required': 401,
  'invitation-required': 401,
  'presenters-only': 401,
  'wrong-channel': 403,
  'owner-only': 403,
  'recording-not-found': 404,
  'recording-in-use': 409,
  'last-media-server': 409,
  'recording-store-unavailable': 503,
  'cluster-unavailable': 503,
  'too-many-requests': 429,
};

/** The HTTP status for an error. */
export function statusOf({ code }: Pick<ErrorBody, 'code'>): number {
  return statuses[code] ?? 500;
}
