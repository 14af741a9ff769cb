import { AppError, type ErrorCode } from '../../lib/errors.ts';
import { RecordingError } from '../../lib/recording-problems.ts';
import type { MediaKind } from '../broadcast/media-gateway.ts';

type Meaning = { code: ErrorCode; message: string };

const badOffer: Meaning = {
  code: 'bad-offer',
  message: 'The media server could not use the browser’s offer. Please reload the page and try again.',
};
const noCommonCodec: Meaning = {
  code: 'no-common-codec',
  message: 'This browser and the media server have no video or audio format in common. Please try another browser.',
};

/** Kurento's code for an object that the media server has no room for. */
const notEnoughResources = 40009;

/** Kurento's error codes: https://doc-kurento.readthedocs.io/en/stable/features/kurento_protocol.html */
const meanings: ReadonlyMap<number, Meaning> = new Map([
  [40005, noCommonCodec],
  [
    40007,
    { code: 'media-server-unavailable', message: 'The media server was restarted. Please try again in a moment.' },
  ],
  [
    notEnoughResources,
    { code: 'media-server-unavailable', message: 'The media server is full. Please try again later.' },
  ],
  [
    40101,
    {
      code: 'media-failed',
      message: 'The broadcast no longer exists on the media server. Please start or join it again.',
    },
  ],
  [
    40108,
    {
      code: 'mixing-unavailable',
      message: 'This media server cannot put pictures together. Set MIXING=presenter, or use one that has Composite.',
    },
  ],
  [40200, badOffer],
  [40201, badOffer],
  [40205, badOffer],
  [40206, badOffer],
  [40207, badOffer],
  [40208, badOffer],
  [40211, badOffer],
  [40401, { code: 'bad-request', message: 'The media server refused a network candidate. Please reload the page.' }],
]);

/** The text of any 402xx error whose cause is mismatched codecs. */
const codecPattern = /no common codec|codecs? in common/i;

/** The text of the client's errors, which have no code, when a request got no answer or there is no connection. */
const unansweredPattern = /timed out|connection error|has been disconnected/i;

/** Finds the kind in the description of a mismatch, such as `No common video codec: …`. */
const kindPattern = /\b(audio|video)\b/i;

/**
 * Translates an error of kurento-client into an {@link AppError}; an AppError is returned as it is. A failed request
 * rejects with an Error that has a `code`; an object's `Error` event has an `errorCode` and a `description`.
 *
 * @param doing the operation that failed, for the cause's message, e.g. `processOffer`
 */
export function toAppError(error: unknown, doing: string): AppError {
  if (error instanceof AppError) return error;
  const cause = error ?? new Error(`kurento-client gave no reason why "${doing}" failed.`);
  const message = wordsOf(error);
  if (codecPattern.test(message)) return noCodecInCommon(cause);
  const known = meanings.get(codeOf(error) ?? 0);
  if (known !== undefined) return new AppError(known.code, known.message, { cause });
  if (unansweredPattern.test(message)) return unanswered(doing, cause);
  return new AppError('media-failed', 'The media server could not complete the request. Please try again.', { cause });
}

/**
 * The kind of media without a common codec, if a failed request or an `Error` event reports one; `null` for any other
 * error, and if no kind is named.
 */
export function mismatchedKind(error: unknown): MediaKind | null {
  if (toAppError(error, 'match codecs').code !== noCommonCodec.code) return null;
  const kind = kindPattern.exec(wordsOf(error instanceof AppError ? error.cause : error))?.[1]?.toLowerCase();
  return kind === 'audio' || kind === 'video' ? kind : null;
}

/** The error for an offer of which the media server can accept nothing. */
export function noCodecInCommon(cause: unknown): AppError {
  return new AppError(noCommonCodec.code, noCommonCodec.message, { cause });
}

/** The error for a request that was not answered in time. */
export function unanswered(doing: string, cause?: unknown): AppError {
  return new AppError('media-server-unavailable', 'The media server does not answer. Please try again in a moment.', {
    cause: cause ?? new Error(`No answer to "${doing}".`),
  });
}

