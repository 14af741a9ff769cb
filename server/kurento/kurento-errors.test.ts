import { describe, expect, it } from 'vitest';
import { AppError } from '../../lib/errors.ts';
import {
  mismatchedKind,
  saysThatPictureChanged,
  toAppError,
  toMixingError,
  toRecordingError,
} from './kurento-errors.ts';

/** An error as kurento-client creates it. */
function kurentoError(code: number, message = 'Something happened') {
  return Object.assign(new Error(message), { code, data: { type: 'SOMETHING' } });
}

describe('toAppError', () => {
  it.each([
    [40005, 'no-common-codec'],
    [40007, 'media-server-unavailable'],
    [40009, 'media-server-unavailable'],
    [40101, 'media-failed'],
    [40201, 'bad-offer'],
    [40205, 'bad-offer'],
    [40208, 'bad-offer'],
    [40401, 'bad-request'],
    [40108, 'mixing-unavailable'],
    [-32603, 'media-failed'],
  ])('translates %i to %s', (code, expected) => {
    const cause = kurentoError(code);
    expect(toAppError(cause, 'try')).toMatchObject({ code: expected, cause });
  });

  it('recognises offers without a common codec by the error text', () => {
    expect(toAppError(kurentoError(40206, 'No codec in common: the offer has H265'), 'try').code).toBe(
      'no-common-codec',
    );
    expect(toAppError(kurentoError(40206, 'The offer has no usable ICE credentials'), 'try').code).toBe('bad-offer');
  });

  it('treats an unanswered request as an unavailable media server', () => {
    expect(toAppError(new Error('Request has timed out'), 'try').code).toBe('media-server-unavailable');
    expect(toAppError(new Error('Connection error'), 'try').code).toBe('media-server-unavailable');
  });

  it('leaves an AppError as it is', () => {
    const error = new AppError('bad-offer', 'This is not an offer.');
    expect(toAppError(error, 'try')).toBe(error);
  });

  it('has a cause even if the client gave none', () => {
    const { code, cause } = toAppError(undefined, 'create PassThrough');
    expect([code, String(cause)]).toEqual(['media-failed', expect.stringContaining('create PassThrough')]);
  });

  it('speaks in whole sentences', () => {
    for (const code of [0, 40005, 40007, 40009, 40101, 40201, 40401]) {
      expect(toAppError(kurentoError(code), 'try').message).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('an Error event', () => {
  /** The event as an object of the media server emits it. */
  const event = (errorCode: number, description: string) => ({ description, errorCode, type: 'SOMETHING' });

  it.each([
    [40005, 'No common video codec', 'no-common-codec'],
    [40206, 'No codec in common', 'no-common-codec'],
    [40101, 'Object not found', 'media-failed'],
    [40009, 'No room', 'media-server-unavailable'],
    [0, 'Something else', 'media-failed'],
  ])('with %i (%s) is translated to %s, as a failed request is', (errorCode, description, code) => {
    const cause = event(errorCode, description);
    expect(toAppError(cause, 'try')).toMatchObject({ code, cause });
  });

  it('names the kind without a common codec, as a failed request does', () => {
    expect(mismatchedKind(event(40005, "No common video codec: 'a' sends VP8, 'b' takes H264"))).toBe('video');
    expect(mismatchedKind(event(40005, 'No audio gets through'))).toBe('audio');
    expect(mismatchedKind(kurentoError(40005, 'No common video codec'))).toBe('video');
    expect(mismatchedKind(toAppError(kurentoError(40005, 'No common video codec'), 'try'))).toBe('video');
    expect(mismatchedKind(event(40005, 'Unsupported'))).toBeNull();
    expect(mismatchedKind(event(40101, 'No video'))).toBeNull();
  });
});

describe('toMixingError', () => {
  it('tells a media server without room for another mix from one that is away, and from one that cannot mix', () => {
    const codeOf = (error: unknown) => toMixingError(error).code;
    expect(codeOf(kurentoError(40009))).toBe('mixing-full');
    expect(codeOf(toAppError(kurentoError(40009), 'try'))).toBe('mixing-full');
    expect(codeOf(kurentoError(40108))).toBe('mixing-unavailable');
    expect(codeOf(new Error('Request has timed out'))).toBe('media-server-unavailable');
  });
});

describe('toRecordingError', () => {
  it('calls every failure of a recorder recording-failed, except an unavailable media server', () => {
    expect(toRecordingError(kurentoError(40001), 'try').code).toBe('recording-failed');
    expect(toRecordingError(kurentoError(40009), 'try').code).toBe('media-server-unavailable');
  });
});

describe('an Error event of a recorder', () => {
  it('counts as a change of the picture only if it reports one', () => {
    const muxer = (words: string) => ({
      errorCode: 10,
      description: `Error code 10: Could not multiplex stream., ${words}`,
    });
    expect(saysThatPictureChanged(muxer('matroska-mux.c(1130): Caps changes are not supported by Matroska'))).toBe(
      true,
    );
    expect(saysThatPictureChanged({ errorCode: 1, description: 'reason not-negotiated (-4)' })).toBe(true);
    expect(saysThatPictureChanged({ errorCode: 14, description: 'No space left on the resource.' })).toBe(false);
  });
});
