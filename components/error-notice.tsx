import type { ReactNode } from 'react';
import type { ErrorBody } from '../lib/errors.ts';
import { errorTexts } from './error-texts.ts';
import { Notice } from './ui/notice.tsx';

type ErrorNoticeProps = { error: ErrorBody; tone?: 'danger' | 'warning'; actions?: ReactNode };

/** What went wrong, what to do about it, and the button to do it with. */
export function ErrorNotice({ error, tone = 'danger', actions }: ErrorNoticeProps) {
  const { title, remedy } = textOf(error);
  return (
    <Notice tone={tone} title={title} role="alert">
      <p>{remedy}</p>
      {actions && <div className="mt-3 flex flex-wrap gap-3">{actions}</div>}
    </Notice>
  );
}

/** Our words for an error; a server that is newer than the page may send a code that we do not know. */
export function textOf(error: ErrorBody) {
  const { [error.code]: text = errorTexts.internal } = errorTexts;
  // The server names the very field that is wrong, which no text here can know.
  return error.code === 'bad-request' && error.message !== '' ? { ...text, remedy: error.message } : text;
}
