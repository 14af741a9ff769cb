import { useTranslations } from 'use-intl';
import type { ErrorBody } from '../../lib/errors.ts';

/** The error as a title, and what a person can do about it. */
type ErrorText = { title: string; remedy: string };

/** Returns the text for an error, in the language of the page. */
export function useErrorText(): (error: ErrorBody) => ErrorText {
  const t = useTranslations('errors');
  return ({ code, message }) => {
    // A server that is newer than the page may send a code that is unknown here.
    const known = t.has(`${code}.title`) ? code : 'internal';
    const text = { title: t(`${known}.title`), remedy: t(`${known}.remedy`) };
    // The server names the field that is wrong, which no text here can know.
    return known === 'bad-request' && message !== '' ? { ...text, remedy: message } : text;
  };
}
