import { AppError } from './errors.ts';

/**
 * The problems that a recording can have, by name. The names are sent to pages and other programs, and are kept on
 * disk. Pages have a text for each (`library.problems`).
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

/** A problem from {@link recordingProblems}. */
export type RecordingProblem = (typeof recordingProblems)[number];

/** The problems that stop a recorder or keep it from starting, as sentences for errors and the log. */
const sentences = {
  diskFull: 'The disk with the recordings is full. What was recorded is kept; please free some space on it.',
  notWritable:
    'The recording could not be written. Please check that the media server may write to the recordings folder and that there is space.',
  notBegun:
    'The media server does not start recording, although sound and picture reach it. It is asked again every few seconds.',
  diskRefused: 'The recording could not be started, because the server’s disk refused. Please tell its operator.',
} as const satisfies Partial<Record<RecordingProblem, string>>;

/** The error `recording-failed` with its problem: a recording broke off or could not start. */
export class RecordingError extends AppError {
  readonly problem: RecordingProblem;

  constructor(problem: keyof typeof sentences, options?: { cause?: unknown }) {
    super('recording-failed', sentences[problem], options);
    this.problem = problem;
  }
}

/** The problem of a recording that failed with `error`. */
export function recordingProblemOf(error: unknown): RecordingProblem {
  if (error instanceof RecordingError) return error.problem;
  return error instanceof AppError && error.code === 'media-server-unavailable' ? 'mediaServerAway' : 'unknown';
}

/** Whether `text` names a problem; a newer server may know others. */
export function isRecordingProblem(text: string): text is RecordingProblem {
  return recordingProblems.some((problem) => problem === text);
}
