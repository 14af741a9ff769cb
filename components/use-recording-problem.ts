import { useTranslations } from 'use-intl';
import { recordingProblemOf } from '../lib/recording-problems.ts';

/** What the server says is wrong with a recording, in the language of the page. */
export function useRecordingProblem(): (sentence: string) => string {
  const t = useTranslations('library');
  return (sentence) => {
    const known = recordingProblemOf(sentence);
    // A newer server may know problems that this page has no words for. Better in English than not at all.
    return known === null ? sentence : t(`problems.${known}`);
  };
}
