/**
 * What the server says when something could not be recorded: whole sentences in English for its log and for other
 * programs, by a name under which pages have them in other languages.
 */
export const recordingProblems = {
  nothingCame: 'Nothing was recorded, because neither sound nor picture reached the media server.',
  notPlayable: 'What was recorded cannot be played, because it broke off before the first picture was complete.',
  notReadable: 'The server could not read what was recorded. Its operator finds the reason in the log.',
  diskFull:
    'The disk with the recordings is full. What was recorded is kept; to go on, please make room by deleting recordings that nobody needs.',
  notWritable:
    'The recording could not be written. Please see to it that the media server may write to the recordings folder and has room there.',
  diskRefused: 'The recording could not be started, because the server’s disk refused. Please tell its operator.',
} as const;

/** The name of a problem with a recording. */
export type RecordingProblem = keyof typeof recordingProblems;

const names = Object.keys(recordingProblems) as RecordingProblem[];

/** The name of the problem that a sentence tells of; `null` if it is none of ours. */
export function recordingProblemOf(sentence: string): RecordingProblem | null {
  return names.find((name) => recordingProblems[name] === sentence) ?? null;
}
