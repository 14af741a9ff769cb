import { isRecordingProblem, type RecordingProblem } from '../../lib/recording-problems.ts';

/**
 * The sentences that manifests held in the place of names until there were names. They are never changed: they stand
 * on disks.
 */
const sentences: ReadonlyMap<string, RecordingProblem> = new Map([
  ['Nothing was recorded, because neither sound nor picture reached the media server.', 'nothingCame'],
  ['What was recorded cannot be played, because it broke off before the first picture was complete.', 'notPlayable'],
  ['The server could not read what was recorded. Its operator finds the reason in the log.', 'notReadable'],
  [
    'The disk with the recordings is full. What was recorded is kept; to go on, please make room by deleting recordings that nobody needs.',
    'diskFull',
  ],
  [
    'The recording could not be written. Please see to it that the media server may write to the recordings folder and has room there.',
    'notWritable',
  ],
  ['The recording could not be started, because the server’s disk refused. Please tell its operator.', 'diskRefused'],
  ['The media server does not answer. Please try again in a moment.', 'mediaServerAway'],
  ['The media server was restarted. Please try again in a moment.', 'mediaServerAway'],
  ['The media server is full. Please try again later.', 'mediaServerAway'],
  ['The connection to the media server was lost. The broadcast can be started again in a moment.', 'mediaServerAway'],
]);

/** The problem that a manifest tells of, by name or in a former sentence; `unknown` if it is none of ours. */
export function readProblem(text: string): RecordingProblem {
  return isRecordingProblem(text) ? text : (sentences.get(text) ?? 'unknown');
}
