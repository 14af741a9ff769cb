import { AppError } from './errors.ts';

/**
 * What can be wrong with a recording, by name: so it travels to pages and to other programs, and so it is kept on disk.
 * Pages have words for each (`library.problems`).
 */
export const recordingProblems = [
  'nothingCame',
  'notPlayable',
  'notReadable',
  'diskFull',
  'notWritable',
  'notBegun',
  'diskRefused',
  'mediaServerAway',
  'unknown',
] as const;

/** A name out of {@link recordingProblems}. */
export type RecordingProblem = (typeof recordingProblems)[number];

/** The problems for which a recorder breaks, or does not even begin, as the error of a request and the log say it. */
const sentences = {
  diskFull: 'The disk with the recordings is full. What was recorded is kept; please make room on it.',
  notWritable:
    'The recording could not be written. Please see to it that the media server may write to the recordings folder and has room there.',
  notBegun:
    'The media server does not begin to record, though sound and picture reach it. It is asked again every few seconds.',
  diskRefused: 'The recording could not be started, because the server’s disk refused. Please tell its operator.',
} as const satisfies Partial<Record<RecordingProblem, string>>;

/** A recording that broke or could not begin, `recording-failed`, which knows its problem. */
export class RecordingError extends AppError {
  readonly problem: RecordingProblem;

  constructor(problem: keyof typeof sentences, options?: { cause?: unknown }) {
    super('recording-failed', sentences[problem], options);
    this.problem = problem;
  }
}

/** The problem that a recording has after `error`. */
export function recordingProblemOf(error: unknown): RecordingProblem {
  if (error instanceof RecordingError) return error.problem;
  return error instanceof AppError && error.code === 'media-server-unavailable' ? 'mediaServerAway' : 'unknown';
}

/** Whether `text` names a problem; a newer server may know more of them. */
export function isRecordingProblem(text: string): text is RecordingProblem {
  return recordingProblems.some((problem) => problem === text);
}