/** The error for everything that was on a media server which went away. */
export function serverLost(cause?: unknown): AppError {
  return new AppError(
    'media-server-unavailable',
    'The connection to the media server was lost. The broadcast can be started again in a moment.',
    { cause },
  );
}

/** The error for a request to drain the only media server that takes shows. */
export function lastMediaServer(): AppError {
  return new AppError(
    'last-media-server',
    'No other media server takes shows at the moment. Add one, or use one again that is being drained, and try again.',
  );
}

/** The error for a link on a media server that is about to stop. */
export function serverStops(): AppError {
  return new AppError('media-server-unavailable', 'The media server is about to stop. Another one takes its place.');
}

/** The error for a link that worked, but whose browser can no longer be reached. */
export function mediaInterrupted(): AppError {
  return new AppError('media-interrupted', 'The connection between this browser and the media server broke.');
}

/** The error for a link that never worked. */
export function mediaNeverArrived(): AppError {
  return new AppError(
    'media-never-arrived',
    'No connection between this browser and the media server could be established.',
  );
}

/** The error for a bridge between media servers that broke: everybody behind it has to be connected elsewhere. */
export function bridgeBroke(cause: unknown): AppError {
  return new AppError('media-failed', 'The connection between the media servers broke. Please try again.', { cause });
}

/** The error for an opening whose owner closed before it was done. */
export function closedMeanwhile(): AppError {
  return new AppError('media-failed', 'The broadcast ended while the connection was being made.');
}

/** Turns the failure of a Composite into an AppError: `mixing-full` if the media server has no room for another one. */
export function toMixingError(error: unknown): AppError {
  const translated = toAppError(error, 'create Composite');
  if (codeOf(translated.cause) !== notEnoughResources) return translated;
  const message = 'The media server has no room for another mix. Raise MAX_TRANSCODES, or set MIXING=presenter.';
  return new AppError('mixing-full', message, { cause: translated.cause });
}

/** Turns any failure of a recorder into `recording-failed`, unless the media server is unavailable. */
export function toRecordingError(error: unknown, doing: string): AppError {
  const translated = toAppError(error, doing);
  if (translated.code === 'media-server-unavailable' || translated.code === 'recording-failed') return translated;
  return recordingFailed(translated.cause ?? translated);
}

/** GStreamer's error texts for a file that can hold one description of the picture and is given another. */
const changedPattern = /caps changes are not supported|not-negotiated/i;

/**
 * Whether a recorder's `Error` event reports that its file cannot hold the picture in its current form. H.264 of
 * another size has other parameter sets, and GStreamer's Matroska muxer writes only those of the first picture.
 */
export function saysThatPictureChanged(error: unknown): boolean {
  return changedPattern.test(wordsOf(error));
}

/** GStreamer's name for a full disk, in the type or the text of an error. */
const fullPattern = /no[ _]space[ _]left/i;

/** The error for a recording that broke; `cause` may be the data of a recorder's `Error` event. */
export function recordingFailed(cause: unknown): AppError {
  return new RecordingError(isDiskFull(cause) ? 'diskFull' : 'notWritable', { cause });
}

function isDiskFull(cause: unknown): boolean {
  if (typeof cause !== 'object' || cause === null) return false;
  const words = ['type', 'description', 'message'].map((name): unknown => Reflect.get(cause, name));
  return words.some((word) => typeof word === 'string' && fullPattern.test(word));
}

function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const codes = ['code', 'errorCode'].map((name): unknown => Reflect.get(error, name));
  return codes.find((code): code is number => typeof code === 'number');
}

/** The message of an error, or the description of an `Error` event. */
function wordsOf(error: unknown): string {
  if (error instanceof Error) return error.message;
  if (typeof error !== 'object' || error === null) return '';
  const description: unknown = Reflect.get(error, 'description');
  return typeof description === 'string' ? description : '';
}

/** Whether another media server may succeed where one failed with `error`. */
export function isFaultOfServer(error: unknown): boolean {
  return error instanceof AppError && (error.code === 'media-server-unavailable' || error.code === 'media-failed');
}
