import { useTranslations } from 'use-intl';
import { isRecordingProblem, type RecordingProblem } from '../../lib/recording-problems.ts';

/** Returns the text for a problem with a recording, in the language of the page. */
export function useRecordingProblemText(): (problem: RecordingProblem) => string {
  const t = useTranslations('library');
  // A newer server may report problems that this page has no text for.
  return (problem) => t(`problems.${isRecordingProblem(problem) ? problem : 'unknown'}`);
}
