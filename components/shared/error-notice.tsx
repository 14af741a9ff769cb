'use client';

import type { ReactNode } from 'react';
import type { ErrorBody } from '../../lib/errors.ts';
import { Notice } from '../ui/notice.tsx';
import { useErrorText } from './use-error-text.ts';

type ErrorNoticeProps = { error: ErrorBody; tone?: 'danger' | 'warning'; actions?: ReactNode };

/** Explains what went wrong and what to do about it, with the buttons for that. */
export function ErrorNotice({ error, tone = 'danger', actions }: ErrorNoticeProps) {
  const { title, remedy } = useErrorText()(error);
  return (
    <Notice tone={tone} title={title} role="alert">
      <p>{remedy}</p>
      {actions && <div className="mt-3 flex flex-wrap gap-3">{actions}</div>}
    </Notice>
  );
}
